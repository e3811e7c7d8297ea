"""`check_live` asks a KDC for tickets, and tries logins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import needs
from live.conftest import with_mechanisms
from live.running import SECRET, command, directory, domain, settings
from odkit.errors import LiveError
from odkit.live.check import check_live
from odkit.live.logins import Logins
from odkit.rehearsal.kdc import ScratchRealm
from rules_shown import said_alike
from schemas import loaded

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def realm() -> Iterator[ScratchRealm]:
    needs("krb5kdc", "kadmin.local")
    secret = SECRET.encode()
    users = {b"asker": b"", b"u0": b"", b"u2": b" -allow_tix", b"late": b" -pwexpire yesterday", b"past": b" -expire yesterday"}
    services = (b"host/live.example.com", b"host/old.example.com", b"ldap/localhost")
    with ScratchRealm(TestKerberos.REALM, listen=True) as found:
        done = found.kadmin([
            *(b"addprinc -pw " + secret + options + b" " + name for name, options in users.items()), b"addprinc -pw another u1",
            *(b"addprinc -randkey " + name for name in services), b"ktadd -norandkey -k " + bytes(found.folder / "keytab") + b" ldap/localhost",
        ])  # fmt: skip
        assert done.stdout.count(b'" created.') == 9
        yield found


class TestKerberos:
    REALM = "EXAMPLE.COM"

    def test_tickets_before_and_after_the_purge(self, realm: ScratchRealm) -> None:
        words = ["--principal", f"asker@{self.REALM}", "--principal-check", "live.example.com", "--principal-check", "never.example.com",
                 "--retire", "old.example.com", "--json"]  # fmt: skip
        body = loaded(command(*words, env=realm.env, fd=SECRET).stdout)
        assert {(f["code"], f["subject"]) for f in body["findings"]} == {
            ("OD806", f"host/never.example.com@{self.REALM}"),
            ("OD807", f"host/old.example.com@{self.REALM}"),
        }
        assert said_alike((f["code"], f["message"]) for f in body["findings"])
        other = loaded(
            command("--principal", f"asker@{self.REALM}", "--retire", "OLD.Example.com.", "--json", env=realm.env, fd=SECRET).stdout
        )
        assert [f["code"] for f in other["findings"]] == ["OD807"]  # in any spelling
        realm.kadmin([b"delprinc -force host/old.example.com"])
        done = command(*words[:4], *words[6:], env=realm.env, fd=SECRET)
        assert (done.returncode, loaded(done.stdout)["findings"]) == (0, [])
        realm.add([b"host/old.example.com"])
        assert not (realm.folder / "ccache").exists()  # the user's own cache is not touched

    def test_who_asks_is_refused(self, realm: ScratchRealm) -> None:
        for who, password, said in ((f"asker@{self.REALM}", "hunter2", "wrong password or key"), (f"nobody@{self.REALM}", "x", "the KDC does not know the client"),
                                    ("asker@NOWHERE.EXAMPLE.COM", "x", "realm is not known|no KDC")):  # fmt: skip
            done = command("--principal", who, "--principal-check", "live.example.com", env=realm.env, fd=password)
            assert done.returncode == 2
            assert re.search(f"^odkit: {who}: .*({said})", done.stderr), done.stderr
            assert password == "x" or password not in done.stderr

    def test_logins_by_ldap_and_kerberos(self, realm: ScratchRealm, tmp_path: Path) -> None:
        with directory(tmp_path, domain()) as server:
            users = tmp_path / "users"
            users.write_text(f"# name password\nu0 {SECRET}\nu1 {SECRET}\nu2 {SECRET}\nlate {SECRET}\npast {SECRET}\nnobody x\n")
            words = [
                "--ldap",
                f"ldaps://localhost:{server.tls_port}",
                "--ca-file",
                str(tmp_path / "server.pem"),
                "--users-file",
                str(users),
                "--realm",
                self.REALM,
            ]
            done = command(*words, env=realm.env)
            assert (done.returncode, "chmod 600" in done.stderr) == (2, True)
            users.chmod(0o600)
            done = command(*words, "--json", env=realm.env)
            assert done.returncode == 1, done.stderr
            rows = {row.pop("user"): row for row in loaded(done.stdout)["summary"]["logins"]}
            assert rows["u0"] == {"ldap": "fine", "kerberos": "fine"}
            assert rows["u1"] == {"ldap": "fine", "kerberos": "wrong password or key"}
            assert rows["u2"] == {"ldap": "fine", "kerberos": "the client is disabled"}
            assert rows["late"]["kerberos"] == "the password has expired"
            assert rows["past"]["kerberos"] == "the client's entry has expired"
            assert rows["nobody"] == {"ldap": "the directory does not show such a user", "kerberos": "the KDC does not know the client"}
            assert SECRET not in done.stdout + done.stderr
            users.write_text("u0 wrong\n")
            done = command(*words, "--json", env=realm.env)
            body = loaded(done.stdout)
            assert said_alike((f["code"], f["message"]) for f in body["findings"])
            assert body["summary"]["logins"] == [
                {"user": "u0", "ldap": "wrong password, or the account is disabled", "kerberos": "wrong password or key"}
            ]

    def test_a_gssapi_bind_end_to_end(self, realm: ScratchRealm, tmp_path: Path) -> None:
        more = ("sasl-host localhost", f"sasl-realm {self.REALM}")
        with directory(tmp_path, domain(), *more, env=with_mechanisms(realm.env)) as server:
            words = [
                "--ldap",
                f"ldaps://localhost:{server.tls_port}",
                "--ca-file",
                str(tmp_path / "server.pem"),
                "--principal",
                f"asker@{self.REALM}",
                "--gssapi",
            ]
            done = command(*words, env=realm.env, fd=SECRET, process=True)
            assert done.returncode == 0, done.stderr
            log = server.log.read_text()
        assert 'BIND dn="uid=asker,cn=example.com,cn=gssapi,cn=auth" mech=GSSAPI' in log

    def test_without_gssapi_the_directory_is_still_checked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("odkit.live.kerberos.find_spec", lambda _: None)
        with directory(tmp_path, domain()) as server:
            url = f"ldaps://localhost:{server.tls_port}"
            assert check_live([url], settings=settings(tmp_path)).report.summary["answer"] == "as it should be"
            with pytest.raises(
                LiveError,
                match=r"^this needs gssapi: apt-get install libkrb5-dev gcc, then pip install '\.\[kerberos\]' in odkit's source$",
            ):
                check_live([url], settings=settings(tmp_path), logins=Logins((("u0", "x"),), "R"))

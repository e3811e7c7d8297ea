"""`check-live` against real servers, and against servers that nobody should meet."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

import odkit
from live.running import ADMIN, ODD, SUFFIX, command, directory, domain, settings
from odkit.errors import LiveError, UsageError
from odkit.ldif import ChangeRecord, Entry, Modification, dump
from odkit.live.binding import Settings, Simple
from odkit.live.check import LiveReport, check_live
from odkit.live.ldap import LiveDirectory
from rules_shown import said_alike
from schemas import loaded

pytestmark = pytest.mark.live


def said_of(found: LiveReport) -> list[tuple[str, str]]:
    """The findings of a check: code and message."""
    return [(each.code, each.what) for each in found.report.findings]


class TestAgainstSlapd:
    def test_nothing_changed_and_what_was_read_byte_for_byte(self, tmp_path: Path) -> None:
        with directory(tmp_path, domain()) as server:
            (tmp_path / "export.ldif").write_bytes(server.cat())
            url = f"ldaps://localhost:{server.tls_port}/"
            done = command("--ldap", url, "--bind-dn", ADMIN, "--ca-file", str(tmp_path / "server.pem"), "--export", str(tmp_path / "export.ldif"),
                           "--save", str(tmp_path / "saved.ldif"), fd=server.password)  # fmt: skip
            assert (done.returncode, done.stderr) == (0, ""), done.stdout
            assert done.stdout.endswith("as it should be\n")
            assert not odkit.diff(tmp_path / "export.ldif", tmp_path / "saved.ldif")
            assert odkit.open(tmp_path / "saved.ldif").users["u0"].attributes["jpegPhoto"] == ODD
            assert (tmp_path / "saved.ldif").stat().st_mode & 0o777 == 0o600
            log = server.log.read_text()
        # the server's side: nothing but reading
        assert set(re.findall(r"op=\d+ (?!RESULT|SEARCH RESULT)([A-Z]+)", log)) <= {"BIND", "SRCH", "EXT", "STARTTLS", "UNBIND"}
        assert "SRCH" in log

    def test_what_changed_since(self, tmp_path: Path) -> None:
        with directory(tmp_path, domain()) as server:
            export = odkit.open(server.cat())
            changes = [
                ChangeRecord(f"uid=u0,cn=users,{SUFFIX}", "modify", changes=(Modification("replace", "sn", (b"y",)),)),
                ChangeRecord(f"uid=u1,cn=users,{SUFFIX}", "delete"),
                ChangeRecord(f"cn=new,{SUFFIX}", "add", attributes=Entry("", {"objectClass": [b"container"], "cn": [b"new"]}).attributes),
            ]
            assert server.modify(dump(changes)).returncode == 0
            for url in (f"ldaps://localhost:{server.tls_port}", f"ldap://localhost:{server.port}"):  # the second one with StartTLS
                found = check_live([url], bind=Simple(ADMIN, server.password), settings=settings(tmp_path), export=export)
                assert [(f.code, f.severity.value) for f in found.report.findings] == [("OD804", "warning")] * 3
                assert said_alike(said_of(found))
                said = " ".join(f.message for f in found.report.findings)
                for part in (f"changed since the export: uid=u0,cn=users,{SUFFIX}: sn", f"removed since the export: uid=u1,cn=users,{SUFFIX}",
                             f"added since the export: cn=new,{SUFFIX}"):  # fmt: skip
                    assert part in said

    def test_what_was_not_asked_for_is_not_missing(self, tmp_path: Path) -> None:
        """cn=authdata, and what stands outside the base; a record of the class alias is read like any other."""
        alias = Entry(
            f"cn=other,cn=config,{SUFFIX}",
            {"objectClass": [b"alias", b"extensibleObject"], "cn": [b"other"], "aliasedObjectName": [f"uid=u0,cn=users,{SUFFIX}".encode()]},
        )
        authdata = dump([Entry("cn=authdata", {"objectClass": [b"container"], "cn": [b"authdata"]})])
        with directory(tmp_path, [*domain(), alias]) as server:
            export = odkit.open(server.cat(), authdata)
            for base in (None, f"cn=users,{SUFFIX}"):
                found = check_live(
                    [f"ldaps://localhost:{server.tls_port}"],
                    bind=Simple(ADMIN, server.password),
                    settings=settings(tmp_path),
                    export=export,
                    base=base,
                )
                assert found.report.findings == []

    def test_a_password_is_sent_as_it_is(self, tmp_path: Path) -> None:
        odd = "pass\u00bdword\u00ad "
        entries = domain()
        entries[-1].attributes["userPassword"] = [odd.encode()]
        with directory(tmp_path, entries) as server:
            url = f"ldaps://localhost:{server.tls_port}"
            LiveDirectory(url, Simple(entries[-1].dn, odd), settings(tmp_path)).close()
            (tmp_path / "users").write_bytes(f"u2 {odd}\n".encode())
            (tmp_path / "users").chmod(0o600)
            done = command("--ldap", url, "--ca-file", str(tmp_path / "server.pem"), "--users-file", str(tmp_path / "users"), "--json")
            assert loaded(done.stdout)["summary"]["logins"] == [{"user": "u2", "ldap": "fine"}]
            assert command("--ldap", url, "--insecure-plain", "--users-file", str(tmp_path / "users")).returncode == 2

    def test_hidden_passwords_are_no_change(self, tmp_path: Path) -> None:
        with directory(tmp_path, domain(), "access to attrs=userPassword by anonymous auth", "access to * by * read") as server:
            export = odkit.open(server.cat())
            found = check_live([f"ldaps://localhost:{server.tls_port}"], settings=settings(tmp_path), export=export)
            assert [(f.code, f.severity.value) for f in found.report.findings] == [("OD805", "info")]
            assert said_alike(said_of(found))

    def test_a_size_limit_is_never_the_whole(self, tmp_path: Path) -> None:
        with directory(tmp_path, domain(300), "sizelimit 50") as server:
            export = tmp_path / "export.ldif"
            export.write_bytes(server.cat())
            done = command(
                "--ldap",
                f"ldaps://localhost:{server.tls_port}",
                "--ca-file",
                str(tmp_path / "server.pem"),
                "--export",
                str(export),
                "--json",
            )
            assert done.returncode == 2
            body = loaded(done.stdout)
            assert body["summary"]["answer"] == "only a part was read"
            [found] = body["findings"]
            assert found["code"] == "OD801"
            assert said_alike([(found["code"], found["message"])])
            assert "the server's size limit cut the answer; 50 entries came" in found["message"]
            command(
                "--ldap",
                f"ldaps://localhost:{server.tls_port}",
                "--ca-file",
                str(tmp_path / "server.pem"),
                "--save",
                str(tmp_path / "part.ldif"),
                "--base",
                SUFFIX,
            )
            assert odkit.open(tmp_path / "part.ldif").completeness == "incomplete"
            # the administrator is not limited, and gets all of it page by page
            whole = check_live([f"ldaps://localhost:{server.tls_port}"], bind=Simple(ADMIN, server.password), settings=settings(tmp_path))
            assert (whole.partial, whole.report.summary["servers"][0]["entries"]) == (False, 303)

    def test_a_server_that_shows_nothing_is_no_proof(self, tmp_path: Path) -> None:
        with directory(tmp_path, domain(), f'access to dn.base="{SUFFIX}" by * search', "access to * by * none") as server:
            export = odkit.open(server.cat())
            with pytest.raises(LiveError, match="search: noSuchObject"):
                check_live([f"ldaps://localhost:{server.tls_port}"], settings=settings(tmp_path), export=export, base=f"cn=users,{SUFFIX}")
            found = check_live([f"ldaps://localhost:{server.tls_port}"], settings=settings(tmp_path), export=export)
            assert (found.partial, [f.code for f in found.report.findings]) == (True, ["OD801"])

    def test_a_reference_is_said_and_not_followed(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            other.settimeout(0.5)
            target = f"ldap://127.0.0.1:{other.getsockname()[1]}/cn=x,{SUFFIX}"
            away = Entry(
                f"cn=away,{SUFFIX}", {"objectClass": [b"referral", b"extensibleObject"], "cn": [b"away"], "ref": [target.encode()]}
            )
            with directory(tmp_path, [*domain(), away]) as server:
                found = check_live([f"ldaps://localhost:{server.tls_port}"], settings=settings(tmp_path))
                assert [f.code for f in found.report.findings] == ["OD802"]
                assert said_alike(said_of(found))
                assert target.partition("//")[2].partition("/")[0] in found.report.findings[0].message
                with pytest.raises(TimeoutError):
                    other.accept()

    def test_replicas(self, tmp_path: Path) -> None:
        behind = tmp_path / "behind"
        behind.mkdir()
        with directory(tmp_path, domain(4)) as one, directory(behind, domain(3)) as other:
            (tmp_path / "both.pem").write_bytes((tmp_path / "server.pem").read_bytes() + (behind / "server.pem").read_bytes())
            urls = [f"ldaps://localhost:{each.tls_port}" for each in (one, other)]
            found = check_live(urls, settings=Settings(str(tmp_path / "both.pem"), timeout=60))
            assert said_alike(said_of(found)[-1:])
            same = check_live([urls[0], urls[0]], settings=Settings(str(tmp_path / "both.pem"), timeout=60))
            assert same.report.summary["answer"] == "as it should be"

    def test_only_reading(self, tmp_path: Path) -> None:
        with (
            directory(tmp_path, domain()) as server,
            LiveDirectory(f"ldaps://localhost:{server.tls_port}", Simple(ADMIN, server.password), settings(tmp_path)) as live,
        ):
            inner = live._connection
            for operation in (lambda: inner.add(SUFFIX), lambda: inner.delete(SUFFIX), lambda: inner.modify(SUFFIX, {}), lambda: inner.modify_dn(SUFFIX, "cn=x"),
                              lambda: inner.compare(SUFFIX, "dc", "x"), lambda: inner.extended("1.3.6.1.4.1.4203.1.11.1")):  # fmt: skip
                with pytest.raises(UsageError, match="reads only"):
                    operation()

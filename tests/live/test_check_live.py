"""`check-live` against real servers, and against servers that nobody should meet."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

import odkit
from conftest import needs
from odkit.errors import LiveError, UsageError
from odkit.ldif import ChangeRecord, Entry, Modification, dump
from odkit.live.binding import Anonymous, Settings, Simple
from odkit.live.bounds import MAX_MESSAGE
from odkit.live.check import check_live
from odkit.live.ldap import LiveDirectory
from odkit.live.logins import Logins
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.slapd import ScratchDirectory

pytestmark = pytest.mark.live

SUFFIX = "dc=example,dc=com"
ADMIN = f"uid=diradmin,cn=users,{SUFFIX}"
SECRET = "correct-horse-battery"
ODD = [b"\x00\xff", b" blank ", "é".encode(), b"a\nb"]


def domain(users: int = 3) -> list[Entry]:
    entries = [Entry(SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]})]
    entries += [Entry(f"cn={name},{SUFFIX}", {"objectClass": [b"container"], "cn": [name.encode()]}) for name in ("users", "config")]
    for number in range(users):
        name = f"u{number}"
        attributes = {"objectClass": [b"inetOrgPerson", b"posixAccount"], "uid": [name.encode()], "cn": [name.encode()], "sn": [b"x"],
                      "uidNumber": [b"%d" % (1025 + number)], "gidNumber": [b"20"], "homeDirectory": [b"/x"], "userPassword": [SECRET.encode()],
                      "jpegPhoto": ODD}  # fmt: skip
        entries.append(Entry(f"uid={name},cn=users,{SUFFIX}", attributes))
    return entries


def certificate(folder: Path, name: str = "localhost", *, days: int = 30, stem: str = "server") -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} {key.public_key().public_numbers().x % 10**9}")])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=60)).not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert, secret = folder / f"{stem}.pem", folder / f"{stem}.key"
    cert.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert, secret


@contextmanager
def directory(folder: Path, entries: Sequence[Entry], *more: str, env: dict[str, str] | None = None) -> Iterator[ScratchDirectory]:
    needs("slapd", "ldapmodify")
    cert, key = certificate(folder)
    settings = [f"TLSCertificateFile {cert}", f"TLSCertificateKeyFile {key}", *more]
    with ScratchDirectory(entries, SUFFIX, ADMIN, settings=settings, env=env) as found:
        yield found


def settings(folder: Path, **more: object) -> Settings:
    return Settings(ca_file=str(folder / "server.pem"), timeout=5, **more)  # type: ignore[arg-type]


def command(*words: str, env: dict[str, str] | None = None, fd: str | None = None) -> subprocess.CompletedProcess[str]:
    pass_fds: tuple[int, ...] = ()
    if fd is not None:
        reading, writing = os.pipe()
        os.write(writing, fd.encode() + b"\n")
        os.close(writing)
        pass_fds = (reading,)
        words = (*words, "--password-fd", str(reading))
    done = subprocess.run([sys.executable, "-m", "odkit_cli", "check-live", *words], env=env, pass_fds=pass_fds, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip
    for each in pass_fds:
        os.close(each)
    return done


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
            assert json.loads(done.stdout)["summary"]["logins"] == [{"user": "u2", "ldap": "fine"}]
            assert command("--ldap", url, "--insecure-plain", "--users-file", str(tmp_path / "users")).returncode == 2

    def test_hidden_passwords_are_no_change(self, tmp_path: Path) -> None:
        with directory(tmp_path, domain(), "access to attrs=userPassword by anonymous auth", "access to * by * read") as server:
            export = odkit.open(server.cat())
            found = check_live([f"ldaps://localhost:{server.tls_port}"], settings=settings(tmp_path), export=export)
            assert [(f.code, f.severity.value) for f in found.report.findings] == [("OD805", "info")]

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
            body = json.loads(done.stdout)
            assert body["summary"]["answer"] == "only a part was read"
            [found] = body["findings"]
            assert found["code"] == "OD801"
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
                assert target.partition("//")[2].partition("/")[0] in found.report.findings[0].message
                with pytest.raises(TimeoutError):
                    other.accept()

    def test_replicas(self, tmp_path: Path) -> None:
        behind = tmp_path / "behind"
        behind.mkdir()
        with directory(tmp_path, domain(4)) as one, directory(behind, domain(3)) as other:
            (tmp_path / "both.pem").write_bytes((tmp_path / "server.pem").read_bytes() + (behind / "server.pem").read_bytes())
            urls = [f"ldaps://localhost:{each.tls_port}" for each in (one, other)]
            found = check_live(urls, settings=Settings(str(tmp_path / "both.pem"), timeout=5))
            assert any(f.code == "OD803" and "6 entries, and -1 against" in f.message for f in found.report.findings)
            same = check_live([urls[0], urls[0]], settings=Settings(str(tmp_path / "both.pem"), timeout=5))
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


class TestWhoItShouldBe:
    @pytest.mark.parametrize("case", ["another authority", "expired", "another name"])
    def test_no_password_leaves_the_machine(self, tmp_path: Path, case: str) -> None:
        """A server with a wrong certificate, which keeps everything that it is told."""
        good, _ = certificate(tmp_path, stem="good")
        bad, key = {
            "another authority": lambda: certificate(tmp_path, stem="bad"),
            "expired": lambda: certificate(tmp_path, days=-1, stem="bad"),
            "another name": lambda: certificate(tmp_path, "other.example.com", stem="bad"),
        }[case]()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(bad, key)
        with fake(lambda client, heard: tls_ear(client, heard, context)) as (port, heard):
            trusted = good if case == "another authority" else bad
            with pytest.raises(LiveError) as error:
                LiveDirectory(f"ldaps://localhost:{port}", Simple(ADMIN, SECRET), Settings(str(trusted), timeout=3))
        assert re.search("certificate|self.signed|expired|Hostname mismatch", str(error.value)), error.value
        assert b"\n" not in str(error.value).encode()
        assert SECRET.encode() not in b"".join(heard)

    def test_a_refused_starttls(self, tmp_path: Path) -> None:
        with fake(refuse_start_tls) as (port, heard):
            with pytest.raises(LiveError, match="the server refuses StartTLS; nothing was sent"):
                LiveDirectory(f"ldap://localhost:{port}", Simple(ADMIN, SECRET), Settings(timeout=3))
            time.sleep(0.1)
        assert SECRET.encode() not in b"".join(heard)
        assert b"1.3.6.1.4.1.1466.20037" in b"".join(heard)

    def test_a_password_and_plain_do_not_go_together(self) -> None:
        with pytest.raises(UsageError, match="a password is never sent without TLS"):
            LiveDirectory("ldap://localhost", Simple(ADMIN, SECRET), Settings(insecure_plain=True))
        done = command("--ldap", "ldap://localhost", "--insecure-plain", "--bind-dn", ADMIN)
        assert (done.returncode, "a password is never sent without TLS" in done.stderr) == (2, True)

    @pytest.mark.parametrize("url", ["http://x", "localhost", "ldap://", "ldap://u@h", "ldap://h/dc=x", "ldap://h:99999", "ldapi://x"])
    def test_urls(self, url: str) -> None:
        with pytest.raises(UsageError, match="not a server's URL"):
            LiveDirectory(url, Anonymous(), Settings())


Heard = list[bytes]


def tls_ear(client: socket.socket, heard: Heard, context: ssl.SSLContext) -> None:
    with context.wrap_socket(client, server_side=True) as secure:
        while data := secure.recv(4096):
            heard.append(data)


def refuse_start_tls(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    number = heard[-1][4:5] if heard[-1][1] < 0x80 else heard[-1][8:9]  # the message's own, behind a short or a four-byte length
    client.sendall(bytes.fromhex("300c0201") + number + bytes.fromhex("78070a010204000400"))  # ExtendedResponse, protocolError
    while data := client.recv(4096):
        heard.append(data)


def silence(client: socket.socket, heard: Heard) -> None:
    while data := client.recv(4096):
        heard.append(data)


def drip(client: socket.socket, heard: Heard) -> None:
    """One byte of an answer now and then: each comes in time, the whole never."""
    heard.append(client.recv(4096))
    client.sendall(b"\x30\x84\x00\x00\x40\x00")
    while True:
        client.sendall(b"\x00")
        time.sleep(0.2)


def flood(client: socket.socket, heard: Heard) -> None:
    """Search entries without an end."""
    heard.append(client.recv(4096))
    entry = bytes.fromhex("300c020102640704026463" + "300100")
    while True:
        client.sendall(entry * 1000)


def giant(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    client.sendall(b"\x30\x84" + (MAX_MESSAGE + 1).to_bytes(4, "big"))
    time.sleep(5)


def nested(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    inner = b""
    for _ in range(20_000):
        inner = b"\x30\x83" + len(inner).to_bytes(3, "big") + inner
    client.sendall(b"\x30\x83" + len(inner).to_bytes(3, "big") + inner)
    time.sleep(5)


def early(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    client.sendall(b"\x30\x0c\x02\x01")


def web(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    time.sleep(5)


def message(number: bytes, operation: str, controls: str = "") -> bytes:
    body = b"\x02\x01" + number + bytes.fromhex(operation) + bytes.fromhex(controls)
    return b"\x30" + bytes([len(body)]) + body


BOUND, DONE, DELETED = "61070a010004000400", "65070a010004000400", "6b070a010004000400"
ENTRY = "640804" + "04" + b"cn=x".hex() + "3000"
# a paged results control whose cookie is never empty
COOKIE = "a0" + "26" + "30" + "24" + "0416" + b"1.2.840.113556.1.4.319".hex() + "040a" + "3008" + "020100" + "040378797a"


def talk(client: socket.socket, *answers: tuple[str, str]) -> None:
    """Answer the bind, and each search in turn."""
    client.sendall(message(client.recv(4096)[4:5], BOUND))
    while data := client.recv(4096):
        number = data[4:5] if data[1] < 0x80 else data[data.index(b"\x02\x01") + 2 :][:1]
        client.sendall(b"".join(message(number, operation, controls) for operation, controls in answers))


def pages(client: socket.socket, heard: Heard) -> None:
    talk(client, (DONE, COOKIE))


def again(client: socket.socket, heard: Heard) -> None:
    talk(client, (ENTRY, ""), (DONE, COOKIE))


def other_end(client: socket.socket, heard: Heard) -> None:
    talk(client, (ENTRY, ""), (DELETED, ""))


def gone(client: socket.socket, heard: Heard) -> None:
    heard.append(b"")


@contextmanager
def fake(serve: Callable[[socket.socket, Heard], None]) -> Iterator[tuple[int, Heard]]:
    """A server on loopback that does one thing with every client."""
    heard: Heard = []

    def one(client: socket.socket) -> None:
        with client, suppress(OSError):
            serve(client, heard)

    def run(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(client,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=run, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1], heard


class TestServersNobodyShouldMeet:
    @pytest.mark.parametrize(
        ("serve", "said"),
        [
            (silence, "the answer does not end in time"),
            (drip, "the answer does not end in time"),
            (flood, "does not end in time|more than|cannot be read"),
            (giant, "one answer of 67,108,865 bytes; that is no entry of a directory"),
            (nested, "cannot be read|nested too deeply|in time"),
            (early, "closed the connection in the middle of an answer"),
            (web, "what answers is no LDAP server"),
            (gone, "bind"),
            (pages, "an empty page, and more are promised"),
            (again, "gives cn=x twice"),
            (other_end, "does not end as a search does|cannot be read"),
        ],
    )
    def test_one_clear_line_within_the_timeout(self, serve: Callable[[socket.socket, Heard], None], said: str) -> None:
        with fake(serve) as (port, _):
            start = time.monotonic()
            with pytest.raises(LiveError, match=said) as error:
                check_live([f"ldap://127.0.0.1:{port}"], settings=Settings(insecure_plain=True, timeout=2, most=1 << 24), base=SUFFIX)
            assert time.monotonic() - start < 10
            assert "\n" not in str(error.value)
            assert str(port) in str(error.value)

    @pytest.mark.parametrize(
        "words",
        [["--retire", "old.example.com"], ["--timeout", "nan"], ["--timeout", "inf"], ["--bind-dn", "x", "--password-fd", "99999999999"]],
    )
    def test_usage(self, words: list[str]) -> None:
        done = command("--ldap", "ldaps://localhost:1", *words)
        assert (done.returncode, "a bug of odkit" in done.stderr) == (2, False)
        assert "Usage: odkit check-live" in done.stderr

    def test_nobody_there(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(LiveError, match="Connection refused"):
            LiveDirectory(f"ldap://127.0.0.1:{port}", Anonymous(), Settings(insecure_plain=True, timeout=2))


class TestKerberos:
    REALM = "EXAMPLE.COM"

    @pytest.fixture
    def realm(self) -> Iterator[ScratchRealm]:
        needs("krb5kdc", "kadmin.local")
        with ScratchRealm(self.REALM, listen=True) as found:
            found.add([b"asker", b"u0"], f"-pw {SECRET}")
            found.add([b"u1"], "-pw another")
            found.add([b"u2"], f"-pw {SECRET} -allow_tix")
            found.add([b"late"], f"-pw {SECRET} -pwexpire yesterday")
            found.add([b"past"], f"-pw {SECRET} -expire yesterday")
            found.add([b"host/live.example.com", b"host/old.example.com", b"ldap/localhost"])
            found.kadmin([b"ktadd -norandkey -k " + str(found.folder / "keytab").encode() + b" ldap/localhost"])
            yield found

    def test_tickets_before_and_after_the_purge(self, realm: ScratchRealm) -> None:
        words = ["--principal", f"asker@{self.REALM}", "--principal-check", "live.example.com", "--principal-check", "never.example.com",
                 "--retire", "old.example.com", "--json"]  # fmt: skip
        body = json.loads(command(*words, env=realm.env, fd=SECRET).stdout)
        assert {(f["code"], f["subject"]) for f in body["findings"]} == {
            ("OD806", f"host/never.example.com@{self.REALM}"),
            ("OD807", f"host/old.example.com@{self.REALM}"),
        }
        assert "the KDC does not know the service" in body["findings"][0]["message"]
        other = json.loads(
            command("--principal", f"asker@{self.REALM}", "--retire", "OLD.Example.com.", "--json", env=realm.env, fd=SECRET).stdout
        )
        assert [f["code"] for f in other["findings"]] == ["OD807"]  # in any spelling
        realm.kadmin([b"delprinc -force host/old.example.com"])
        done = command(*words[:4], *words[6:], env=realm.env, fd=SECRET)
        assert (done.returncode, json.loads(done.stdout)["findings"]) == (0, [])
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
            rows = {row.pop("user"): row for row in json.loads(done.stdout)["summary"]["logins"]}
            assert rows["u0"] == {"ldap": "fine", "kerberos": "fine"}
            assert rows["u1"] == {"ldap": "fine", "kerberos": "wrong password or key"}
            assert rows["u2"] == {"ldap": "fine", "kerberos": "the client is disabled"}
            assert rows["late"]["kerberos"] == "the password has expired"
            assert rows["past"]["kerberos"] == "the client's entry has expired"
            assert rows["nobody"] == {"ldap": "the directory does not show such a user", "kerberos": "the KDC does not know the client"}
            assert SECRET not in done.stdout + done.stderr
            users.write_text("u0 wrong\n")
            done = command(*words, "--json", env=realm.env)
            assert json.loads(done.stdout)["summary"]["logins"] == [
                {"user": "u0", "ldap": "wrong password, or the account is disabled", "kerberos": "wrong password or key"}
            ]

    def test_a_gssapi_bind_end_to_end(self, realm: ScratchRealm, tmp_path: Path) -> None:
        more = ("sasl-host localhost", f"sasl-realm {self.REALM}")
        with directory(tmp_path, domain(), *more, env=realm.env) as server:
            words = [
                "--ldap",
                f"ldaps://localhost:{server.tls_port}",
                "--ca-file",
                str(tmp_path / "server.pem"),
                "--principal",
                f"asker@{self.REALM}",
                "--gssapi",
            ]
            done = command(*words, env=realm.env, fd=SECRET)
            assert done.returncode == 0, done.stderr
            log = server.log.read_text()
        assert 'BIND dn="uid=asker,cn=example.com,cn=gssapi,cn=auth" mech=GSSAPI' in log

    def test_without_gssapi_the_directory_is_still_checked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("odkit.live.kerberos.find_spec", lambda _: None)
        with directory(tmp_path, domain()) as server:
            url = f"ldaps://localhost:{server.tls_port}"
            assert check_live([url], settings=settings(tmp_path)).report.summary["answer"] == "as it should be"
            with pytest.raises(
                LiveError, match=r"^this needs gssapi: apt-get install libkrb5-dev gcc, then pip install 'odkit\[kerberos\]'$"
            ):
                check_live([url], settings=settings(tmp_path), logins=Logins((("u0", "x"),), "R"))

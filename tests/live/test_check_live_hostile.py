"""`check_live` against servers that nobody should meet: silent, slow, flooding, lying ones."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import ldap3
import pytest

from live.running import ADMIN, SECRET, SUFFIX, certificate, command
from odkit.errors import LiveError, UsageError
from odkit.live.binding import Anonymous, Settings, Simple
from odkit.live.bounds import MAX_MESSAGE
from odkit.live.check import check_live
from odkit.live.ldap import LiveDirectory

pytestmark = pytest.mark.live


@pytest.fixture(autouse=True)
def _small_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The servers here read a message's number from one byte, and ldap3 counts those of all connections of a process."""
    monkeypatch.setattr(ldap3.Server, "_message_counter", 0)


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
                LiveDirectory(f"ldaps://localhost:{port}", Simple(ADMIN, SECRET), Settings(str(trusted), timeout=60))
        assert re.search("certificate|self.signed|expired|Hostname mismatch", str(error.value)), error.value
        assert b"\n" not in str(error.value).encode()
        assert SECRET.encode() not in b"".join(heard)

    def test_a_refused_starttls(self, tmp_path: Path) -> None:
        refused = pytest.raises(LiveError, match="the server refuses StartTLS; nothing was sent")
        with fake(refuse_start_tls) as (port, heard), refused:
            LiveDirectory(f"ldap://localhost:{port}", Simple(ADMIN, SECRET), Settings(timeout=60))
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
    silence(client, heard)


def nested(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    inner = b""
    for _ in range(20_000):
        inner = b"\x30\x83" + len(inner).to_bytes(3, "big") + inner
    client.sendall(b"\x30\x83" + len(inner).to_bytes(3, "big") + inner)
    silence(client, heard)


def early(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    client.sendall(b"\x30\x0c\x02\x01")


def web(client: socket.socket, heard: Heard) -> None:
    heard.append(client.recv(4096))
    client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    silence(client, heard)


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
    """A server on loopback that does one thing with every client; at the end it has heard all that a client has sent."""
    heard: Heard = []
    clients: list[threading.Thread] = []

    def one(client: socket.socket) -> None:
        with client, suppress(OSError):
            serve(client, heard)

    def run(listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            clients.append(threading.Thread(target=one, args=(client,), daemon=True))
            clients[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=run, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1], heard
        for client in clients:
            client.join(60)
            assert not client.is_alive()


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
            (pages, "the server sent an empty page and announced more"),
            (again, "gives cn=x twice"),
            (other_end, "the final answer is missing|cannot be read"),
        ],
    )
    def test_one_clear_line_within_the_timeout(self, serve: Callable[[socket.socket, Heard], None], said: str) -> None:
        timeout = 1 if serve in {silence, drip} else 20  # what ends by itself does so also on a busy machine
        with fake(serve) as (port, _):
            start = time.monotonic()
            with pytest.raises(LiveError, match=said) as error:
                check_live([f"ldap://127.0.0.1:{port}"], settings=Settings(insecure_plain=True, timeout=timeout, most=1 << 24), base=SUFFIX)
            assert time.monotonic() - start < 60  # drip would go on for an hour
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
            LiveDirectory(f"ldap://127.0.0.1:{port}", Anonymous(), Settings(insecure_plain=True, timeout=20))

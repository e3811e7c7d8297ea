"""A directory to be checked, its certificate, and how to connect to it."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from commandline import odkit
from conftest import needs
from odkit.ldif import Entry
from odkit.live.binding import Settings
from odkit.rehearsal.slapd import ScratchDirectory
from processes import Copy

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
    return Settings(ca_file=str(folder / "server.pem"), timeout=60, **more)  # type: ignore[arg-type]


def command(
    *words: str, env: dict[str, str] | None = None, fd: str | None = None, process: bool = False
) -> subprocess.CompletedProcess[str]:
    """``odkit check-live``, with what it is to read from a file descriptor: in this process, or in one of its own."""
    with contextlib.ExitStack() as stack:
        if fd is not None:
            reading, writing = os.pipe()
            os.write(writing, fd.encode() + b"\n")
            os.close(writing)
            stack.callback(os.close, reading)
            words = (*words, "--password-fd", str(reading))
        if not process:
            return odkit("check-live", *words, data=None, env=env)
        copy = Copy("check-live", *words, env=env)
        out, err = copy.communicate()
        return subprocess.CompletedProcess(words, copy.returncode or 0, out, err)

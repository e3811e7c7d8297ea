"""A scratch Samba domain: provisioned offline in a folder, its server alone in namespaces of its own, gone when it is closed.

A domain controller listens on the well-known ports and writes below /run, so that it gets a network, a /run and an /etc/hosts of its own
(namespaces(7), Linux, root).  It lives in a process namespace, too: whatever it has started dies with it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from odkit.errors import LiveError
from odkit.kerberos.kadmin import check_realm
from odkit.rehearsal.programs import SYSTEM_PATH, program, run
from odkit.rehearsal.server import start_server
from odkit.text import shorten

__all__ = ["HOST", "PACKAGES", "ScratchDomain"]

PACKAGES = "samba samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind smbclient ldb-tools python3-samba krb5-user ldap-utils"
HOST = "dc1"
_PORTS = (88, 389, 445, 464, 636)
_PATIENCE = 90  # seconds until the server answers
_OPTIONS = """\
	map to guest = Never
	ldb:nosync = yes
	interfaces = 127.0.0.1/8
	bind interfaces only = yes
	server services = s3fs, rpc, ldap, cldap, kdc, winbindd
	log file = {folder}/log
	tls keyfile = {folder}/tls.key
	tls certfile = {folder}/tls.crt
	tls cafile =
"""
_START = """\
set -e
mount --make-rprivate /
mount -t proc proc /proc
ip link set lo up
mount -t tmpfs none /run
mkdir /run/samba
mount -t tmpfs none /var/log/samba
mount --bind "$1/hosts" /etc/hosts
exec samba -F -s "$1/etc/smb.conf" --no-process-group
"""
_WAIT = """\
import socket, sys, time
until = time.monotonic() + float(sys.argv[1])
for port in map(int, sys.argv[2:]):
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            if time.monotonic() > until:
                sys.exit(f"nothing answers on port {port}")
            time.sleep(0.05)
"""


class ScratchDomain:
    """A domain with one controller.

    Args:
        folder: for its files; made by `provision`, or a copy of what that made.
        realm: of the domain.

    Attributes:
        env: the environment in which programs see this domain and no other.
    """

    def __init__(self, folder: Path, realm: str) -> None:
        check_realm(realm.encode("utf-8", "surrogateescape"))
        self.folder, self.realm = folder, realm
        self.config = folder / "etc" / "smb.conf"
        self.sam = folder / "private" / "sam.ldb"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KRB5")}
        self.env = inherited | {
            "SMB_CONF_PATH": str(self.config),
            "KRB5_CONFIG": str(folder / "krb5.conf"),
            "LDAPTLS_REQCERT": "never",
            "PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}",
            "LC_ALL": "C.UTF-8",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._server = 0

    @classmethod
    def provision(cls, folder: Path, realm: str) -> Self:
        """Make a domain; the folder must not exist.

        Raises:
            LiveError: Samba is not installed, or does not make it.
        """
        for name in ("samba", "samba-tool", "winbindd", "smbclient", "ldbadd", "ldbmodify", "kinit", "ldapsearch", "nsenter", "ip"):
            program(name, PACKAGES)
        label = realm.partition(".")[0][:15]
        run(
            program("samba-tool", PACKAGES), "domain", "provision", f"--realm={realm}", f"--domain={label}", "--server-role=dc",
            "--dns-backend=NONE", f"--targetdir={folder}", f"--host-name={HOST}", "--host-ip=127.0.0.1", "--use-rfc2307",
            "--option=ldb:nosync=yes",
            env=os.environ | {"LC_ALL": "C.UTF-8"}, timeout=600,
        )  # fmt: skip
        made = cls(folder, realm)
        run(
            program("openssl", "openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "30", "-subj", f"/CN={made.host}", "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt"),
        )  # fmt: skip
        (folder / "tls.key").chmod(0o600)
        made.write_config(made.config.read_text(), folder)
        return made

    @classmethod
    def copy_of(cls, made: Self, folder: Path) -> Self:
        """Return a copy of a domain whose server does not run."""
        shutil.copytree(made.folder, folder, symlinks=True)
        copy = cls(folder, made.realm)
        copy.write_config(made.config.read_text(), made.folder)
        return copy

    @property
    def host(self) -> str:
        """Full name of the controller."""
        return f"{HOST}.{self.realm.lower()}"

    def write_config(self, text: str, before: Path) -> None:
        """Write smb.conf, krb5.conf and hosts.

        Args:
            text: an smb.conf as `provision` or this function wrote it.
            before: folder that its paths lead to.
        """
        lines = [line for line in text.replace(str(before), str(self.folder)).split("\n") if not self._ours(line)]
        at = lines.index("[global]") + 1
        options = _OPTIONS.format(folder=self.folder).rstrip("\n").split("\n")
        self.config.write_text("\n".join([*lines[:at], *options, *lines[at:]]))
        (self.folder / "cache").mkdir(exist_ok=True)
        (self.folder / "hosts").write_text(f"127.0.0.1 localhost {self.host} {HOST}\n")
        (self.folder / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {self.realm}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            f" dns_canonicalize_hostname = false\n rdns = false\n[realms]\n {self.realm} = {{\n  kdc = 127.0.0.1\n"
            f"  kpasswd_server = 127.0.0.1\n }}\n[domain_realm]\n {self.host} = {self.realm}\n"
        )

    @staticmethod
    def _ours(line: str) -> bool:
        name = line.partition("=")[0].strip()
        return any(name == option.partition("=")[0].strip() for option in _OPTIONS.split("\n")) if name else False

    def start(self) -> None:
        """Start the server, and wait until it answers.

        Raises:
            LiveError: it does not; the message holds the end of its log.
        """
        log = self.folder / "server.log"
        words = [program("unshare", "util-linux"), "-n", "-m", "-p", "-f", "--kill-child", "sh", "-c", _START, "sh", str(self.folder)]
        self._process = start_server(words, self.env, log)
        try:
            self._server = self._child()
            self.run(sys.executable, "-c", _WAIT, str(_PATIENCE), *map(str, _PORTS), timeout=_PATIENCE + 10)
        except LiveError as error:
            self.stop()
            raise LiveError(f"samba does not start: {error}; {shorten(log.read_bytes()[-400:], 400)}") from error

    def _child(self) -> int:
        """Return number of the first process in the server's namespaces; unshare waits for it."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        while self._process.poll() is None:
            found = children.read_text().split()
            if found:
                return int(found[0])
        raise LiveError("namespaces cannot be made on this machine")

    def run(
        self, *words: str, env: Mapping[str, str] | None = None, data: bytes = b"", check: bool = True, timeout: float = 120
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a program where it sees the server; before `start` where this process is.

        Raises:
            LiveError: it fails (when ``check``), or does not end in time.
        """
        inside = ("nsenter", "-t", str(self._server), "-n", "-m", "--") if self._server else ()
        return run(*inside, *words, env=self.env | dict(env or {}), data=data, check=check, timeout=timeout)

    def search(self, expression: str, *attributes: str) -> bytes:
        """Return what ``ldbsearch`` prints."""
        return run(program("ldbsearch", PACKAGES), "-H", str(self.sam), expression, *attributes, env=self.env).stdout

    def stop(self) -> None:
        """Stop the server."""
        self._server = 0
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()  # --kill-child: the first process of the namespace dies with it, and all others with that
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

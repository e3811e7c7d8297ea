"""A scratch 389 Directory Server: an instance in a folder of its own, without systemd and without ``dscreate``.

``dscreate`` calls systemctl, and takes ten seconds.  An instance is a configuration (dse.ldif), made from the template that the package
brings, and a schema beside it; ``ns-slapd`` makes the rest at its first start.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

from odkit.errors import LiveError
from odkit.ldif import Entry, read
from odkit.patterns import compiled
from odkit.rehearsal.programs import SYSTEM_PATH, program, run, wait_for_port
from odkit.rehearsal.server import ScratchServer, start_server, stop_server

__all__ = ["MANAGER", "PACKAGES", "ScratchInstance"]

PACKAGES = "389-ds-base ldap-utils"
MANAGER = "cn=Directory Manager"
_DATA = Path("/usr/share/dirsrv")
_SETTINGS = Path("/etc/dirsrv/config")
_ROUNDS = 10_000
_COMMENT = compiled(r"(?m)^#.*\n")
_PARAGRAPH = compiled(r"\n{3,}")
_MARK = compiled(r"%(\w+)%")
_OPEN = compiled(r"[\w=, .-]+\Z")  # a suffix that needs no quoting in the template


class ScratchInstance(ScratchServer):
    """An instance on loopback, which is not started.

    Args:
        suffix: of its one backend, ``userroot``, which is empty.
        within: make its folder in this one.
        env: its environment; this process' own by default.

    Attributes:
        config: its configuration folder, ``slapd-scratch``.
        env: as given, with the system's programs in its PATH.
        password: of `MANAGER`, made for this server.
        port: where it listens once it is started.

    Raises:
        LiveError: 389-ds-base is not installed, or the suffix cannot be written into the template.
    """

    def __init__(self, suffix: str, *, within: Path | None = None, env: Mapping[str, str] | None = None) -> None:
        self._server = program("ns-slapd", PACKAGES)
        if not _OPEN.match(suffix):
            raise LiveError(f"a scratch 389-DS cannot carry the suffix {suffix!r}")
        super().__init__("odkit-389-", within)
        self.env = dict(os.environ if env is None else env) | {"LC_ALL": "C"}
        self.env["PATH"] = f"{self.env.get('PATH', '')}:{SYSTEM_PATH}"
        self.suffix = suffix
        self.port = self.take_port()
        self.password = secrets.token_urlsafe(18)
        self.config = self.folder / "slapd-scratch"
        try:
            self._write()
        except OSError as error:
            self.close()
            raise LiveError(f"389-DS is not complete: {error.filename}: {error.strerror}; install {PACKAGES}") from error

    def _write(self) -> None:
        d = self.folder
        shutil.copytree(_SETTINGS, self.config)
        shutil.copytree(_DATA / "schema", self.config / "schema")
        folders = {name: d / name for name in ("lock", "tmp", "ldif", "bak", "run", "inst", "log", "db")}
        for path in folders.values():
            path.mkdir(mode=0o700)
        (d / "db" / "userroot").mkdir(mode=0o700)
        user = run("id", "-un", env=self.env).stdout.decode().strip()
        values = {f"{name}_dir": str(path) for name, path in folders.items()} | {
            "schema_dir": str(self.config / "schema"), "cert_dir": str(self.config), "config_dir": str(self.config),
            "db_home_dir": str(d / "db"), "fqdn": "localhost", "ds_port": str(self.port), "ds_user": user, "rootdn": MANAGER,
            "ds_passwd": _hashed(self.password), "ldapi_enabled": "off", "ldapi": "/nowhere", "ldapi_autobind": "off",
            "db_lib": "bdb", "ds_bename": "userroot", "ds_suffix": self.suffix,
        }  # fmt: skip
        text = "\n".join((_DATA / "data" / f"template-{name}.ldif").read_text("utf-8") for name in ("dse", "suffix-db"))
        text = _MARK.sub(lambda match: values[match[1]], _COMMENT.sub("", text))
        text = text.replace(f"nsslapd-port: {self.port}\n", f"nsslapd-port: {self.port}\nnsslapd-listenhost: 127.0.0.1\n")
        (self.config / "dse.ldif").write_text(_PARAGRAPH.sub("\n\n", text).strip() + "\n\n")

    @property
    def url(self) -> str:
        """LDAP URL of the instance."""
        return f"ldap://127.0.0.1:{self.port}"

    def export(self) -> bytes:
        """Return what ``db2ldif`` writes of the stopped instance; empty for a backend that was never filled."""
        target = self.folder / "ldif" / "whole.ldif"
        target.unlink(missing_ok=True)
        words = (self._server, "db2ldif", "-D", str(self.config), "-n", "userroot", "-U", "-a", str(target))
        run(*words, env=self.env, check=False, timeout=600)
        return target.read_bytes() if target.exists() else b""

    def entries(self) -> dict[str, Entry]:
        """Return what is stored, by DN; the instance has to be stopped."""
        return {entry.dn: entry for entry in read(self.export()) if isinstance(entry, Entry)}

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        log = self.folder / "out"
        words = [self._server, "-D", str(self.config), "-i", f"{self.folder}/run/slapd-scratch.pid", "-d", "0"]
        self._process = start_server(words, self.env, log)
        wait_for_port(self.port, self._process, log, 60)

    def stop(self) -> None:
        """Stop the server."""
        if self._process is not None:
            stop_server(self._process, 60)
            self._process = None

    def bind(self, dn: str, password: str) -> int:
        """Bind with a DN and a password; returns the status of ldapwhoami."""
        return self.client("ldapwhoami", dn, password).returncode

    def client(self, program_name: str, dn: str, password: str, *words: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a program of ldap-utils against the instance, with a simple bind."""
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(password, "utf-8", "surrogateescape")
        line = [program(program_name, PACKAGES), "-x", "-H", self.url, "-D", dn, "-y", str(secret), *words]
        return run(*line, env=self.env, data=data, check=False, timeout=600)

    def change(self, ldif: bytes) -> None:
        """Apply change records as the manager.

        Raises:
            LiveError: one of them is refused.
        """
        done = self.client("ldapmodify", MANAGER, self.password, data=ldif)
        if done.returncode:
            raise LiveError(f"389-DS refuses a change: {done.stderr[-300:]!r}")


def _hashed(password: str) -> str:
    """Return a password as ``{PBKDF2-SHA512}``, the only form in which a configuration may hold the manager's."""
    salt = secrets.token_bytes(16)
    made = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, 64)
    return f"{{PBKDF2-SHA512}}{_ROUNDS}${b64encode(salt).decode()}${b64encode(made).decode()}"

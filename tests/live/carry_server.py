"""A stopped OpenLDAP server with the configuration that odkit wrote, and what a person does with it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conftest import SYSTEM_PATH, needs, needs_root
from odkit.rehearsal.ldap import simple_bind
from odkit.rehearsal.programs import Port, wait_for_port
from processes import Copy
from schemas import loaded


def environment(*, mechanisms: bool = False) -> dict[str, str]:
    """Return what programs are started with: without the mechanisms of SASL where the tests do without them."""
    names = {"GNUTLS_NO_IMPLICIT_INIT"} | (set() if mechanisms else {"SASL_PATH"})
    kept = {name: value for name, value in os.environ.items() if name in names}
    return {"PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}", "LC_ALL": "C", **kept}


def run(
    *words: str | Path, data: str = "", env: dict[str, str] | None = None, mechanisms: bool = False
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        check=False,
        input=data,
        env=environment(mechanisms=mechanisms) | (env or {}),
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=120,
    )


@dataclass
class Server:
    """A server's folder: configuration in one form, database, and slapd when it runs."""

    folder: Path
    plan: Path
    form: str = "slapd.d"
    env: dict[str, str] = field(default_factory=dict)
    prefix: Sequence[str] = ()
    port: int = 0
    _held: Port | None = None
    _process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        (self.folder / "db").mkdir(parents=True)
        self.configure((self.plan / "config" / ("slapd.conf" if self.form == "slapd.conf" else "slapd.d.ldif")).read_text())

    def configure(self, text: str) -> None:
        """Put a configuration in place, its paths below the folder."""
        for path in (self.plan / "schema").iterdir():
            text = text.replace(f"/etc/ldap/schema/{path.name}", str(path))
        text = text.replace("/var/lib/ldap", f"{self.folder}/db").replace("/var/run/slapd", str(self.folder))
        if self.form == "slapd.conf":
            (self.folder / "slapd.conf").write_text(text)
            return
        (self.folder / "config.ldif").write_text(text)
        (self.folder / "slapd.d").mkdir()
        done = run("slapadd", "-n", "0", "-F", self.folder / "slapd.d", "-l", self.folder / "config.ldif")
        assert done.returncode == 0, done.stderr

    @property
    def config(self) -> Path:
        return self.folder / self.form

    @property
    def flag(self) -> str:
        return "-f" if self.form == "slapd.conf" else "-F"

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    def load(self, *words: str | Path, shell: Sequence[str] = ("dash",)) -> subprocess.CompletedProcess[str]:
        return run(*shell, self.plan / "load.sh", "--rehearsal", "--config", self.config, *words)

    def slapcat(self, suffix: str) -> bytes:
        done = run("slapcat", self.flag, self.config, "-b", suffix)
        assert done.returncode == 0, done.stderr
        return done.stdout.encode("utf-8", "surrogateescape")

    def start(self) -> None:
        self._held = Port()
        self.port = self._held.number
        words = [*self.prefix, "slapd", self.flag, str(self.config), "-h", self.url, "-d", "0"]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                words, env=environment(mechanisms=True) | self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_for_port(self.port, self._process, self.folder / "log", 100)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(100)
            self._process = None
        if self._held is not None:
            self._held.close()
            self._held = None

    def search(self, base: str, wanted: str, *attributes: str, bind: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        return run("ldapsearch", "-x", "-LLL", "-o", "ldif-wrap=no", "-H", self.url, *bind, "-b", base, wanted, *attributes)

    def bind(self, dn: str, password: str) -> int:
        """Result code of a simple bind: 0, or 49 for wrong credentials."""
        return simple_bind(self.url, dn, password)


def private_sasl(folder: Path, plan: Path, mux: Path | None = None) -> tuple[str, ...]:
    """Words in front of slapd, which reads /etc/ldap/sasl2 wherever it is told to look: a mount that only it sees.

    `mux` is the folder of a saslauthd's socket, where one runs.
    """
    Path("/etc/ldap/sasl2").mkdir(exist_ok=True)
    (folder / "sasl2").mkdir()
    text = (plan / "config" / "sasl2-slapd.conf").read_text()
    (folder / "sasl2" / "slapd.conf").write_text(text if mux is None else text.replace("/var/run/saslauthd", str(mux)))
    return ("unshare", "-m", "sh", "-c", f"mount --bind '{folder}/sasl2' /etc/ldap/sasl2 && exec \"$@\"", "sh")


def rehearsed(folder: Path, *words: str) -> tuple[int, list[dict[str, str]]]:
    """What ``odkit carry --rehearse`` says of a folder: its status, and its rows."""
    needs("slapd", "slapadd", "slapcat", "ldapsearch")
    needs_root()
    process = Copy("carry", *words, "-o", folder, "--rehearse", "--json")
    out, err = process.communicate()
    assert process.returncode is not None, err
    return process.returncode, loaded(out)["rows"]

"""Scratch servers for the live tests."""

from __future__ import annotations

import contextlib
import functools
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import odkit
from conftest import MART, ROOT, SYSTEM_PATH, in_memory, needs
from odkit.rehearsal.heimdal import ScratchHeimdal, prefix
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.slapd import ScratchDirectory, state
from odkit.rehearsal.standins import Machine, install
from odkit.rehearsal.terminal import Session, run_on_terminal

REALM = "MEDICALMART.EXAMPLE.COM"
# for whole runs dash, bash and zsh: the functions that decide are called in all of them by tests/shell
SHELLS = {"dash": ["dash"], "bash": ["bash"], "zsh": ["zsh"], "posh": ["posh"], "busybox": ["busybox", "sh"], "mksh": ["mksh"]}


def inventory_names(stage: str) -> list[bytes]:
    """Names of a stage's listprincs, without those that every new realm has."""
    lines = (MART / stage / "listprincs.txt").read_bytes().split(b"\n")[1:]
    own = (b"K/M@", b"krbtgt/MEDICALMART", b"kadmin/admin@", b"kadmin/changepw@", b"kadmin/history@")
    return [line for line in lines if line and not line.startswith(own)]


@pytest.fixture(scope="session", autouse=True)
def _memory() -> Iterator[Path | None]:
    """Scratch servers, and the workplaces of scripts, in memory where it has room for them: every server's database waits for the disk."""
    memory = in_memory()
    if memory is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="odkit-live-", dir=memory) as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.fixture(scope="session", autouse=True)
def _no_mechanisms() -> Iterator[None]:
    """LDAP's programs find no mechanism of SASL: each loads all that are installed, which is a half of ldapsearch's time, and a third of slapd's.

    A server or a login that a test tries by one is started with `with_mechanisms`.  GnuTLS is made ready by what speaks TLS, and not by
    whatever is linked with it.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SASL_PATH", "/nonexistent")
        patch.setenv("GNUTLS_NO_IMPLICIT_INIT", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def _few_files() -> Iterator[None]:
    """Programs may open as many files as on most machines: slapd makes a connection ready for each when it starts, which may be most of that."""
    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft > 1024:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def with_mechanisms(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which programs load the mechanisms of SASL."""
    return {name: value for name, value in env.items() if name != "SASL_PATH"}


@pytest.fixture
def tmp_path(_memory: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A test's own folder, in memory, too: servers and keytabs lie in it"""
    if _memory is None:
        yield tmp_path_factory.mktemp("test")
        return
    with tempfile.TemporaryDirectory(prefix="test-", dir=_memory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def heimdal_prefix() -> Iterator[None]:
    """Heimdal's programs, unpacked beside MIT's by script/setup-tests."""
    with pytest.MonkeyPatch.context() as patch:
        if "HEIMDAL_PREFIX" not in os.environ and (ROOT / ".heimdal").is_dir():
            patch.setenv("HEIMDAL_PREFIX", str(ROOT / ".heimdal"))
        if prefix() is None:
            needs("kadmin.heimdal")
        yield


@functools.cache
def _new_heimdal(*names: bytes) -> tuple[bytes, bytes, bytes]:
    """Master key, a seed, and the dump of a realm of the company's name as it was made: that takes longer than all that most tests do with one."""
    with fresh_heimdal() if names else ScratchHeimdal(REALM) as realm:
        realm.add(names)
        return (realm.folder / "m-key").read_bytes(), realm.seed(), realm.dump()


def fresh_heimdal(*names: bytes) -> ScratchHeimdal:
    """A realm of the company's name, with Heimdal's own principals and these: all such realms have the same keys."""
    m_key, seed, made = _new_heimdal(*names)
    return ScratchHeimdal(REALM, m_key=m_key, seed=seed, restored=made)


def _with_awk(folder: Path, name: str) -> Path:
    needs(name)
    (folder / "awk").symlink_to(shutil.which(name, path=SYSTEM_PATH) or "")
    return folder


@pytest.fixture(scope="session")
def tools_of_a_mac(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the awk that Mac OS X has, the original one; `test_hostile.py` runs the others, too."""
    return _with_awk(tmp_path_factory.mktemp("mac"), "original-awk")


@pytest.fixture(scope="session")
def tools_of_debian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the awk that Debian has, mawk."""
    return _with_awk(tmp_path_factory.mktemp("debian"), "mawk")


@pytest.fixture(scope="session")
def tools_of_fedora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the awk that FreeIPA's systems have, gawk."""
    return _with_awk(tmp_path_factory.mktemp("fedora"), "gawk")


@pytest.fixture(autouse=True)
def _tools(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The awk of where a script is run: those of `carry` by the new server."""
    name = request.module.__name__.rpartition(".")[2]
    system = "a_mac" if "carry" not in name else "fedora" if name == "test_carry_freeipa" else "debian"
    monkeypatch.setenv("PATH", f"{request.getfixturevalue(f'tools_of_{system}')}:{os.environ.get('PATH', '')}")


@dataclass
class Kdc:
    """A scratch realm, and the stand-ins first in the PATH of its environment."""

    realm: ScratchRealm
    env: dict[str, str]

    def sh(self, *words: str, shell: Sequence[str] = ("dash",), env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*shell, *words], env=self.env | (env or {}), capture_output=True, text=True, check=False, timeout=120)


@contextlib.contextmanager
def scratch_kdc(folder: Path, restored: tuple[Path, Path] | None = None) -> Iterator[Kdc]:
    """A realm of the company's name: new, or from a dump and its stash; stand-ins are put into the folder."""
    needs("kadmin.local", "kdb5_util", "dash")
    standins = install(folder / "standins", Machine("10.5.8"))
    with ScratchRealm(REALM, restored=restored) as realm:
        yield Kdc(realm, realm.env | {"PATH": f"{standins}:{realm.env['PATH']}"})


@pytest.fixture(scope="session")
def empty_realm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Dump and stash of a realm of the company's name, with the KDC's own principals only: it is put back sooner than made."""
    needs("kadmin.local", "kdb5_util")
    dump, stash = (tmp_path_factory.mktemp("realm") / name for name in ("dump", "stash"))
    with ScratchRealm(REALM) as realm:
        dump.write_bytes(realm.dump())
        shutil.copy(realm.folder / "stash", stash)
    return dump, stash


@pytest.fixture
def kdc(tmp_path: Path, empty_realm: tuple[Path, Path]) -> Iterator[Kdc]:
    """Such a realm, for a test of its own."""
    with scratch_kdc(tmp_path, empty_realm) as made:
        yield made


State = dict[str, dict[str, list[bytes]]]
_STATES: dict[tuple[Path, bytes], State] = {}  # the last four, with those of domains as they are put back


@dataclass
class Stage:
    """A scratch slapd with an export, and the stand-ins that act on it."""

    directory: ScratchDirectory
    od: odkit.Directory
    folder: Path
    env: dict[str, str]

    def run(self, *words: str, shell: Sequence[str] = ("dash",)) -> Session:
        return run_on_terminal([*shell, *words], env=self.env, password=self.directory.password)

    def play(self, release: str, style: str = "master", password: str | None = None) -> None:
        machine = Machine(
            release, style, ldap=self.directory.url, suffix=self.od.suffix or "", bind=self.directory.admin,
            password=self.directory.password if password is None else password,
        )  # fmt: skip
        install(self.folder / "standins", machine)

    def now(self) -> State:
        """The state of the directory."""
        return state_now(self.directory)


def staged(directory: ScratchDirectory, od: odkit.Directory, folder: Path) -> Stage:
    """A stage whose stand-ins, of a Leopard master, are in the folder."""
    made = Stage(directory, od, folder, os.environ | {"PATH": f"{folder}/standins:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"})
    made.play("10.5.8")
    return made


def state_now(directory: ScratchDirectory) -> State:
    """The state of a directory: read again only when slapd has written something since, by its own pages."""
    key = (directory.folder, directory.written())
    if key not in _STATES:
        if len(_STATES) > 3:
            del _STATES[next(iter(_STATES))]
        _STATES[key] = state(directory.entries())
    return _STATES[key]


class Kept:
    """A domain on a scratch slapd, which is kept for the next test, and put back when one has written to it."""

    def __init__(self, od: odkit.Directory) -> None:
        self.od = od
        self._directory: ScratchDirectory | None = None
        self._whole = b""
        self._loaded: odkit.Directory | None = None

    def loaded(self) -> odkit.Directory:
        """The domain as slapd shows it before anybody writes."""
        if self._loaded is None:
            self._loaded = odkit.open(self.directory().cat())
        return self._loaded

    def directory(self) -> ScratchDirectory:
        if self._directory is None:
            admin = f"uid=diradmin,cn=users,{self.od.suffix}"
            self._directory = ScratchDirectory([r.entry for r in self.od.records()], self.od.suffix or "", admin)
            self._whole = self._directory.written()
            self._directory.keep()
        elif self._directory.written() != self._whole:
            self._directory.reset()
            # LMDB counts writes from there again: another state than one that was read before may have the same pages
            for key in [key for key in _STATES if key[0] == self._directory.folder and key[1] != self._whole]:
                del _STATES[key]
        return self._directory

    def close(self) -> None:
        if self._directory is not None:
            self._directory.close()
            self._directory = None


@pytest.fixture(scope="session")
def leftover() -> Iterator[Kept]:
    """The domain with leftovers."""
    needs("slapd", "ldapmodify", "dash")
    made = Kept(odkit.open(MART / "leftover" / "export.ldif"))
    yield made
    made.close()


@pytest.fixture
def stage(tmp_path: Path, leftover: Kept) -> Stage:
    """The domain with leftovers on a scratch slapd."""
    return staged(leftover.directory(), leftover.od, tmp_path)

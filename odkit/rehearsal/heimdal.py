"""A scratch Heimdal realm, for scripts written for ``--target heimdal``: its database and tools, no server.

Debian's packages of Heimdal and MIT exclude each other.  Where MIT stands, Heimdal's are only unpacked (``dpkg-deb -x``), and
``HEIMDAL_PREFIX`` names the folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from subprocess import CompletedProcess

from odkit.errors import LiveError
from odkit.kerberos.kadmin import check_realm
from odkit.patterns import regex
from odkit.rehearsal.programs import SYSTEM_PATH, run, wait_for_port
from odkit.rehearsal.server import ScratchServer, start_server

__all__ = ["ScratchHeimdal", "prefix"]

_FEW = 2  # so many keys are made sooner than a dump is written and merged
_BLANK = regex(rb"[\t-\r]|(?<!\\) ")


def prefix() -> Path | None:
    """Return where Heimdal's packages were unpacked: ``HEIMDAL_PREFIX``, or the root folder when they are installed; None without them."""
    named = os.environ.get("HEIMDAL_PREFIX")
    for folder in (Path(named),) if named else (Path("/"),):
        if (folder / "usr/bin/kadmin.heimdal").is_file():
            return folder
    return None


class ScratchHeimdal(ScratchServer):
    """A Heimdal realm in a temporary folder.

    Args:
        realm: its name.
        listen: start the KDC, too; without it only the database exists.
        within: make its folder in this one.
        weak: take single DES, at the KDC and at the client.
        m_key: a master key file, in any of Heimdal's forms; a new one is made without it.
        restored: what `dump` returns of another one of this name and master key: the realm is put back instead of made anew.
        seed: what `seed` returns of that one: the principals that are added get its key.

    Attributes:
        env: the environment in which Heimdal's programs see this realm and no other.  ``kadmin``, ``ktutil`` and ``klist`` in
            its PATH are Heimdal's.
        folder: where its files are, mode 0700.
    """

    def __init__(
        self,
        realm: str,
        *,
        listen: bool = False,
        within: Path | None = None,
        weak: bool = False,
        m_key: bytes | None = None,
        restored: bytes | None = None,
        seed: bytes | None = None,
    ) -> None:
        check_realm(realm.encode("utf-8", "surrogateescape"))
        root = prefix()
        if root is None:
            raise LiveError("Heimdal is not installed: apt-get install heimdal-kdc heimdal-clients, or unpack them and set HEIMDAL_PREFIX")
        self.realm = realm
        super().__init__("odkit-heimdal-", within)
        self.port = self.take_port()
        self._root, self._weak, self._seed = root, weak, seed
        try:
            self.env = self._write_config(root)
            if m_key is not None:
                (self.folder / "m-key").touch(mode=0o600)
                (self.folder / "m-key").write_bytes(m_key)
            else:
                run(str(root / "usr/sbin/kstash"), "--random-key", f"--key-file={self.folder}/m-key", env=self.env)
            if restored is not None:
                (self.folder / "restored.dump").write_bytes(restored)
                self.kadmin("load", str(self.folder / "restored.dump"))
            else:
                self.kadmin("init", "--realm-max-ticket-life=unlimited", "--realm-max-renewable-life=unlimited", realm)
            if listen:
                self.start()
        except BaseException:
            self.close()
            raise

    def _write_config(self, root: Path) -> dict[str, str]:
        d = self.folder
        (d / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {self.realm}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            f" dns_canonicalize_hostname = false\n allow_weak_crypto = {str(self._weak).lower()}\n"
            f"[realms]\n {self.realm} = {{\n  kdc = tcp/127.0.0.1:{self.port}\n  admin_server = 127.0.0.1\n }}\n"
            f"[kdc]\n database = {{\n  dbname = {d}/heimdal\n  realm = {self.realm}\n  mkey_file = {d}/m-key\n"
            f"  acl_file = {d}/acl\n  log_file = {d}/log\n }}\n[logging]\n default = FILE:{d}/library.log\n"
        )
        (d / "acl").touch()
        tools = d / "tools"
        tools.mkdir()
        found = {"kadmin": "usr/bin/kadmin.heimdal", "ktutil": "usr/bin/ktutil.heimdal", "klist": "usr/bin/klist.heimdal",
                 "kinit": "usr/bin/kinit.heimdal", "kdc": "usr/lib/heimdal-servers/kdc"}  # fmt: skip
        for name, place in found.items():
            (tools / name).symlink_to((root / place).resolve())
        libraries = [str(folder) for folder in sorted((root / "usr/lib").glob("*-linux-gnu*"))]
        libraries += [f"{folder}/heimdal" for folder in libraries]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KRB5")}
        return inherited | {
            "KRB5_CONFIG": f"{d}/krb5.conf",
            "LD_LIBRARY_PATH": ":".join(libraries),
            "PATH": f"{tools}:{os.environ.get('PATH', '')}:{SYSTEM_PATH}",
        }

    def run(self, *words: str | bytes, check: bool = True) -> CompletedProcess[bytes]:
        """Run one of Heimdal's programs: ``kadmin``, ``ktutil``, ``klist``."""
        program = shutil.which(words[0], path=self.env["PATH"]) if isinstance(words[0], str) else None
        return run(program or words[0], *words[1:], env=self.env, check=check)

    def kadmin(self, *words: str | bytes, check: bool = True) -> CompletedProcess[bytes]:
        """``kadmin -l -r REALM`` with words."""
        return self.run("kadmin", "-l", "-r", self.realm, *words, check=check)

    def add(self, names: Iterable[bytes]) -> None:
        """Add principals with random keys, by their unparsed names: the same one, where they are many.

        Raises:
            LiveError: one of them could not be added.
        """
        wanted = list(names)
        if len(wanted) > _FEW or self._seed is not None:
            own = b"@" + self.realm.encode()
            self._merge([name.removesuffix(own) + own for name in wanted if not _BLANK.search(name)])
            wanted = [name for name in wanted if _BLANK.search(name)]
        self._add(wanted)

    def _add(self, names: list[bytes]) -> None:
        for start in range(0, len(names), 500):
            self.kadmin("add", "--use-defaults", "--random-key", "--", *names[start : start + 500])

    def add_those_it_can(self, names: Iterable[bytes]) -> None:
        """Add principals, and leave out those that Heimdal cannot name.

        They get the key of `seed`, in a dump that is merged; a line that kadmin cannot read it skips.  Names with blanks that a dump does
        not escape are added one by one.
        """
        wanted = list(names)
        self._merge([name for name in wanted if not _BLANK.search(name)], check=False)  # its status tells that it has left one out
        self._add_behind([name for name in wanted if _BLANK.search(name)])

    def seed(self) -> bytes:
        """Return what stands behind the name of a principal with a random key in a dump: a key takes kadmin longer than all the rest."""
        if self._seed is None:
            name, start = b"odkit-seed", b"odkit-seed@" + self.realm.encode() + b" "
            self._add([name])
            self._seed = next(line for line in self.dump().split(b"\n") if line.startswith(start)).removeprefix(start)
            self.kadmin("delete", name)
        return self._seed

    def _merge(self, names: list[bytes], *, check: bool = True) -> None:
        """Add principals, by their whole names, that are like the seed."""
        seed = self.seed()
        part = self.folder / "part.dump"
        part.write_bytes(b"".join(name + b" " + seed + b"\n" for name in names))
        self.kadmin("merge", str(part), check=check)

    def _add_behind(self, names: list[bytes]) -> None:
        """Add principals; kadmin stops at one that it cannot name, and is started again behind it."""
        rest = names
        while rest:
            self.kadmin("add", "--use-defaults", "--random-key", "--", *rest, check=False)
            there = set(self.listing().split(b"\n"))
            own = b"@" + self.realm.encode()
            refused = [at for at, name in enumerate(rest) if name not in there and name.removesuffix(own) not in there]
            rest = rest[refused[0] + 1 :] if refused else []

    def listing(self) -> bytes:
        """Return what ``kadmin -l list '*'`` prints."""
        return self.kadmin("list", "*").stdout

    def dump(self) -> bytes:
        """Return what ``kadmin -l dump`` writes."""
        target = self.folder / "whole.dump"
        target.unlink(missing_ok=True)
        self.kadmin("dump", str(target))
        return target.read_bytes()

    def start(self) -> None:
        """Start the KDC on loopback.

        Raises:
            LiveError: it does not answer.
        """
        log = self.folder / "server.log"
        server = str((self._root / "usr/lib/heimdal-servers/kdc").resolve())
        words = [server, f"--config-file={self.folder}/krb5.conf", f"--ports={self.port}/tcp", "--addresses=127.0.0.1"]
        self._process = start_server(words, self.env, log)
        wait_for_port(self.port, self._process, log)

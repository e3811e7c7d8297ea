"""A scratch MIT realm: its own files, its own port on loopback, gone when it is closed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from odkit.errors import LiveError, RefusedError
from odkit.kerberos.kadmin import check_realm
from odkit.rehearsal.programs import SYSTEM_PATH, program, run, wait_for_port
from odkit.rehearsal.server import ScratchServer, start_server
from odkit.text import escape, shorten

__all__ = ["LINE", "ScratchRealm"]

LINE = 8000  # bytes; the ss library of today splits after 8191

_PACKAGES = "krb5-kdc krb5-admin-server krb5-user"


class ScratchRealm(ScratchServer):
    """A realm in a temporary folder.

    Args:
        realm: its name.
        listen: start krb5kdc, too; without it only the database exists.
        within: make its folder in this one.
        master: encryption type of its master key; the release's own default without it.
        restored: a ``kdb5_util dump`` and the stash that belongs to it: the realm is put back instead of made anew.

    Attributes:
        env: the environment in which MIT's programs see this realm and no other.
        folder: where its files are, mode 0700.
    """

    def __init__(
        self,
        realm: str,
        *,
        listen: bool = False,
        within: Path | None = None,
        master: str = "",
        restored: tuple[Path, Path] | None = None,
    ) -> None:
        check_realm(realm.encode("utf-8", "surrogateescape"))
        self.realm = realm
        self._kadmin = program("kadmin.local", _PACKAGES)
        self._util = program("kdb5_util", _PACKAGES)
        super().__init__("odkit-kdc-", within)
        self.port = self.take_port()
        try:
            self.env = self._write_config()
            if restored is not None:
                shutil.copyfile(restored[1], self.folder / "stash")
                run(self._util, "-r", realm, "load", str(restored[0]), env=self.env)
            else:
                run(self._util, "-r", realm, *(("-k", master) if master else ()), "create", "-s", "-P", "scratch", env=self.env)
            if listen:
                self._start()
        except BaseException:
            self.close()
            raise

    def _write_config(self) -> dict[str, str]:
        d = self.folder
        (d / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {self.realm}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            " dns_canonicalize_hostname = false\n rdns = false\n udp_preference_limit = 1\n"
            f"[realms]\n {self.realm} = {{\n  kdc = 127.0.0.1:{self.port}\n }}\n"
            f"[domain_realm]\n localhost = {self.realm}\n .example.com = {self.realm}\n"
        )
        (d / "kdc.conf").write_text(
            f'[kdcdefaults]\n kdc_listen = ""\n kdc_tcp_listen = 127.0.0.1:{self.port}\n'
            f"[realms]\n {self.realm} = {{\n  database_name = {d}/principal\n  key_stash_file = {d}/stash\n  acl_file = {d}/acl\n"
            "  supported_enctypes = aes256-cts:normal aes128-cts:normal\n }\n"
            f"[logging]\n kdc = FILE:{d}/kdc.log\n default = FILE:{d}/library.log\n"
        )
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KRB5")}
        return inherited | {
            "KRB5_CONFIG": f"{d}/krb5.conf",
            "KRB5_KDC_PROFILE": f"{d}/kdc.conf",
            "KRB5CCNAME": f"FILE:{d}/ccache",
            "KRB5_KTNAME": f"FILE:{d}/keytab",
            "KRB5RCACHENAME": "none:",
            "PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}",
        }

    def _start(self) -> None:
        server = program("krb5kdc", _PACKAGES)
        self._process = start_server([server, "-n", "-P", f"{self.folder}/pid"], self.env, None)
        wait_for_port(self.port, self._process, self.folder / "kdc.log")

    def kadmin(self, commands: Iterable[bytes]) -> subprocess.CompletedProcess[bytes]:
        """Feed commands to kadmin.local, as bytes, without readline between.

        Raises:
            RefusedError: a command that its reader would take for two: what is behind the cut would be run, by a shell if it starts
                with ``!``.
        """
        lines = list(commands)
        for line in lines:
            if len(line) > LINE or b"\n" in line or b"\0" in line:
                raise RefusedError(f"kadmin.local does not read this line as one command: {escape(shorten(line, 60))}")
        data = b"".join(line + b"\n" for line in lines)
        return run(self._kadmin, "-r", self.realm, env=self.env | {"SS_READLINE_PATH": "none", "LC_ALL": "C"}, data=data)

    def add(self, names: Iterable[bytes], options: str = "-randkey") -> None:
        """Add principals by their unparsed names.

        Args:
            names: with or without realm.
            options: of addprinc; ``-nokey`` is the fastest.

        Raises:
            LiveError: one of them could not be added.
        """
        wanted = [b"addprinc " + options.encode() + b' "' + name.replace(b'"', b'""') + b'"' for name in names]
        done = self.kadmin(wanted)
        made = done.stdout.count(b'" created.')
        if made != len(wanted):
            raise LiveError(f"kadmin.local made {made} of {len(wanted)} principals: {done.stderr[-300:]!r}")

    def listing(self) -> bytes:
        """Return what ``kadmin.local -q listprincs`` prints, header and all."""
        return run(self._kadmin, "-r", self.realm, "-q", "listprincs", env=self.env | {"LC_ALL": "C"}).stdout

    def names(self) -> set[bytes]:
        """Return the names that the KDC lists."""
        return {line for line in self.listing().split(b"\n")[1:] if line}

    def dump(self) -> bytes:
        """Return a ``kdb5_util dump`` of the whole database."""
        target = self.folder / "whole.dump"
        run(self._util, "-r", self.realm, "dump", str(target), env=self.env)
        return target.read_bytes()

    def update(self, lines: Iterable[bytes]) -> None:
        """Put these lines of a dump, its first one in front, into the database; all others stay.

        Raises:
            LiveError: kdb5_util does not take them.
        """
        source = self.folder / "part.dump"
        source.write_bytes(b"".join(line + b"\n" for line in lines))
        run(self._util, "-r", self.realm, "load", "-update", str(source), env=self.env)

"""A file server of Samba on loopback: shares without a password, on a port of its own."""

from __future__ import annotations

import getpass
import subprocess
from collections.abc import Mapping
from pathlib import Path

from odkit.rehearsal.programs import program, wait_for_port
from odkit.rehearsal.server import ScratchServer, start_server

__all__ = ["FileServer"]

_GLOBAL = """[global]
    map to guest = Bad User
    guest account = {user}
    interfaces = 127.0.0.1/8
    bind interfaces only = yes
    disable netbios = yes
    load printers = no
    disable spoolss = yes
    server min protocol = SMB2
    log file = {folder}/log
    lock directory = {folder}/lock
    state directory = {folder}/state
    cache directory = {folder}/cache
    private dir = {folder}/private
    pid directory = {folder}/pid
    ncalrpc dir = {folder}/ncalrpc
"""


class FileServer(ScratchServer):
    """smbd with some shares.

    Args:
        shares: name -> folder that it gives.
    """

    def __init__(self, shares: Mapping[str, Path]) -> None:
        super().__init__("odkit-smbd-")
        self.port = self.take_port()
        for name in ("lock", "state", "cache", "private", "pid", "ncalrpc"):
            (self.folder / name).mkdir()
        user = getpass.getuser()
        text = _GLOBAL.format(folder=self.folder, user=user)
        for name, folder in shares.items():
            text += f"[{name}]\n    path = {folder}\n    guest ok = yes\n    force user = {user}\n"
        (self.folder / "smb.conf").write_text(text)
        words = [program("smbd", "samba"), "-F", "-s", str(self.folder / "smb.conf"), "-p", str(self.port)]
        try:
            self._process = start_server(words, None, self.folder / "smbd.out")
            wait_for_port(self.port, self._process, self.folder / "smbd.out")
        except BaseException:
            self.close()
            raise

    def listed(self, host: str, share: str, folder: str = "", user: str = "") -> list[str] | str:
        """Return the names in a folder of a share; what smbclient says where it does not come there.

        Args:
            host: as in the URL; whatever it is, this server is asked.
            share: decoded.
            folder: decoded, below the share.
            user: without a password; nobody when it is empty.
        """
        words = ["smbclient", f"//{host}/{share}", "-I", "127.0.0.1", "-p", str(self.port), "-s", str(self.folder / "smb.conf")]
        words += ["-U", f"{user}%"] if user else ["-N"]
        words += ["-D", folder] if folder else []
        done = subprocess.run([*words, "-g", "-c", "ls"], capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            return done.stdout + done.stderr
        return [line.rsplit(maxsplit=7)[0].strip() for line in done.stdout.splitlines() if line.startswith("  ")]

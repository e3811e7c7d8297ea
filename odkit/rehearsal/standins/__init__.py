"""Stand-ins for the programs of Mac OS X Server that cannot be had elsewhere: sw_vers, slapconfig, dscl."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["Machine", "install"]


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine that the stand-ins play.

    Attributes:
        release: what sw_vers says, such as "10.5.8".
        style: what slapconfig -getstyle says: master, replica, standalone …
        ldap: URL of the directory behind dscl's node; empty for none.
        node: name of that node.
        suffix: its suffix.
        admin: record name of its administrator.
        bind: DN that the administrator is.
        password: the administrator's password, known to the stand-in dscl alone.
    """

    release: str
    style: str = "master"
    ldap: str = ""
    node: str = "/LDAPv3/127.0.0.1"
    suffix: str = ""
    admin: str = "diradmin"
    bind: str = ""
    password: str = ""


def install(folder: Path, machine: Machine) -> Path:
    """Write the stand-ins into a folder, to be put first in PATH.

    Args:
        folder: made when missing.
        machine: what they play.

    Returns:
        The folder.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    state = folder / "machine.json"
    state.write_text(json.dumps(asdict(machine)))
    state.chmod(0o600)
    for name in ("sw_vers", "slapconfig", "dscl"):
        target = folder / name
        words = " ".join(shlex.quote(word) for word in (sys.executable, "-m", f"odkit.rehearsal.standins.{name}", str(state)))
        target.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        target.chmod(0o700)
    return folder

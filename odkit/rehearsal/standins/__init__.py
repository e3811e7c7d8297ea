"""Stand-ins for the programs of Mac OS X Server that cannot be had elsewhere: sw_vers, slapconfig, dscl, mkpassdb, and slapcat."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

from odkit.rehearsal.programs import program
from odkit.rehearsal.standins.service import address
from odkit.resources import resource_text

__all__ = ["Machine", "install"]

# sw_vers(1): one fact at a time, as scripts ask
_SW_VERS = """case $*:$# in
    -productName:1) echo 'Mac OS X Server' ;;
    -productVersion:1) printf '%s\\n' RELEASE ;;
    -buildVersion:1) echo 9L34 ;;
    *) echo 'Usage: sw_vers [-productName|-productVersion|-buildVersion]' >&2; exit 1 ;;
esac
"""
# slapconfig(8): what only asks; every other verb would change a server and is refused
_SLAPCONFIG = """case $*:$# in
    -getstyle:1) printf '%s\\n' STYLE ;;
    -help:1) printf 'slapconfig -getstyle\\nslapconfig -removereplica <replica address>\\n' ;;
    *) echo "slapconfig: not in a rehearsal: $*" >&2; exit 64 ;;
esac
"""


# mkpassdb(8): the slots are in a file, one a line; everything but what lists and deletes one is refused
_MKPASSDB = """case $1:$# in
    -help:1) printf 'mkpassdb -list\nmkpassdb -deleteslot slot-id\n' ;;
    -list:1) while read -r slot; do printf 'slot %s\n' "$slot"; done < SLOTS ;;
    -deleteslot:2)
        grep -i -x -e "$2" SLOTS > /dev/null || { echo "no slot $2" >&2; exit 1; }
        grep -i -v -x -e "$2" SLOTS > SLOTS.new; mv SLOTS.new SLOTS ;;
    *) echo "mkpassdb: not in a rehearsal: $*" >&2; exit 64 ;;
esac
"""
# slapcat(8) of the scratch directory; cn=authdata is its other database
_SLAPCAT = """case $*:$# in
    '-b cn=authdata:2') exec SLAPD -Tcat -b cn=authdata -f CONFIG ;;
    *) echo "slapcat: not in a rehearsal: $*" >&2; exit 64 ;;
esac
"""


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
        config: slapd.conf of the directory, for slapcat; empty for none.
        slots: of the Password Server.
    """

    release: str
    style: str = "master"
    ldap: str = ""
    node: str = "/LDAPv3/127.0.0.1"
    suffix: str = ""
    admin: str = "diradmin"
    bind: str = ""
    password: str = ""
    config: str = ""
    slots: tuple[str, ...] = ()


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
    place = folder / "service"
    place.touch(mode=0o600)
    place.write_bytes(address())
    client = resource_text(__name__, "dscl.pl").replace("(SERVICE, MACHINE)", f"({_perl(place)}, {_perl(state)})", 1)
    programs = {
        "sw_vers": _SW_VERS.replace("RELEASE", shlex.quote(machine.release)),
        "mkpassdb": _MKPASSDB.replace("SLOTS", shlex.quote(str(folder / "slots"))),
        "slapcat": _SLAPCAT.replace("SLAPD", "/usr/sbin/slapd").replace("CONFIG", shlex.quote(machine.config or "/nonexistent")),
        "slapconfig": _SLAPCONFIG.replace("STYLE", shlex.quote(machine.style)),
    }
    (folder / "slots").write_text("".join(f"{slot}\n" for slot in machine.slots))
    programs = {name: f"#!/bin/sh\n{body}" for name, body in programs.items()}
    programs["dscl"] = f"#!{program('perl', 'perl-base')}\n{client}"
    for name, text in programs.items():
        target = folder / name
        target.write_text(text, "utf-8", "surrogateescape")
        target.chmod(0o700)
    return folder


def _perl(path: Path) -> str:
    """A path as a word of Perl."""
    return "'" + str(path).replace("\\", "\\\\").replace("'", "\\'") + "'"

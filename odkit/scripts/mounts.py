"""Mounts as dscl commands."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.directory import Mount
from odkit.directory.dscl import record_path
from odkit.errors import RefusedError
from odkit.mounts import KEYS
from odkit.scripts.sh import quote
from odkit.text import decode, escape

__all__ = ["mounts_dscl"]


def mounts_dscl(mounts: Iterable[Mount], administrator: str = "diradmin") -> tuple[str, list[str]]:
    """Dscl commands that create the mounts again, one a line, and what no command can express."""
    lines, refused = [], []
    for mount in mounts:
        try:
            base = f"dscl -u {quote(administrator)} -p /LDAPv3/127.0.0.1 -create {quote(record_path('Mounts', mount.name))}"
            own = [base]
            for attribute, key in KEYS:
                values = [decode(value) for value in mount.attributes.get(attribute, ())]
                if values:
                    own.append(f"{base} {key} {' '.join(map(quote, values))}")
        except RefusedError as error:
            refused.append(f"{escape(mount.name)}: {error}")
        else:
            lines += own
    return "".join(f"{line}\n" for line in lines), refused

"""Writes mounts as dscl commands."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.directory import Mount
from odkit.errors import RefusedError
from odkit.servers.mounts import KEYS, REFUSED, has_password
from odkit.shell import quote
from odkit.text import decode, escape
from odkit.values.dscl import record_path

__all__ = ["mounts_dscl"]


def mounts_dscl(mounts: Iterable[Mount], *, show_secrets: bool = False) -> tuple[str, list[str]]:
    """Return dscl commands that create the mounts again, one a line, and what no command can express without showing it to every user."""
    lines, refused = [], []
    for mount in mounts:
        try:
            if not show_secrets and has_password(mount):
                raise RefusedError(REFUSED)
            base = f"dscl -u diradmin -p /LDAPv3/127.0.0.1 -create {quote(record_path('Mounts', mount.name))}"
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

"""Checks names of hosts that a person gives."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.errors import UsageError
from odkit.names import address_of, host_key, is_fqdn
from odkit.text import escape

__all__ = ["check_full_names"]


def check_full_names(names: Iterable[str]) -> None:
    """Check that names of hosts are full names or addresses.

    Raises:
        UsageError: a short name, of which no answer could be sure, or a text that is not the name of a host.
    """
    for name in names:
        if not is_fqdn(name) and address_of(host_key(name)) is None:
            raise UsageError(f"not the full name of a host: {escape(name)!r}; give each server by its fully qualified name")

"""The formats of inventories, one module each: it reads one format and ends in its declaration, ``FORMAT = Format(…)``.

A format is added by adding its module here; nothing else names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from odkit.dataclass import dataclass
from odkit.findings import Finding
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore

__all__ = ["Copied", "Format", "all_formats"]


class Copied(StrEnum):
    """What a file is made of, for a copy in which every name is replaced (`odkit.anonymizing`)."""

    LINES = "lines"  # of names, and `Format.own`
    LDIF = "ldif"
    KEYTAB = "keytab"
    MIT_DUMP = "mit dump"
    HEIMDAL_DUMP = "heimdal dump"


@dataclass(frozen=True, slots=True)
class Format:
    """A format of inventories.

    Attributes:
        name: `Inventory.format`; part of the JSON.
        kind: whose principals such a file lists.
        store: by whose rules its names are spelled.
        looks_like: tells by the beginning whether a file is of this format; also of one that is damaged further on.
        read: gives the principals in the file's order, and what is noticed on the way.  A keytab may hold none.
        guess: 0 where the beginning proves the format; formats that are only likely are tried later, in the order of this number.
        copied: how a copy with other names is made; None where none can be made safely.
        own: of a format of lines, what in a line is the format's own and stays in such a copy.
    """

    name: str
    kind: InventoryKind
    store: PrincipalStore
    looks_like: Callable[[Input], bool]
    read: Callable[[Input], Iterator[Listed | Finding]]
    guess: int = 0
    copied: Copied | None = None
    own: re.Pattern[bytes] | None = None


@cache
def all_formats() -> tuple[Format, ...]:
    """Return all formats, in the order in which they are tried."""
    found: list[tuple[int, str, Format]] = []
    for module in iter_modules(__path__):
        declared: Format = import_module(f"{__name__}.{module.name}").FORMAT
        found.append((declared.guess, module.name, declared))
    return tuple(declared for _, _, declared in sorted(found, key=lambda row: row[:2]))

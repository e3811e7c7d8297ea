"""One record, with what its values mean: found by type and name, by DN, or by GUID."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory import CONTAINERS, DSCL_ATTRIBUTES, Record
from odkit.directory.shown import safe_text
from odkit.errors import UsageError
from odkit.ldif import unknowns
from odkit.listing.cells import Cell
from odkit.listing.model import Column, Kind, Sources
from odkit.listing.others import COMPUTERS, GROUPS, LISTS, MOUNTS
from odkit.listing.users import USERS
from odkit.text import escape, plural

__all__ = ["Attribute", "Shown", "find_record", "show_record"]

_KINDS: dict[str, Kind[Any]] = {
    "Users": USERS,
    "Groups": GROUPS,
    "Computers": COMPUTERS,
    "ComputerLists": LISTS,
    "ComputerGroups": LISTS,
    "Mounts": MOUNTS,
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a record.

    Attributes:
        name: attribute description as written.
        dscl: name that dscl gives it; None where Apple's mapping has none.
        values: for people: escaped, secrets as their length.
    """

    name: str
    dscl: str | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record and its meaning.

    Attributes:
        record: the record.
        meaning: columns of its type, and their cells; empty for types that no list is made of.
        attributes: of the record, and of its entry in cn=authdata.
        unknown: what of it cannot be known, in words.
    """

    record: Record
    meaning: tuple[tuple[Column[Any], Cell], ...]
    attributes: tuple[Attribute, ...]
    authdata: tuple[Attribute, ...]
    unknown: tuple[str, ...]


def find_record(sources: Sources, name: str) -> Record:
    """Return the record that a person means.

    Args:
        sources: the export.
        name: ``Users/ann`` as dscl writes it, a DN, a GUID, or a short name alone.

    Raises:
        UsageError: there is none, or there are several; it names them.
    """
    od = sources.od
    found = od.get(name)
    if found is not None:
        return found
    kind, slash, rest = name.lstrip("/").partition("/")
    kinds = {each.lower(): each for each in CONTAINERS.values()}
    if slash and kind.lower() in kinds:
        matches = [each for each in od.of_type(kinds[kind.lower()]) if _is_named(each, rest)]
    else:
        matches = [each for each in od.records() if _is_named(each, name)]
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise UsageError(f"no record is called {escape(name)!r} in {escape(od.sources[0].path)}: give TYPE/NAME, a DN or a GUID")
    dns = "; ".join(f"{escape(each.dn)} (line {each.line})" for each in matches[:5])
    raise UsageError(f"{plural(len(matches), 'record')} are called {escape(name)!r}: give the DN of one: {dns}")


def _is_named(record: Record, name: str) -> bool:
    wanted = name.lower()
    return any(each.lower() == wanted for each in (*record.names, record.guid or "", record.name) if each)


def show_record(sources: Sources, record: Record) -> Shown:
    """Return a record with what its values mean; secrets are hidden."""
    kind = _KINDS.get(record.kind)
    meaning: tuple[tuple[Column[Any], Cell], ...] = ()
    if kind is not None and kind.record is not None:
        own = kind.record
        thing = next(each for each in kind.things(sources) if own(each).record_id == record.record_id)
        meaning = tuple((column, column.cell(thing)) for column in kind.columns.values())
    password = record.password if record.kind in {"Users", "Computers"} else None
    authdata = () if password is None or password.authdata is None else tuple(_attributes(password.authdata.items(), {}))
    names = DSCL_ATTRIBUTES.get(record.kind, {})
    return Shown(
        record,
        meaning,
        tuple(_attributes(record.attributes.items(), names)),
        authdata,
        tuple(str(each) for each in unknowns(record.entry)),
    )


def _attributes(items: Any, names: dict[str, str]) -> Iterator[Attribute]:
    for name, values in items:
        plain = name.partition(";")[0].lower()
        yield Attribute(escape(name), names.get(plain), tuple(safe_text(name, value) for value in values))

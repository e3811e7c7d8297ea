"""Edges names-host: every place of an export that names a host which the export knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from odkit.directory import Directory
from odkit.dn import first_value
from odkit.hostrefs import Search, host_map
from odkit.ldif import UnfetchedURL
from odkit.patterns import regex
from odkit.tables.edgerows import EdgeRows, Pointing
from odkit.tables.lots import Cells, Lot

__all__ = ["HostEdges"]

_NAME = regex(rb"[a-z][a-z0-9]{2,59}\Z")
_SLOT = regex(rb"0x[0-9a-f]{32}(?=[;,])")
_MEMORY = 1 << 12  # values that are remembered
_FEW = 4  # of so many values one differs from the others: then a value is looked at as it is

_Named = tuple[tuple[str, str], ...]  # hosts, and how they are named


class HostEdges(EdgeRows):
    """Makes the rows.

    Args:
        export: digest of the export.
        od: the export.
    """

    def __init__(self, export: str, od: Directory) -> None:
        super().__init__(export)
        found = host_map(od)
        self._search = Search(od, found.known)
        self._forms: Sequence[object] = od.column("accounts").forms
        self._slots: Sequence[str] = od.column("accounts").slots
        self._hosts: dict[tuple[str, str, object], _Named] = {}
        self._where: dict[str, set[str]] = {}  # record type -> attributes, in lower case, that name any; the others need no look
        for kind, attribute, _ in found.edges:
            self._where.setdefault(kind, set()).add(attribute.lower())

    def take(self, lot: Lot) -> None:
        """Add the places of records."""
        wanted = self._where.get(lot.kind, ())
        if "dn" in wanted:
            self._of_names(lot)
        owns: list[bytes] | None = None
        for key, cells in lot.cells.items():
            if key in wanted:
                if owns is None:
                    owns = self._owns(lot)
                self._of_values(lot, cells, owns)

    def _of_names(self, lot: Lot) -> None:
        names = [*map(first_value, lot.dns)]
        if not self._may_name(names):
            return
        found = [
            (place, 0, ((spot.hit.host, spot.hit.kind.value),))
            for place, name in enumerate(names)
            if self._may_name((name,))
            for spot in self._search.in_name(lot.record(place))
        ]
        self._add(lot, "dn", found)

    def _may_name(self, texts: Iterable[str]) -> bool:
        return self._search.sieve.text("\n".join(texts).encode("utf-8", "surrogateescape"))

    def _owns(self, lot: Lot) -> list[bytes]:
        """Return the short name of each record, if it is one that can be looked for in values; else nothing."""
        names = [name.encode("utf-8", "surrogateescape") for name in lot.short_names()]
        may_name = self._search.sieve.text
        parts = may_name(b"\n".join(names))  # one may be a part of a host's name
        return [name if _NAME.match(name) and not (parts and may_name(name)) else b"" for name in names]

    def _of_values(self, lot: Lot, cells: Cells, owns: list[bytes]) -> None:
        attribute, each, values, _ = cells
        named = self._by_form(lot, cells, owns) if attribute == "authAuthority" else {}
        as_it_is = len({*values}) * _FEW <= len(values)
        found = []
        for index, value in enumerate(values):
            place, ordinal = divmod(index, each)
            hosts = named.get((place, ordinal))
            if hosts is None:
                hosts = () if isinstance(value, UnfetchedURL) else self._named(lot.kind, attribute, value, b"" if as_it_is else owns[place])
            if hosts:
                found.append((place, ordinal, hosts))
        self._add(lot, attribute, found)

    def _by_form(self, lot: Lot, cells: Cells, owns: list[bytes]) -> dict[tuple[int, int], _Named]:
        """Return what authorities name in which only the owner's name and slot are not those of other users."""
        slots = [self._slots[number] for number in lot.numbers]
        if self._may_name("0x" + slot for slot in slots):
            return {}
        found: dict[tuple[int, int], _Named] = {}
        known: dict[object, list[_Named]] = {}
        for place, (number, own) in enumerate(zip(lot.numbers, owns, strict=True)):
            form = self._forms[number]
            if form is None or not own:
                continue
            hosts = known.get(form)
            if hosts is None:
                hosts = known[form] = [self._named(lot.kind, cells.attribute, value, own) for value in cells.of(place)]
            for ordinal, some in enumerate(hosts):
                found[place, ordinal] = some
        return found

    def _named(self, kind: str, attribute: str, value: bytes, own: bytes) -> _Named:
        """Return the hosts that a value names, and how; values that differ in the owner's name and slot alone are looked at once."""
        usual = _usual(value, own) if own and value.isascii() else value
        found = self._hosts.get((kind, attribute, usual))
        if found is None:
            found = tuple((spot.hit.host, spot.hit.kind.value) for spot in self._search.in_value(kind, attribute, value))
            if len(self._hosts) >= _MEMORY:
                self._hosts.clear()
            self._hosts[kind, attribute, usual] = found
        return found

    def _add(self, lot: Lot, attribute: str, found: Sequence[tuple[int, int, _Named]]) -> None:
        """Add rows: place, index of the value, hosts."""
        by_kind: dict[str, tuple[list[int], list[int], list[str]]] = {}
        for place, ordinal, named in found:
            for host, how in named:
                places, ordinals, hosts = by_kind.setdefault(how, ([], [], []))
                places.append(place)
                ordinals.append(ordinal)
                hosts.append(host)
        for how, (places, ordinals, hosts) in by_kind.items():
            self.add(lot, places, Pointing("names-host", attribute, ordinals, hosts, how=how))


def _usual(value: bytes, own: bytes) -> bytes:
    """Return a value with nothing in place of its owner's name, where that is no part of another name, and of a slot."""
    if value.endswith(b"/" + own):
        value = value[: -len(own)]
    return _SLOT.sub(b"0x", value.replace(b">%b<" % own, b"><").replace(b";%b@" % own, b";@"))

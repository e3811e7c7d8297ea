"""Edges names-host: every place of an export that names a host which the export knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from odkit.directory import Directory
from odkit.dn import first_value
from odkit.hostrefs import Search, known_hosts
from odkit.ldif import UnfetchedURL
from odkit.patterns import regex
from odkit.tables.edgerows import EdgeRows, Pointing
from odkit.tables.lots import Cells, Lot
from odkit.values.texts import hides_text

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
        self._search = Search(od, known_hosts(od))
        od.note_joined_lines()  # `references` finds them in the records that it parses
        self._may_name = self._search.sieve.text
        self._forms: Sequence[object] = od.column("accounts").forms
        self._slots: Sequence[str] = od.column("accounts").slots
        self._hosts: dict[tuple[str, str, object], _Named] = {}

    def take(self, lot: Lot) -> None:
        """Add the places of records."""
        if not self._search.matcher.words:
            return
        self._of_names(lot)
        owns: list[bytes] | None = None
        for cells in lot.cells.values():
            is_authority, values = cells.attribute == "authAuthority", cells.values
            if is_authority or self._may_hold({*values}):
                owns = self._owns(lot) if owns is None else owns
                named = self._by_form(lot, cells, owns) if is_authority else {}
                self._of_values(lot, cells, owns, named)

    def _may_hold(self, values: Iterable[bytes]) -> bool:
        """Tell whether one of several values may name a host."""
        text = b"\n".join(values)
        may_hide = b"bplist" in text or ((b"<?xml" in text or b"<plist" in text) and hides_text(text))
        return may_hide or self._may_name(text)

    def _of_names(self, lot: Lot) -> None:
        names = [dn.partition(",")[0] for dn in lot.dns]
        text = "\n".join(names)
        if "\\" in text or '"' in text:
            names = [*map(first_value, lot.dns)]
            text = "\n".join(names)
        if self._may_name(_bytes(text)):
            may_name = [place for place, name in enumerate(names) if self._may_name(_bytes(name))]
            spots = [(place, spot.hit) for place in may_name for spot in self._search.in_name(lot.record(place))]
            self._add(lot, "dn", [(place, 0, ((hit.host, hit.kind.value),)) for place, hit in spots])

    def _owns(self, lot: Lot) -> list[bytes]:
        """Return the short name of each record, if it is one that can be looked for in values; else nothing."""
        names = [*map(_bytes, lot.short_names())]
        may_name = self._may_name
        parts = may_name(b"\n".join(names))  # one may be a part of a host's name
        return [name if _NAME.match(name) and not (parts and may_name(name)) else b"" for name in names]

    def _of_values(self, lot: Lot, cells: Cells, owns: list[bytes], named: Mapping[int, _Named]) -> None:
        """Add what values name; of those in `named`, by their places among the values, that is known."""
        attribute, each, values, _ = cells
        rest = [index for index in range(len(values)) if index not in named] if named else range(len(values))
        found = [(*divmod(index, each), hosts) for index, hosts in named.items() if hosts]
        different = {values[index] for index in rest}
        if different and self._may_hold(different):
            as_it_is = len(different) * _FEW <= len(rest)
            for index in rest:
                value, place = values[index], index // each
                if not isinstance(value, UnfetchedURL):
                    hosts = self._named(lot.kind, attribute, value, b"" if as_it_is else owns[place])
                    if hosts:
                        found.append((place, index % each, hosts))
        self._add(lot, attribute, found)

    def _by_form(self, lot: Lot, cells: Cells, owns: list[bytes]) -> dict[int, _Named]:
        """Return what authorities name in which only the owner's name and slot are not those of other users."""
        slots = [self._slots[number] for number in lot.numbers]
        if self._may_name(_bytes("\n".join(["0x" + slot for slot in slots]))):
            return {}
        found: dict[int, _Named] = {}
        known: dict[object, list[_Named]] = {}
        for place, (number, own) in enumerate(zip(lot.numbers, owns, strict=True)):
            form = self._forms[number]
            if form is not None and own:
                hosts = known.get(form)
                if hosts is None:
                    hosts = known[form] = [self._named(lot.kind, cells.attribute, value, own) for value in cells.of(place)]
                found |= enumerate(hosts, place * cells.each)
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


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _usual(value: bytes, own: bytes) -> bytes:
    """Return a value with nothing in place of its owner's name, where that is no part of another name, and of a slot."""
    if value.endswith(b"/" + own):
        value = value[: -len(own)]
    return _SLOT.sub(b"0x", value.replace(b">%b<" % own, b"><").replace(b";%b@" % own, b";@"))

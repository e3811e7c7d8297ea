"""Many entries whose lines have the same names in the same order, read together: by column instead of by line.

It is an optimisation of the grammar, and nothing else: an entry is left out (None, or `Laid.odd`), or gets what the grammar reads in it
without finding a fault (tests/property/test_layout_laws.py).  To leave one out is always a correct answer.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections import Counter
from collections.abc import Sequence

from odkit.ldif._grammar import is_attribute_description
from odkit.namedtuple import NamedTuple
from odkit.patterns import compiled

__all__ = ["Laid", "Layout", "Layouts", "laid"]

_COMMENTS = compiled(rb"(?:#[^\n]*+\n(?: [^\n]*+\n)*+)++").match
_ALONE = frozenset((b"dn", b"changetype", b"control", b"version"))  # inside an entry they need the grammar
_LONGEST = 128  # lines of an entry that are laid beside those of others: a group of all users has no equal
_LAYOUTS = 1 << 12  # that are remembered
_FOLD = b"\0"  # stands for a line end with the blank behind it: no entry that is read here holds one


class _Name(NamedTuple):
    """What stands before the values of one line.

    Attributes:
        attribute: description, as written.
        coded: whether the values are in base64.
        length: of what stands before them.
    """

    attribute: str
    coded: bool
    length: int


class Layout:
    """The names of the lines of an entry behind its dn, in their order.

    Attributes:
        names: of the lines.
        counts: how often each attribute is among them, by its description as written, in the order of the first lines.
    """

    __slots__ = ("counts", "names")

    def __init__(self, names: tuple[_Name, ...]) -> None:
        self.names = names
        self.counts = Counter(name.attribute for name in names)


class _Lines(NamedTuple):
    """The lines of an entry.

    Attributes:
        layout: of them.
        before: number of physical lines of comments before the dn.
        lines: from the dn on; folds are marked.
    """

    layout: Layout
    before: int
    lines: list[bytes]


class Layouts:
    """Takes entries apart; remembers the layouts that it has seen."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, ...], Layout | None] = {}

    def lines(self, raw: bytes) -> _Lines | None:
        """Return the lines of an entry; None where the grammar must read it.

        Args:
            raw: bytes of the entry; neither a CR nor a NUL is in them, and no blank has joined a line of its own to another one.
        """
        before = 0
        if raw[:4] != b"dn: ":
            comments = _COMMENTS(raw)  # ldapsearch puts one before every entry
            if comments is None:
                return None
            before, raw = comments[0].count(b"\n"), raw[comments.end() :]
        lines = raw.replace(b"\n ", _FOLD).split(b"\n")
        if len(lines) > _LONGEST:
            return None
        heads = tuple([line.partition(b": ")[0] for line in lines])
        try:
            layout = self._known[heads]
        except KeyError:
            if len(self._known) >= _LAYOUTS:
                self._known.clear()
            layout = self._known[heads] = _layout_of(heads)
        return None if layout is None else _Lines(layout, before, lines)


def _layout_of(heads: tuple[bytes, ...]) -> Layout | None:
    if heads[0] != b"dn":
        return None
    names: list[_Name] = []
    spellings: dict[bytes, bytes] = {}
    for head in heads[1:]:
        name = head.removesuffix(b":")
        key = name.lower()
        if not is_attribute_description(name) or key in _ALONE or spellings.setdefault(key, name) != name:
            return None
        names.append(_Name(name.decode("ascii"), head != name, len(head) + 2))
    return Layout(tuple(names))


class Laid(NamedTuple):
    """Entries of one layout, by column.

    Attributes:
        dns: one for each entry.
        values: for each line behind the dn those of all entries.
        folds: for each line, that of the dn among them, how often it is folded in each entry; None where it is in none.
        odd: places of the entries that the grammar must read; what stands for them in the other lists means nothing.
    """

    dns: list[str]
    values: list[list[bytes]]
    folds: list[list[int] | None]
    odd: set[int]


def laid(layout: Layout, entries: Sequence[list[bytes]]) -> Laid:
    """Return entries by column.

    Args:
        layout: of all of them.
        entries: their lines, as `Layouts` gives them.
    """
    odd: set[int] = set()
    first, *columns = zip(*entries, strict=True)
    names, folds_of_dn = _cells(first, 4)
    folds: list[list[int] | None] = [folds_of_dn]
    dns = _dns(names, odd)
    values: list[list[bytes]] = []
    for name, column in zip(layout.names, columns, strict=True):
        cells, folded = _cells(column, name.length)
        folds.append(folded)
        values.append(_decoded(cells, odd) if name.coded else _stripped(cells, column, name.length, odd))
    return Laid(dns, values, folds, odd)


def _cells(column: Sequence[bytes], length: int) -> tuple[list[bytes], list[int] | None]:
    """Return what stands behind the names of lines, unfolded, and how often each is folded."""
    cells = [line[length:] for line in column]
    text = b"\n".join(cells)
    if _FOLD not in text:
        return cells, None
    return text.replace(_FOLD, b"").split(b"\n"), [cell.count(_FOLD) for cell in cells]


def _dns(names: list[bytes], odd: set[int]) -> list[str]:
    if min(names) >= b"!":
        try:
            return b"\n".join(names).decode("utf-8").split("\n")
        except UnicodeDecodeError:
            pass
    dns: list[str] = []
    for place, name in enumerate(names):
        try:
            dns.append(name.decode("utf-8"))
        except UnicodeDecodeError:
            dns.append("")
            odd.add(place)
        if name < b"!":
            odd.add(place)
    return dns


def _decoded(cells: list[bytes], odd: set[int]) -> list[bytes]:
    """Return values that are in base64; equal ones are one object."""
    known: dict[bytes, bytes] = {}
    faults: set[bytes] = set()
    for cell in set(cells):
        try:
            known[cell] = a2b_base64(cell, strict_mode=True)
        except Base64Error:  # perhaps blanks are around it
            known[cell] = b""
            faults.add(cell)
    if faults:
        odd.update(place for place, cell in enumerate(cells) if cell in faults)
    return [known[cell] for cell in cells]


def _stripped(cells: list[bytes], column: Sequence[bytes], length: int, odd: set[int]) -> list[bytes]:
    """Return values without the blanks before them."""
    if min(cells) >= b"!":
        return cells
    odd.update(place for place, line in enumerate(column) if len(line) < length)  # no colon
    return [cell.lstrip(b" ") for cell in cells]

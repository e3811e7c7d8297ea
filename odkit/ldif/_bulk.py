"""The lines of many entries at once, by attribute: for questions that do not ask which entry a value is of.

It is an optimisation of the grammar, and nothing else: `BulkLines.take` returns None, or what the grammar reads in each of the entries
(tests/property/test_reference_laws.py).  None is always a correct answer.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections import defaultdict
from collections.abc import Collection, Container, Iterable
from itertools import filterfalse

from odkit.ldif._grammar import is_attribute_description
from odkit.namedtuple import NamedTuple
from odkit.patterns import regex

__all__ = ["BulkLines", "EntryLines", "Lines", "value_of_line"]

# a Python that was built without a profile parts by it in four fifths of the time that the method of bytes takes; another in a fifth more
_FOLDS = regex(rb"\n ")
_ALONE = frozenset((b"changetype", b"control", b"version"))  # inside an entry they need the grammar


class Lines(NamedTuple):
    """Lines of one attribute, unfolded.

    Attributes:
        lines: each with the attribute description.
        text: all of them, joined by line feeds.
        coded: whether some may be in base64.
    """

    lines: list[bytes]
    text: bytes
    coded: bool


class EntryLines(NamedTuple):
    """The lines of several entries.

    Attributes:
        dns: one for each entry, in order, unfolded.
        values: by attribute description as written.
        known: lines that were known before, each as often as it stands there.
    """

    dns: list[bytes]
    values: dict[str, Lines]
    known: list[bytes]


class BulkLines:
    """Takes the lines of the entries of one input; remembers which attribute descriptions it has accepted."""

    def __init__(self) -> None:
        self._names: dict[bytes, str] = {}
        self._spellings: dict[bytes, bytes] = {}

    def take(self, text: bytes, count: int, without: Container[bytes], known: Collection[bytes] = ()) -> EntryLines | None:
        """Return the lines of entries; None if the grammar must read them.

        Args:
            text: the entries, each of which begins with its dn or a comment, on lines of their own; empty lines may part them.
            count: of the entries.
            without: lines that are left out.
            known: lines that are not sorted again.
        """
        if b"\r" in text:
            text = (text + b"\n").replace(b"\r\n", b"\n")[:-1]
        if b"\r" in text or b"\0" in text:
            return None
        lines = [*filterfalse(without.__contains__, b"".join(_FOLDS.split(text)).split(b"\n"))]
        by_name = _by_name(lines)
        met = _taken_out(by_name, known)
        dns = by_name.pop(b"dn", [])
        if len(dns) != count:
            return None
        values: dict[str, Lines] = {}
        for name, those in by_name.items():
            if name[:1] == b"#" or (not name and not any(those)):
                continue
            spelling = self._names.get(name) or self._learnt(name)
            joined = b"\n".join(those)
            if spelling is None or name + b":<" in joined or name in those:  # a URL, or no colon
                return None
            values[spelling] = Lines(those, joined, name + b"::" in joined)
        return EntryLines(dns, values, met)

    def _learnt(self, name: bytes) -> str | None:
        """An attribute description that was not seen before; None for another spelling of a known one, too."""
        key = name.lower()
        if not is_attribute_description(name) or key in _ALONE or key == b"dn" or self._spellings.setdefault(key, name) != name:
            return None
        self._names[name] = name.decode("ascii")
        return self._names[name]


def _by_name(lines: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Return lines by what stands before their first colon; those without one by themselves."""
    by_name: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        by_name[line.partition(b":")[0]].append(line)  # faster than to find the colon, though the value is copied
    return by_name


def _taken_out(by_name: dict[bytes, list[bytes]], known: Collection[bytes]) -> list[bytes]:
    """Take known lines out of lines by name, and return them."""
    met: list[bytes] = []
    for name in {line.partition(b":")[0] for line in known}:
        found = [*filter(known.__contains__, by_name.get(name, ()))]
        if found:
            met += found
            by_name[name] = [*filterfalse(known.__contains__, by_name[name])]
            if not by_name[name]:
                del by_name[name]
    return met


def value_of_line(line: bytes, name: int) -> bytes | None:
    """Return the value of an unfolded line; None if it is not base64 although it says so.

    Args:
        line: with its attribute description, and no URL.
        name: bytes of that description.
    """
    text = line[name + 1 :]
    if text[:1] != b":":
        return text.lstrip(b" ")
    try:
        return a2b_base64(text[1:].strip(b" "), strict_mode=True)
    except Base64Error:
        return None

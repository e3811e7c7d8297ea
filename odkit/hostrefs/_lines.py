"""The lines of many records that can name a server, without parsing the records: most lines of most records name none.

It is an optimisation of `Search.places`: a record is left to that (None) where a look at its lines alone is not sure to give the same
(tests/property/test_reference_laws.py).  Names are sought in the bytes of many records at once; a line is looked at where one was found.
"""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, filterfalse

from odkit.directory import Directory, Stretch
from odkit.hostrefs._sieve import LOWER, Sieve
from odkit.hostrefs._walk import Named, Names, Walk
from odkit.ldif import Parted, part
from odkit.patterns import compiled, regex
from odkit.values.texts import hides_text

__all__ = ["NamingLines"]

_ESCAPED_DN = regex(rb"dn: [^\n\\]*+(?:\n [^\n\\]*+)*+\\")
_MEMORY = 1 << 13  # values in base64 that are remembered
_HIDING = (b"&", b"<", b"\\", b"\x1b")


class NamingLines:
    """Finds lines that can name the servers of a sieve.

    Args:
        sieve: of the search.
        od: the export.
    """

    def __init__(self, sieve: Sieve, od: Directory) -> None:
        self._sieve = sieve
        self._od = od
        self._clean: set[bytes] = set()  # values in base64, as in a file, that name none
        self._numbers: dict[bytes, int] = {}  # and those that may name one: their places among the values
        self._values: list[bytes] = []
        self._names = Names(sieve.pieces)

    def of(self, stretch: Stretch) -> Iterator[Named] | None:
        """Find the lines of consecutive records.

        Returns:
            For each record that can name a server its place among them, and where, or None where the record must be parsed to know.
            None where that is so of all.
        """
        data = stretch.data
        if self._sieve.many or self._sieve.letters:
            return None
        seen = self._seen(data)
        if seen is None:
            return None
        parts, plain, low = seen
        found = self._found(parts, data, plain, low)
        marked = {} if self._numbers.keys().isdisjoint(parts.coded) else self._marked(parts)
        # a DN may spell any byte of a name by an escape
        escaped = [match.end() - 1 for match in _ESCAPED_DN.finditer(data)] if b"\\" in plain else ()
        if not found and not marked and not escaped:
            return iter(())
        line = stretch.make.line_at(stretch.start)
        if not line:
            return None
        if marked or escaped or len(self._sieve.pieces) > 1:
            found = sorted({*found, *marked, *escaped})
        walk = Walk(stretch, line, self._names, marked, self._values, low, plain)
        return walk.named(found, self.odd, frozenset(escaped))

    @cached_property
    def odd(self) -> frozenset[int]:
        """Ids of the records that must be parsed."""
        return frozenset(self._od.irregular) | self._od.joined_ids

    def name_none(self, data: bytes, head: bytes) -> bool:
        """Tell whether records are known to name none of the servers, and to have no lines of an attribute in another spelling.

        Args:
            data: the records.
            head: the attribute description, between a line end and a colon.
        """
        seen = None if self._sieve.many or self._sieve.letters else self._seen(data)
        if seen is None:
            return False
        parts, plain, low = seen
        if any(piece in low for piece in self._sieve.pieces) or not self._numbers.keys().isdisjoint(parts.coded):
            return False
        return low.count(head[1:-1].lower()) == plain.count(head[:-1]) and (b"\\" not in plain or _ESCAPED_DN.search(data) is None)

    def _seen(self, data: bytes) -> tuple[Parted, bytes, bytes] | None:
        """Return records, parted, their text without values in base64, and the same in lower case, without line ends and blanks.

        Returns:
            None where they must be parsed to know what they name.
        """
        parts = part(data)
        if parts is None or not self._learn(set(parts.coded)):
            return None
        plain = b"\0".join(parts.text)
        low = plain.translate(LOWER, b"\n ")  # names are sought without line ends, because those may fold them
        if (not plain.isascii() or any(byte in plain for byte in _HIDING)) and hides_text(plain) and (b"<?xml" in low or b"plist" in low):
            return None  # a property list that is not in base64 may hide a name
        return parts, plain, low

    def _found(self, parts: Parted, data: bytes, plain: bytes, low: bytes) -> list[int]:
        """Return where names stand in the text; some may be none.

        Args:
            parts: the records.
            data: the records.
            plain: the text.
            low: the same in lower case, without line ends and blanks.
        """
        pieces = self._sieve.pieces
        wanted = sum(map(low.count, pieces))
        if not wanted:
            return []
        found = [at for piece in pieces for at in _places(plain, piece)]
        if len(found) < wanted:  # some are folded, or in capitals
            small = data.lower()
            return [match.start() for piece in pieces for match in _folded(piece)(small)]
        starts = [0, *accumulate(len(text) + 1 for text in parts.text)]
        behind = [0, *accumulate(len(coded) + 1 for coded in parts.coded)]  # how much is left out before each text
        return [at + behind[bisect_right(starts, at) - 1] for at in found]

    def _marked(self, parts: Parted) -> dict[int, int]:
        """Return where values in base64 stand that may name a server, each by its second colon, with its place among the values."""
        found: dict[int, int] = {}
        at = 1
        for text, coded in zip(parts.text, parts.coded, strict=False):
            at += len(text)
            if coded in self._numbers:
                found[at] = self._numbers[coded]
            at += 2 + len(coded)
        return found

    def _learn(self, coded: set[bytes]) -> bool:
        """Learn whether values in base64 can name a server.  Returns False if one is no base64."""
        if len(self._clean) + len(self._values) > _MEMORY:
            self._clean.clear()
            self._numbers.clear()
            self._values.clear()
        fresh = [*filterfalse(self._numbers.__contains__, coded - self._clean)]
        texts = [each.strip(b" ") for each in b"\0".join(fresh).replace(b"\n ", b"").split(b"\0")] if fresh else []
        try:
            values = [a2b_base64(text, strict_mode=True) for text in texts]
        except Base64Error:
            return False
        self._clean.update(fresh)
        for index in self._naming(texts, values):
            self._clean.remove(fresh[index])
            self._numbers[fresh[index]] = len(self._values)
            self._values.append(values[index])
        return True

    def _naming(self, texts: list[bytes], values: list[bytes]) -> Sequence[int]:
        """Return which values in base64 can name a server; two colons may stand inside a value, too, which then is what it looks like."""
        hides, may_name = self._sieve.hides, self._sieve.text
        whole = b"\n".join(values)
        if (b"<?xml" in whole or b"plist" in whole) and hides_text(whole) and any(map(hides, values)):
            return [n for n, (text, value) in enumerate(zip(texts, values, strict=True)) if self._sieve.value(value) or may_name(text)]
        if may_name(whole) or may_name(b"\n".join(texts)):
            return [n for n, (text, value) in enumerate(zip(texts, values, strict=True)) if may_name(value) or may_name(text)]
        return ()


def _places(data: bytes, piece: bytes) -> Iterator[int]:
    at = data.find(piece)
    while at >= 0:
        yield at
        at = data.find(piece, at + len(piece))


def _folded(piece: bytes) -> Callable[[bytes], Iterator[re.Match[bytes]]]:
    """Return what finds a text, also where it is folded; `re` remembers the pattern."""
    return compiled(rb"(?:\n )*+".join(re.escape(bytes([byte])) for byte in piece)).finditer

"""Names of many records as texts: who asks for a few has them searched, which costs less than a dictionary of all of them.

There is a text for some thousand records, made when it is searched for the first time: those behind the first record that has a name are
not asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

__all__ = ["SearchedNames", "SearchedTexts", "UnsureError"]

_TOGETHER = 1 << 12  # records of one text
_KELVIN = "\N{KELVIN SIGN}".encode()  # the one letter that is no ASCII, and is one in lower case


class UnsureError(Exception):
    """It cannot be told where a name ends and the next one begins."""


class _Names:
    """Names of some records; see `SearchedNames`.

    Raises:
        UnsureError: one holds what is between the records.
    """

    def __init__(self, columns: Sequence[Sequence[bytes]]) -> None:
        count = len(columns[0])
        parts = [b""] * (len(columns) * count)
        for place, column in enumerate(columns):
            parts[place :: len(columns)] = column
        text = b"\n".join(parts)
        # each name is between line feeds; where each record has as many as any other, these tell of which one it is
        self._mark, self._marks = b"\n", len(columns)
        if text.count(b"\n") != max(len(parts) - 1, 0):  # each record is between NULs, which a name has only in base64
            text = b"\n\0\n".join(map(b"\n".join, zip(*columns, strict=True)))
            self._mark, self._marks = b"\0", 1
            if text.count(b"\0") != max(count - 1, 0):
                raise UnsureError
        self._text = b"\n%b\n" % text

    @cached_property
    def _small(self) -> bytes | None:
        """The text with ASCII letters in lower case; None where that is not enough for a name in ASCII."""
        return None if _KELVIN in self._text else self._text.lower()

    @cached_property
    def _letters(self) -> str:
        return self._text.decode("utf-8", "surrogateescape").lower()

    def find(self, name: str) -> int | None:
        if name.isascii() and self._small is not None:
            at = self._small.find(b"\n%b\n" % name.encode("ascii"))
            return None if at < 0 else self._small.count(self._mark, 0, at) // self._marks
        at = self._letters.find(f"\n{name}\n")
        return None if at < 0 else self._letters.count(self._mark.decode("ascii"), 0, at) // self._marks


class SearchedNames:
    """Names of records, of which one or several are looked for without case.

    Args:
        columns: for each record, in each of them, one name or several, joined by line feeds; in UTF-8, perhaps with other bytes.
    """

    def __init__(self, columns: Sequence[Sequence[bytes]]) -> None:
        self._columns = columns
        self._made: list[_Names] = []

    def _texts(self) -> Iterator[_Names]:
        yield from self._made
        for first in range(len(self._made) * _TOGETHER, len(self._columns[0]), _TOGETHER):
            self._made.append(_Names([column[first : first + _TOGETHER] for column in self._columns]))
            yield self._made[-1]

    def find(self, name: str) -> int | None:
        """Return the place of the first record that has a name, given in lower case; None if none has it.

        Raises:
            UnsureError: that cannot be told.
        """
        if not name or "\n" in name:
            return None
        places = ((number * _TOGETHER, text.find(name)) for number, text in enumerate(self._texts()))
        return next((first + place for first, place in places if place is not None), None)


class SearchedTexts:
    """Texts of records, one of each, as they are.

    Args:
        texts: "" for none.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._all = texts
        self._made: list[str] = []

    def _texts(self) -> Iterator[str]:
        yield from self._made
        for first in range(len(self._made) * _TOGETHER, len(self._all), _TOGETHER):
            some = self._all[first : first + _TOGETHER]
            text = "\n".join(some)
            if text.count("\n") != len(some) - 1:
                raise UnsureError
            self._made.append(f"\n{text}\n")
            yield self._made[-1]

    def find(self, text: str, before: int | None = None) -> int | None:
        """Return the place of the first record that has a text; None if none has it.

        Args:
            text: to be found.
            before: a place; of those from there on it need not be told.

        Raises:
            UnsureError: that cannot be told.
        """
        if not text or "\n" in text:
            return None
        wanted = f"\n{text}\n"
        for number, each in enumerate(islice(self._texts(), None if before is None else -(-before // _TOGETHER))):
            at = each.find(wanted)
            if at >= 0:
                return number * _TOGETHER + each.count("\n", 0, at)
        return None

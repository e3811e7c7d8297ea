"""Names of many records as one text: who asks for a few has it searched, which costs less than a dictionary of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

__all__ = ["SearchedNames", "SearchedTexts"]

_KELVIN = "\N{KELVIN SIGN}".encode()  # the one letter that is no ASCII, and is one in lower case


class SearchedNames:
    """Names of records, of which one or several are looked for without case.

    Args:
        columns: for each record, in each of them, one name or several, joined by line feeds; in UTF-8, perhaps with other bytes.

    Attributes:
        are_sure: whether it can be told what is a name; else nothing may be asked.
    """

    def __init__(self, columns: Sequence[Sequence[bytes]]) -> None:
        count = len(columns[0])
        parts = [b""] * (len(columns) * count)
        for place, column in enumerate(columns):
            parts[place :: len(columns)] = column
        text = b"\n".join(parts)
        # each name is between line feeds; where each record has as many as any other, these tell of which one it is
        self._mark, self._marks = b"\n", len(columns)
        self.are_sure = True
        if text.count(b"\n") != max(len(parts) - 1, 0):  # each record is between NULs, which a name has only in base64
            text = b"\n\0\n".join(map(b"\n".join, zip(*columns, strict=True)))
            self._mark, self._marks = b"\0", 1
            self.are_sure = text.count(b"\0") == max(count - 1, 0)
        self._text = b"\n%b\n" % text

    @cached_property
    def _small(self) -> bytes | None:
        """The text with ASCII letters in lower case; None where that is not enough for a name in ASCII."""
        return None if _KELVIN in self._text else self._text.lower()

    @cached_property
    def _letters(self) -> str:
        return self._text.decode("utf-8", "surrogateescape").lower()

    def find(self, name: str) -> int | None:
        """Return the place of the first record that has a name, given in lower case; None if none has it."""
        if not name or "\n" in name:
            return None
        if name.isascii() and self._small is not None:
            at = self._small.find(b"\n%b\n" % name.encode("ascii"))
            return None if at < 0 else self._small.count(self._mark, 0, at) // self._marks
        at = self._letters.find(f"\n{name}\n")
        return None if at < 0 else self._letters.count(self._mark.decode("ascii"), 0, at) // self._marks


class SearchedTexts:
    """Texts of records, one of each, as they are.

    Args:
        texts: "" for none.

    Attributes:
        are_sure: whether none of them holds a line feed; else nothing may be asked.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        text = "\n".join(texts)
        self.are_sure = text.count("\n") == max(len(texts) - 1, 0)
        self._text = f"\n{text}\n"

    def find(self, text: str) -> int | None:
        """Return the place of the first record that has a text; None if none has it."""
        at = self._text.find(f"\n{text}\n") if text and "\n" not in text else -1
        return None if at < 0 else self._text.count("\n", 0, at)

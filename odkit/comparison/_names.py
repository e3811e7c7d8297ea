"""Which DNs occur more than once on a side, by their normal form."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from odkit.dn import key_or_text
from odkit.ldif import Entry
from odkit.patterns import regex
from odkit.text import decode

__all__ = ["Names", "dn_of"]

_DN = b"dn: "
# the line of a dn that is not folded, behind comments
_LINE = regex(rb"(?:#[^\n]*+\n(?: [^\n]*+\n)*+)*+(dn: [^ \n\r][^\n\r]*+)\r?(?=\n[^ ]|\Z)")
# what makes it possible that the normal form of a DN is another than its letters in lower case
_UNUSUAL = (b"\\", b'"', b";", b"+", b"<", b">", b"=#", b"  ", b" ,", b", ", b" =", b"= ", b" \n")


class Names:
    """The DNs of a side."""

    __slots__ = ("_again", "_keys")

    def __init__(self) -> None:
        self._keys = array("q")
        self._again: frozenset[int] | None = None

    def add(self, entry: Entry) -> None:
        """Count a record."""
        self._keys.append(_key(entry))

    def add_lines(self, lines: Sequence[bytes]) -> list[int]:
        """Count records by their first lines, each of which is a dn that is not continued; return what each is known by."""
        text = b"\n".join(lines).lower()
        keys = [*map(hash, text.split(b"\n"))] if lines and _is_usual(text) else [*map(_key_of_line, lines)]
        self._keys.extend(keys)
        return keys

    def add_keys(self, keys: Iterable[int]) -> None:
        """Count records by what `add_lines` gave for their like."""
        self._keys.extend(keys)

    def again(self) -> frozenset[int]:
        """Return what those are known by that occur more than once."""
        if self._again is None:
            self._again = frozenset(key for key, count in Counter(self._keys).items() if count > 1)
        return self._again

    def ids(self, keys: Container[int]) -> list[int]:
        """Return the ids of the records that are known by some of these."""
        return [record_id for record_id, key in enumerate(self._keys) if key in keys]

    def twice(self, entry: Entry) -> bool:
        """Tell whether the side holds several records of this DN."""
        again = self.again()
        return bool(again) and _key(entry) in again


def _is_usual(text: bytes) -> bool:
    """Tell whether the normal forms of DNs are their letters in lower case.

    Args:
        text: their lines, as in a file, with line ends between them.
    """
    return text.isascii() and not any(each in text for each in _UNUSUAL) and not text.endswith(b" ")


def dn_of(raw: bytes) -> str | None:
    """Return the DN of an entry's bytes, where its line is neither folded nor in base64."""
    line = _LINE.match(raw)
    return decode(line[1][len(_DN) :]) if line is not None else None


def _key_of_line(line: bytes) -> int:
    """Return what is equal for lines with equal DNs."""
    return hash(line.lower()) if _is_usual(line) else _key_of_dn(decode(line[len(_DN) :]))


def _key_of_dn(dn: str) -> int:
    """Return the same for a DN; an equals sign in a value is no unusual one, and not escaped."""
    return hash(_DN + key_or_text(dn).lower().replace("\\3d", "=").encode("utf-8", "surrogateescape"))


def _key(entry: Entry) -> int:
    """Return the same for an entry, however its DN is written."""
    assert entry.raw is not None
    line = _LINE.match(entry.raw)
    return _key_of_dn(entry.dn) if line is None else _key_of_line(line[1])

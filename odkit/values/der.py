"""DER (X.690 section 8.1) as far as Kerberos uses it: definite lengths, tags of one byte."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["DerError", "element", "elements", "only"]


class DerError(ValueError):
    """Bytes are no DER of the form that is wanted; the message holds nothing of them."""


def element(data: bytes, at: int) -> tuple[int, int, int]:
    """Return the tag of the element at a place, and where its content starts and ends.

    Raises:
        DerError: an element that does not fit into the bytes, an invalid length.
    """
    if at + 2 > len(data):
        raise DerError("cut in a header")
    length, start = data[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or start + count > len(data):
            raise DerError("a length that is none")
        length = int.from_bytes(data[start : start + count], "big")
        start += count
    if start + length > len(data):
        raise DerError("cut in a value")
    return data[at], start, start + length


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and content of each element, one after the other.

    Raises:
        DerError: an element that does not fit into the bytes, an invalid length.
    """
    at = 0
    while at < len(data):
        tag, start, at = element(data, at)
        yield tag, data[start:at]


def only(data: bytes, tag: int) -> bytes:
    """Return the content of the only element, which has this tag.

    Raises:
        DerError: there are more, or fewer, or it has another tag.
    """
    found = list(elements(data))
    if len(found) != 1 or found[0][0] != tag:
        raise DerError(f"not one element of tag {tag:#x}")
    return found[0][1]

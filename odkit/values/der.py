"""DER (X.690 section 8.1) as far as Kerberos uses it: definite lengths, tags of one byte."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["DerError", "elements", "only"]


class DerError(ValueError):
    """Bytes are no DER of the form that is wanted; the message holds nothing of them."""


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and content of each element, one after the other.

    Raises:
        DerError: an element that does not fit into the bytes, an invalid length.
    """
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise DerError("cut in a header")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or at + count > len(data):
                raise DerError("a length that is none")
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            raise DerError("cut in a value")
        yield tag, data[at : at + length]
        at += length


def only(data: bytes, tag: int) -> bytes:
    """Return the content of the only element, which has this tag.

    Raises:
        DerError: there are more, or fewer, or it has another tag.
    """
    found = list(elements(data))
    if len(found) != 1 or found[0][0] != tag:
        raise DerError(f"not one element of tag {tag:#x}")
    return found[0][1]

"""The Kerberos keys of an account, by their structure only: key version and encryption types, never the material.

``draft-krbKeySet`` is DER (Heimdal's hdb_keyset_aapl, tags out of order on purpose):

    hdb_keyset_aapl ::= SEQUENCE { kvno [1] INTEGER, keys [0] SEQUENCE OF Key, principal [2] Principal OPTIONAL }
    Key             ::= SEQUENCE { mkvno [0] INTEGER OPTIONAL, key [1] EncryptionKey, salt [2] Salt OPTIONAL }
    EncryptionKey   ::= SEQUENCE { keytype [0] Int32, keyvalue [1] OCTET STRING }
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from odkit.errors import InputError
from odkit.values.enctypes import ENCTYPES

__all__ = ["KeySet", "parse_keyset"]

_SEQUENCE, _INTEGER = 0x30, 0x02
_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class KeySet:
    """One value of ``draft-krbKeySet``.

    Attributes:
        kvno: version of the keys.
        enctypes: numbers of their encryption types, in order.
    """

    kvno: int
    enctypes: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The encryption types by name, ``enctype N`` for unknown ones."""
        return tuple(ENCTYPES.get(number, f"enctype {number}") for number in self.enctypes)


class _BrokenError(ValueError):
    pass


def _items(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Tag and content of each element (X.690 8.1; definite lengths, one-byte tags)."""
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise _BrokenError("cut in a header")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 0x80:
            count = length & 0x7F
            if not 1 <= count <= 4 or at + count > len(data):
                raise _BrokenError("a length that is none")
            length = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + length > len(data):
            raise _BrokenError("cut in a value")
        yield tag, data[at : at + length]
        at += length


def _one(data: memoryview, tag: int) -> memoryview:
    items = list(_items(data))
    if len(items) != 1 or items[0][0] != tag:
        raise _BrokenError(f"not one element of tag {tag:#x}")
    return items[0][1]


def _tagged(data: memoryview) -> dict[int, memoryview]:
    return {tag & 0x1F: content for tag, content in _items(data) if tag & 0xE0 == 0xA0}


def _integer(data: memoryview) -> int:
    content = _one(data, _INTEGER)
    if not 1 <= len(content) <= 5:
        raise _BrokenError("an integer out of range")
    return int.from_bytes(content, "big", signed=True)


def parse_keyset(value: bytes) -> KeySet:
    """Read the structure of a key set.

    Args:
        value: DER.

    Raises:
        InputError: not a key set; the message holds nothing of it.
    """
    try:
        if len(value) > _MAX:
            raise _BrokenError("larger than a key set can be")
        fields = _tagged(_one(memoryview(value), _SEQUENCE))
        kvno = _integer(fields[1])
        enctypes = []
        for tag, key in _items(_one(fields[0], _SEQUENCE)):
            if tag != _SEQUENCE:
                raise _BrokenError("a key that is no sequence")
            enctypes.append(_integer(_tagged(_one(_tagged(key)[1], _SEQUENCE))[0]))
        return KeySet(kvno, tuple(enctypes))
    except (_BrokenError, KeyError) as error:
        why = str(error) if isinstance(error, _BrokenError) else "a field is missing"
        raise InputError("<keys>", None, f"not a Kerberos key set ({len(value)} bytes): {why}") from None

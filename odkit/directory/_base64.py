"""Whether values in base64 can be read, one by one or many at once."""

from __future__ import annotations

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Collection
from operator import sub

__all__ = ["are_base64", "fault_of_base64"]

_REMEMBERED = 4096  # values in base64 that are known to be readable: mail accounts, flags …

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_COLONS_AND_FOLDS = re.compile(rb"(?:: (?:\n )*+)*+").fullmatch
_NO_BLANK = re.compile(rb":(?! )").search
_PADDED_WITHIN = re.compile(rb"=(?!(?:\n )*+(?:=(?:\n )*+)?+(?::|\Z))").search  # or more than twice

_readable: set[int] = set()  # hashes of such values, keyed at random for each process (PEP 456): a policy may hold a password


def fault_of_base64(line: bytes) -> bytes | None:
    """Return something for a value that cannot be read, or begins on the next line; None for any other.

    Args:
        line: what stands behind the attribute's name and its colon: a second one, and the value in base64, folded as in the file.
    """
    key = hash(line)
    if key in _readable:
        return None
    try:
        a2b_base64(line[1:].replace(b"\n ", b"").strip(b" "), strict_mode=True)
    except Base64Error:
        return b"fault"
    if not line:
        return b"fault"
    if len(_readable) < _REMEMBERED:
        _readable.add(key)
    return None


def are_base64(lines: Collection[bytes]) -> bool:
    """Tell whether `fault_of_base64` finds nothing in any of many lines; False may also say that only that one tells.

    Args:
        lines: see `fault_of_base64`; a blank follows each line end.
    """
    text = b"".join(lines)
    # what is left of each is its colon, its blank, and its folds
    left = text.translate(None, _BASE64)
    parts = left.split(b":")
    if len(parts) != len(lines) + 1 or _COLONS_AND_FOLDS(left) is None or _NO_BLANK(text) is not None or _PADDED_WITHIN(text) is not None:
        return False
    # what is in base64 comes in fours
    return set(map((3).__and__, map(sub, map(len, lines), map(len, parts[1:])))) <= {1}

"""Whether values in base64 can be read, one by one or many at once."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Collection

__all__ = ["are_base64", "fault_of_base64"]

_REMEMBERED = 4096  # values in base64 that are known to be readable: mail accounts, flags …

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_ALL_ONE = bytes.maketrans(_LETTERS, b"A" * len(_LETTERS))

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

    Which letters stand in a value does not matter: with one for all of them, many values are the same, and are looked at once.

    Args:
        lines: see `fault_of_base64`.
    """
    alike = b"\0".join(lines).translate(_ALL_ONE).split(b"\0")
    return len(alike) == len(lines) and all(fault_of_base64(line) is None for line in set(alike))

"""Letters for letters.  A replacement has consonants alone, so that it is nobody's name, and looks like what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["cased", "letters_for"]

_CONSONANTS = "bcdfghjklmnqrtvxz"
_ALL = "abcdefghijklmnopqrstuvwxyz"
_ACCENTED = "áàâäéèêëíìîïóòôöúùûü"  # each is a letter and a mark of its own (NFD), and two bytes long
_MARKS = range(0x300, 0x370)


class Drawn(Protocol):
    """What gives numbers."""

    def below(self, limit: int) -> int:
        """Return a number below a limit."""


def letters_for(word: str, draw: Drawn, *, plain: bool) -> str:
    """Return letters and digits of the same kinds.

    Args:
        word: small letters, composed (NFC).
        draw: what decides.
        plain: whether vowels may be used, too.
    """
    letters = _ALL if plain else _CONSONANTS
    return "".join(_letter(each, letters, draw.below) for each in word)


def _letter(each: str, letters: str, below: Callable[[int], int]) -> str:
    code = ord(each)
    if code < 0x80:
        return str(below(10)) if each.isdigit() else letters[below(len(letters))]
    if code in _MARKS:
        return each
    if code < 0x250:
        return _ACCENTED[below(len(_ACCENTED))]
    if code < 0x800:
        return chr(0x430 + below(32)) if each.lower() != each.upper() else chr(0x5D0 + below(27))
    if code < 0x10000:
        return chr(0x4E00 + below(0x5000))
    return chr(0x20000 + below(0xA000))


def cased(new: str, like: str) -> str:
    """Return letters in the case of others, one by one."""
    if len(new) != len(like) or like == like.lower():
        return new
    return "".join(each.upper() if old != old.lower() else each for each, old in zip(new, like, strict=True))

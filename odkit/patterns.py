"""Regular expressions: the one way to compile them, and patterns that are compiled when they are first used.

CPython 3.11.0 to 3.11.4, and Debian 12's own before 3.11.2-6+deb12u9, go on at a wrong place where the body of a possessive group fails
behind its first byte: ``(?:a(?=x))?+b`` fits ``ab`` (gh-100061 and gh-106052, mended in 3.11.5).  Such a pattern of ours would take a
damaged line for a whole one.  There a group that a possessive quantifier repeats gets a last alternative that never fits: each alternative
begins where the group began, and so the place is the right one again.
"""

from __future__ import annotations

import re
import sys
from typing import AnyStr, Generic, cast

__all__ = ["compiled", "mended", "regex"]

# an example decides, where it may be so: Debian's update did not change the version
_GOES_ON_ELSEWHERE = sys.version_info < (3, 11, 5) and re.match("(?:a(?=x))?+b", "ab") is not None
# the end of a group that a possessive quantifier repeats; what is escaped, and what stands in a class, ends none
_REPEATED_GROUP_ENDS = r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\)(?=(?:[*+?]|\{[0-9,]+\})\+)"


def mended(source: AnyStr) -> AnyStr:
    """Return an expression that means the same, and does so in CPython 3.11.0 to 3.11.4 too.

    Args:
        source: the expression, without comments.
    """
    if isinstance(source, bytes):
        return mended(source.decode("latin-1")).encode("latin-1")
    return re.sub(_REPEATED_GROUP_ENDS, lambda found: found[1] or "|(?!))", source, flags=re.DOTALL)


def compiled(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return `re.compile`; it is used instead, so that possessive groups hold in every Python.

    Args:
        source: the expression.
        flags: of `re`.

    Raises:
        re.error: a wrong expression.
    """
    return re.compile(mended(source) if _GOES_ON_ELSEWHERE else source, flags)


class _Pattern(Generic[AnyStr]):
    """Has the methods of the compiled pattern; each is looked up once and costs what the pattern's own costs from then on."""

    def __init__(self, source: AnyStr, flags: int) -> None:
        self._source: AnyStr = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        value: object = getattr(compiled(self._source, self._flags), name)
        setattr(self, name, value)
        return value


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return `compiled`, when the pattern is first used.

    Args:
        source: the expression; a wrong one raises `re.error` at its first use.
        flags: of `re`.

    Returns:
        Has the methods and attributes of a compiled pattern without being one: it cannot be given to `re.sub` and the like.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))

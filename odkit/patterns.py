"""Regular expressions that are compiled when they are first used: a command loads many modules and uses few of their patterns."""

from __future__ import annotations

import re
from typing import AnyStr, Generic, cast

__all__ = ["regex"]


class _Pattern(Generic[AnyStr]):
    """Has the methods of the compiled pattern; each is looked up once and costs what the pattern's own costs from then on."""

    def __init__(self, source: AnyStr, flags: int) -> None:
        self._source: AnyStr = source
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        value: object = getattr(re.compile(self._source, self._flags), name)
        setattr(self, name, value)
        return value


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return `re.compile`, when the pattern is first used.

    Args:
        source: the expression; a wrong one raises `re.error` at its first use.
        flags: of `re`.

    Returns:
        Has the methods and attributes of a compiled pattern without being one: it cannot be given to `re.sub` and the like.
    """
    return cast("re.Pattern[AnyStr]", _Pattern(source, flags))

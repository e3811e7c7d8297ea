"""Checks what a caller of the library gives: a wrong type is a `UsageError` in plain words, and one name is not its letters.

Each function takes the value and what it is, for the message, and returns the value in the form that the library works with.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from odkit.errors import UsageError
from odkit.text import shorten

if TYPE_CHECKING:
    from datetime import date, datetime

__all__ = ["a_bool", "a_date", "a_moment", "a_path", "a_text", "an_instance", "kind_of", "some_texts", "some_values", "text_pairs"]

T = TypeVar("T")


def kind_of(value: object) -> str:
    """Return what a value is, for a message: the name of its type, and never what it holds."""
    return "None" if value is None else f"an object of type {type(value).__name__}"


def _wrong(what: str, wanted: str, value: object) -> UsageError:
    return UsageError(f"{what}: expected {wanted}, not {kind_of(value)}")


def a_text(value: object, what: str) -> str:
    """Return a text.

    Raises:
        UsageError: it is none.
    """
    if isinstance(value, str):
        return value
    raise _wrong(what, "a text (str)", value)


def some_texts(value: object, what: str) -> tuple[str, ...]:
    """Return texts, such as names of hosts; a text alone is one of them.

    Raises:
        UsageError: they are none.
    """
    if isinstance(value, str):
        return (value,)
    if isinstance(value, (bytes, bytearray, Mapping)) or not isinstance(value, Iterable):
        raise _wrong(what, "a text (str) or several", value)
    return tuple(a_text(each, what) for each in value)


def some_values(values: Iterable[object], what: str) -> list[bytes]:
    """Return values of an attribute; text is written as UTF-8 (surrogates are bytes that are not, PEP 383).

    Raises:
        UsageError: a value is neither text nor bytes, or is text that UTF-8 cannot write.
    """
    found = []
    for value in values:
        if isinstance(value, str):
            try:
                found.append(value.encode("utf-8", "surrogateescape"))
            except UnicodeEncodeError as error:
                raise UsageError(f"{what}: a value cannot be written as UTF-8") from error
        elif isinstance(value, bytes):
            found.append(value)
        else:
            raise _wrong(what, "values of type str or bytes", value)
    return found


def a_path(value: object, what: str) -> Path:
    """Return a path.  An empty text is none: it would be the folder in which the program was started.

    Raises:
        UsageError: it is none.
    """
    if isinstance(value, (str, os.PathLike)):
        name = os.fspath(value)
        if not name:
            raise UsageError(f"{what}: the name is empty")
        if isinstance(name, str):
            return Path(name)
    raise _wrong(what, "a path (str or pathlib.Path)", value)


def a_bool(value: object, what: str) -> bool:
    """Return True or False.  A text is none of them: "no" would be taken for yes.

    Raises:
        UsageError: it is neither.
    """
    if isinstance(value, bool):
        return value
    raise _wrong(what, "True or False", value)


def a_date(value: object, what: str) -> date:
    """Return a day.

    Raises:
        UsageError: it is none.
    """
    from datetime import date, datetime  # few callers give a date

    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise _wrong(what, "a day (datetime.date)", value)


def a_moment(value: object, what: str) -> datetime:
    """Return a date with its time zone.

    Raises:
        UsageError: it is none, or has no time zone, so that it means another moment on every machine.
    """
    from datetime import datetime

    if not isinstance(value, datetime):
        raise _wrong(what, "a date and its time (datetime.datetime)", value)
    if value.utcoffset() is None:
        raise UsageError(f"{what}: the date has no time zone; give it one, such as tzinfo=datetime.UTC")
    return value


def text_pairs(value: object, what: str) -> dict[str, str]:
    """Return a table of texts, such as host -> address.

    Raises:
        UsageError: it is none.
    """
    if not isinstance(value, Mapping):
        raise _wrong(what, "a mapping of texts", value)
    return {a_text(key, what): a_text(each, what) for key, each in value.items()}


def an_instance(value: object, kind: type[T], what: str, made_by: str) -> T:
    """Return a value of a type of the library.

    Args:
        value: what was given.
        kind: the type.
        what: it is, for the message.
        made_by: the function that makes one, for the message.

    Raises:
        UsageError: it is of another type.
    """
    if isinstance(value, kind):
        return value
    raise _wrong(what, f"a {kind.__name__} ({shorten(made_by)})", value)

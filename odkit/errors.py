"""The exceptions of odkit, by whose fault it is.

Wrong *data* that can be worked around becomes a finding (`odkit.findings`).  What stops the work is one of these, and no
other exception leaves the library for any input bytes.
"""

from __future__ import annotations

from enum import StrEnum

from odkit.text import escape

__all__ = ["BrakeError", "InputError", "InputReason", "LiveError", "OdkitError", "RefusedError", "UsageError"]


class OdkitError(Exception):
    """Base of all exceptions that odkit raises on purpose."""


class UsageError(OdkitError):
    """The caller asked for something that cannot be meant: a wrong argument, two values that contradict each other."""


class InputReason(StrEnum):
    """What is wrong with an input, for code that must tell one failure from another; people read the message."""

    CUT = "cut"  # the input ends before it is whole
    DAMAGED = "damaged"  # parts of it cannot be read
    EMPTY = "empty"  # it holds nothing of what is asked for
    INCOMPLETE = "incomplete"  # it says itself, or shows, that it leaves something out
    MALFORMED = "malformed"  # it does not have the form that is wanted
    TOOL_FAILED = "tool failed"  # it holds the complaint of the program that should have written it


class InputError(OdkitError):
    """An input cannot be read, or is damaged at a place that can be named.

    Attributes:
        path: name of the input as the caller gave it, or ``"<bytes>"``, ``"<stream>"``.
        line: 1-based physical line, or None where the whole input is meant.
        message: what is wrong and what to do, one line of text, safe for a terminal.
        reason: the same as a value, for code.
    """

    def __init__(self, path: str, line: int | None, message: str, reason: InputReason = InputReason.MALFORMED) -> None:
        self.path = path
        self.line = line
        self.message = message
        self.reason = reason
        where = escape(path) if line is None else f"{escape(path)}:{line}"
        super().__init__(f"{where}: {message}")


class RefusedError(OdkitError):
    """Something asked for cannot be done safely: a name that a target cannot express, a target that is not an ordinary file."""


class BrakeError(RefusedError):
    """A brake stopped a plan: nothing was written.  The message says which brake, the numbers, and what releases it."""


class LiveError(OdkitError):
    """A running directory or KDC could not be reached, or answered with an error."""

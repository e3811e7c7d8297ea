"""The exceptions of odkit, by whose fault it is.

Wrong *data* that can be worked around becomes a finding (`odkit.findings`).  What stops the work is one of these, and no
other exception leaves the library for any input bytes.
"""

from __future__ import annotations

from odkit.text import escape

__all__ = ["BrakeError", "InputError", "LiveError", "OdkitError", "RefusedError", "UsageError"]


class OdkitError(Exception):
    """Base of all exceptions that odkit raises on purpose."""


class UsageError(OdkitError):
    """The caller asked for something that cannot be meant: a wrong argument, two values that contradict each other."""


class InputError(OdkitError):
    """An input cannot be read, or is damaged at a place that can be named.

    Attributes:
        path: name of the input as the caller gave it, or ``"<bytes>"``, ``"<stream>"``.
        line: 1-based physical line, or None where the whole input is meant.
        message: what is wrong and what to do, one line of text, safe for a terminal.
    """

    def __init__(self, path: str, line: int | None, message: str) -> None:
        self.path = path
        self.line = line
        self.message = message
        where = escape(path) if line is None else f"{escape(path)}:{line}"
        super().__init__(f"{where}: {message}")


class RefusedError(OdkitError):
    """Something asked for cannot be done safely: a name that a target cannot express, a target that is not an ordinary file."""


class BrakeError(RefusedError):
    """A brake stopped a plan: nothing was written.  The message says which brake, the numbers, and what releases it."""


class LiveError(OdkitError):
    """A running directory or KDC could not be reached, or answered with an error."""

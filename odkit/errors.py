"""Exceptions, grouped by cause: the caller, the input, a safety refusal, a live server.

Wrong *data* that can be worked around becomes a finding (`odkit.findings`).  What stops the work is one of these, and no
other exception leaves the library for any input bytes.
"""

from __future__ import annotations

from enum import StrEnum

from odkit.text import escape, plural

__all__ = [
    "BrakeError",
    "ExportCut",
    "InputError",
    "InputReason",
    "KrbtgtMissing",
    "LiveError",
    "NothingLive",
    "OdkitError",
    "PrincipalsUnknown",
    "RefusedError",
    "TooMuchInferred",
    "UsageError",
]


class OdkitError(Exception):
    """Base of all exceptions that odkit raises on purpose."""


class UsageError(OdkitError):
    """The caller gave an invalid argument, or arguments that contradict each other."""


class InputReason(StrEnum):
    """What is wrong with an input, for code that must tell one failure from another; people read the message."""

    AMBIGUOUS = "ambiguous"  # it says something twice, differently
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
        line: 1-based physical line, or None for the input as a whole.
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
    """A safety limit stopped a plan: nothing was written.  The message says which one, the numbers, and what releases it."""


class KrbtgtMissing(BrakeError):  # noqa: N818 - named by the limit that was reached
    """A list of principals is not the whole one of its KDC: the realm's krbtgt is missing.

    Attributes:
        path: the list.
        realm: the realm that is cleaned.
    """

    def __init__(self, path: str, realm: str) -> None:
        self.path = path
        self.realm = realm
        name = escape(realm)
        super().__init__(
            f"{escape(path)} has no krbtgt principal of its realm (krbtgt/{name}@{name}): it is not the whole list of the "
            f"KDC of {name}. Make it again with: LC_ALL=C kadmin.local -r {name} -q listprincs"
        )


class ExportCut(BrakeError):  # noqa: N818
    """An export lacks what another input shows that it must hold: it was cut where a file ends like a whole one.

    Attributes:
        path: the export.
        records: how many it has.
        last: DN of its last record.
    """

    def __init__(self, path: str, records: int, last: str, why: str) -> None:
        self.path = path
        self.records = records
        self.last = last
        super().__init__(
            f"{escape(path)} {why}: it may be cut behind its last record ({plural(records, 'record')}, the last one {escape(last)}). "
            "Export again, or give --accept-incomplete if that is meant"
        )


class NothingLive(BrakeError):  # noqa: N818
    """A plan would leave no principal of a live host.

    Attributes:
        deleted: principals that would go.
    """

    def __init__(self, deleted: int) -> None:
        self.deleted = deleted
        super().__init__(
            f"the plan deletes {plural(deleted, 'principal')} and leaves none of a host that is known to be live. "
            "Name the live servers with --keep, or give --allow-large if that is meant"
        )


class TooMuchInferred(BrakeError):  # noqa: N818
    """A plan would delete too many principals that nobody named.

    Attributes:
        inferred: principals that would go on inference alone.
        total: host principals of the realm.
        share: the largest part of them that may, 0 to 1.
    """

    def __init__(self, inferred: int, total: int, share: float) -> None:
        self.inferred = inferred
        self.total = total
        self.share = share
        percent = 100 * inferred / total if total else 100
        super().__init__(
            f"{inferred} of {total} host principals ({percent:.0f} %) would go on inference alone, more than {100 * share:.0f} %. "
            "Name the retired servers with --retire, or give --allow-large if that is meant"
        )


class PrincipalsUnknown(BrakeError):  # noqa: N818
    """Scripts for 10.7 and later need the directory's own principals, and the export has none."""


class LiveError(OdkitError):
    """A running directory or KDC could not be reached, or answered with an error."""

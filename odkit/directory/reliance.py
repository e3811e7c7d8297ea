"""How far an export can be relied on, and the one brake of everything that writes.

What an export lacks looks deleted, retired or never set to whoever takes it for whole.  A writer calls `require_whole` before it plans, and
puts `made_from` into what it writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.errors import InputError, InputReason
from odkit.ldif import Answer, Asked, Completeness, Reader
from odkit.text import escape, plural

__all__ = ["Reliance", "made_from", "reliance_of", "require_one_export", "require_whole"]


@dataclass(frozen=True, slots=True)
class Reliance:
    """How far one input can be relied on.

    Attributes:
        path: its name.
        entries: number of its records.
        last: DN of the last one.
        cut: why records or lines of it are known to be missing; empty otherwise.
        unproved: why it is not known to be whole; empty otherwise.
        asked: what it was asked for.
        suffix: normal form of the domain's, where that is known.
        again: how much of it an input before it holds, too, so that which of the two counts is not known; empty otherwise.
    """

    path: str
    entries: int
    last: str
    cut: str = ""
    unproved: str = ""
    asked: Asked = field(default_factory=Asked)
    suffix: str = ""
    again: str = ""

    @property
    def lacks(self) -> str:
        """Why it is known to lack records or attributes; empty otherwise."""
        left_out = self.asked.left_out(self.suffix)
        return self.cut or (f"not asked for: {'; '.join(left_out)}" if left_out else "")

    def without(self, key: str) -> Answer:
        """Return what it says of a record that it does not hold, by the normal form of its DN: absent, not asked for, or cut off."""
        searches = self.asked.searches
        if searches and not any(each.every_record and each.reaches(key) for each in searches):
            return Answer.NOT_ASKED
        return Answer.CUT if self.cut else Answer.ABSENT

    def __str__(self) -> str:
        last = f", the last is {escape(self.last)}" if self.last else ""
        doubt = self.lacks or self.unproved
        name = self.path.rpartition("/")[2]  # what is made from a file is the same wherever the file lies
        return f"{escape(name)} ({plural(self.entries, 'record')}{last}{doubt and '; ' + doubt})"


def reliance_of(reader: Reader, promised: tuple[Completeness, str] | None, last: str, again: str = "") -> Reliance:
    """Return how far an input that has been read can be relied on.

    Args:
        reader: it has given out all records.
        promised: what a manifest says of the input, with the reason; None without one.
        last: DN of the last record.
        again: how much of it an input before it holds, too.
    """
    state, reason = promised if promised is not None else reader.completeness()
    cut = reason if promised is not None and state is Completeness.INCOMPLETE else reader.cut
    return Reliance(reader.path, reader.entries, last, cut, reason if state is Completeness.UNKNOWN else "", reader.asked, again=again)


def require_whole(inputs: Iterable[Reliance], consequence: str, *, accept_incomplete: bool) -> None:
    """Stop where an input lacks something.

    Args:
        inputs: all that is planned from.
        consequence: what would come of it, "what it lacks would …".
        accept_incomplete: the caller knows that nothing that matters is missing.

    Raises:
        InputError: an input lacks something, and that was not accepted; or two of them are exports of one domain.
    """
    inputs = list(inputs)
    require_one_export(inputs)
    for each in inputs:
        if each.lacks and not accept_incomplete:
            raise InputError(
                each.path,
                None,
                f"the export is incomplete ({each.lacks}); {consequence}. "
                "Export again, or give --accept-incomplete if you know that nothing that matters is missing",
                InputReason.INCOMPLETE,
            )


def require_one_export(inputs: Iterable[Reliance]) -> None:
    """Stop where two inputs are exports of one domain: the first of each record counts, which may be the older one.

    Args:
        inputs: all that is planned from, or written down.

    Raises:
        InputError: they are.
    """
    for each in inputs:
        if each.again:
            message = f"is a second export of the domain ({each.again}), and nobody knows which one counts; give one of them"
            raise InputError(each.path, None, message, InputReason.AMBIGUOUS)


def made_from(inputs: Iterable[Reliance]) -> list[str]:
    """Return lines for the head of a file: what it was made from, so that a cut nobody saw can be seen by whoever reads it."""
    return [f"Made from {each}" for each in inputs]

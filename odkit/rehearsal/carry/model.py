"""What a rehearsal of a carry proves: one row a thing, one verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from odkit.dataclass import dataclass
from odkit.text import escape, plural, table

__all__ = ["Proof", "Rehearsal", "Row", "row_of"]

_SHOWN = 3


class Proof(StrEnum):
    """Of one row."""

    PROVED = "proved"
    FAILED = "failed"
    NOT_PROVED = "not proved"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was tried.

    Attributes:
        what: in words.
        proof: what came of it.
        detail: counts, and the first names that failed; never a key or a password.
        seconds: that it took.
    """

    what: str
    proof: Proof
    detail: str = ""
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``rows``."""
        return {"what": self.what, "proof": self.proof.value, "detail": self.detail, "seconds": round(self.seconds, 2)}


def row_of(what: str, tried: int, bad: Iterable[str], unit: str = "user") -> Row:
    """Return the row of a thing that was tried several times: proved where nothing failed, and where anything was tried.

    Args:
        what: in words.
        tried: how many were tried.
        bad: names of those that failed, escaped.
        unit: what one of them is.
    """
    failed = list(bad)
    if failed:
        names = ", ".join(failed[:_SHOWN]) + (f" and {len(failed) - _SHOWN} more" if len(failed) > _SHOWN else "")
        return Row(what, Proof.FAILED, f"{len(failed)} of {plural(tried, unit)}: {names}")
    return Row(what, Proof.PROVED if tried else Proof.NOT_PROVED, plural(tried, unit))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All rows of one rehearsal.

    Attributes:
        plan: id of the plan that was played.
        target: name of the target.
        rows: in the order in which they were tried.
        notes: what else a person should know.
    """

    plan: str
    target: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether every row is proved."""
        return all(row.proof is Proof.PROVED for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """Return the object of schema ``odkit/carry-rehearsal/1``."""
        rows = [row.as_json() for row in self.rows]
        return {
            "schema": "odkit/carry-rehearsal/1",
            "id": self.plan,
            "target": self.target,
            "proved": self.proved,
            "rows": rows,
            "notes": list(self.notes),
        }

    def lines(self) -> Iterator[str]:
        """Yield the lines for people."""
        yield f"Rehearsal of plan {self.plan} to {self.target}, on scratch servers"
        yield from table([(row.proof.value, row.what, escape(row.detail), f"{row.seconds:.1f} s") for row in self.rows])
        yield from (f"note: {note}" for note in self.notes)
        bad = [row for row in self.rows if row.proof is Proof.FAILED]
        if bad:
            yield f"Verdict: {len(bad)} of {len(self.rows)} failed; do not load this plan."
        elif not self.proved:
            yield "Verdict: what was tried is proved; what reads 'not proved' was not tried."
        else:
            yield f"Verdict: all {len(self.rows)} proved."

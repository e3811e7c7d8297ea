"""The exports of each domain by date: which is the newest, and which follows which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Final

from odkit.dataclass import dataclass
from odkit.text import escape, plural

__all__ = ["HALFWAY", "Timeline"]

HALFWAY: Final = "a run of odkit tables is putting tables in place, or was ended at it; run it again, and ask again"


@dataclass(frozen=True, slots=True)
class Timeline:
    """The exports of each domain by date.

    Of several exports of one date the one with the most entries counts.  An export that shows no domain is a domain of its own; one without
    a date counts only where its domain has no other.

    Attributes:
        rows: export, domain, taken, place (the domain, or the export that shows none), step (from 0), digest of the export before it,
            completeness, name of the key of its digests.
        newest: digest of the newest export of each domain.
        notes: what was left out, for people.
        incomplete: names of the newest exports that are incomplete.
    """

    COLUMNS: ClassVar[str] = (
        "export VARCHAR, domain VARCHAR, taken VARCHAR, place VARCHAR, step BIGINT, before VARCHAR, "
        "completeness VARCHAR, digest_key VARCHAR"
    )
    rows: tuple[tuple[object, ...], ...]
    newest: tuple[str, ...]
    notes: tuple[str, ...]
    incomplete: tuple[str, ...]

    @classmethod
    def of(cls, exports: Sequence[Sequence[Any]], *, by_spark: bool = False, halfway: int = 0) -> Timeline:
        """Return it.

        Args:
            exports: digest, domain, taken, entries (None: it cannot be read), completeness, name of the key of the digests.
            by_spark: they are a portion that Spark has written, which the notes say.
            halfway: how many may not be among them, see `odkit.tables.Store.halfway`.
        """
        places: dict[str, list[Sequence[Any]]] = {}
        unread = sum(each[3] is None for each in exports)
        for each in exports:
            if each[3] is None:
                continue
            places.setdefault(each[1] if each[1] is not None else f"export {each[0]}", []).append(each)
        rows: list[tuple[object, ...]] = []
        newest, notes, incomplete = [], [], []
        if by_spark:
            notes.append(f"a portion that Spark wrote, with {plural(len(exports), 'export')}")
        if halfway:
            notes.append(f"{plural(halfway, 'export')} may be left out: {HALFWAY}")
        if unread:
            notes.append(f"{plural(unread, 'export')} left out that cannot be read: the table exports says why")
        for place, all_of_it in sorted(places.items()):
            taken, left_out = _in_order(all_of_it)
            for step, (export, domain, date, _, state, key, *_) in enumerate(taken):
                rows.append((export, domain, date, place, step, taken[step - 1][0] if step else None, state, key))
            newest.append(taken[-1][0])
            if left_out:
                why = "another of its exports has the same date and more entries, or its date is not known"
                notes.append(f"{escape(place)}: {plural(left_out, 'export')} left out: {why}")
            if all_of_it[0][1] is None:
                notes.append(f"export {all_of_it[0][0][:16]}… shows no domain: it is taken for a domain of its own")
            if taken[-1][4] == "incomplete":
                incomplete.append(f"{escape(place)}, {taken[-1][2] or 'date not known'}")
        return cls(tuple(rows), tuple(newest), tuple(notes), tuple(incomplete))


def _in_order(exports: Sequence[Sequence[Any]]) -> tuple[list[Sequence[Any]], int]:
    """Return those that count, oldest first, and the number of the others."""
    best: dict[str | None, Sequence[Any]] = {}
    for each in sorted(exports, key=lambda each: (each[3], each[0])):
        best[each[2]] = each
    dated = [best[date] for date in sorted(date for date in best if date is not None)] or [best[None]]
    return dated, len(exports) - len(dated)

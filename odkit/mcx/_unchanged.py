"""Records whose policies are the same on both sides, and without a fault: they are counted, and not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from odkit.directory import Directory
from odkit.directory.matching import Matching
from odkit.mcx._check import KINDS, MEMBER_KINDS, Checks, managed_ids

__all__ = ["counted_as_unchanged", "relevant"]


def relevant(od: Directory) -> list[tuple[int, str]]:
    """Return the number and type of the records that have MCX, or decide whom it reaches, in file order."""
    out = []
    for kind in KINDS:
        ids = od.record_ids(kind) if kind in MEMBER_KINDS else managed_ids(od, kind)
        out += [(record_id, kind) for record_id in ids]
    return sorted(out)


def counted_as_unchanged(checks: tuple[Checks, Checks], matching: Matching, counts: Counter[str]) -> Callable[[int], bool]:
    """Return what tells whether nothing can be said of a record of the older export, and counts its policies then.

    Args:
        checks: of the older and of the newer export, after their run.
        matching: of the records of both.
        counts: those of `odkit.mcx._compare.Preservation`.
    """
    before, after = checks[0].od, checks[1].od
    readable: bytearray = before.column("readable")
    was, now = (od.column("policies") for od in (before, after))
    faultless_was, faultless_now = (each.faultless.get for each in checks)
    unchanged, newer = matching.unchanged_ids, matching.newer

    torn_before, torn_after = before.torn_ids, after.torn_ids
    asked = before.answers.asked_for_all and after.answers.asked_for_all

    def is_unchanged(record_id: int) -> bool:
        if not asked or not readable[record_id] or not unchanged[record_id]:
            return False
        other = newer(record_id)
        assert other is not None
        if record_id in torn_before or other in torn_after:
            return False
        if was[record_id] == ():
            return True
        policies = faultless_was(id(was[record_id]))
        if policies is None or faultless_now(id(now[other])) is None:
            return False
        if policies.values:
            counts["records"] += 1
            counts["settings"] += policies.settings
            counts["preserved"] += 1
        return True

    return is_unchanged

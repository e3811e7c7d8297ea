"""A difference for people: grouped by record type."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.comparison._model import Diff, Kind, RecordDifference
from odkit.text import escape, plural

__all__ = ["diff_text"]

_SIGNS = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "*", Kind.RENAMED: ">"}
_VALUES = 20  # lines of one record


def diff_text(diff: Diff, *, show_secrets: bool = False, full: bool = False) -> str:
    """Write a difference.

    Args:
        diff: to be shown.
        show_secrets: show secret values, too.
        full: show all values of a record; else long lists are cut, with the number of what is left out.
    """
    return "".join(f"{line}\n" for line in _lines(diff, show=show_secrets, full=full))


def _lines(diff: Diff, *, show: bool, full: bool) -> Iterator[str]:
    group = None
    for each in diff:
        if each.type != group:
            group = each.type
            yield f"{group or 'Other records'}"
        yield from _record(each, show=show, full=full)
        if why := diff.not_shown(each):
            yield f"      not known: {why}"
    counts = ", ".join(f"{count} {name}" for name, count in diff.counts().items())
    ignored = f"; {plural(diff.operational, 'record')} differ in operational attributes alone" if diff.operational else ""
    doubt = sum(bool(diff.not_shown(each)) for each in diff)
    ignored += f"; of {plural(doubt, 'record')} it is not known, because an export does not show them" if doubt else ""
    yield f"{plural(diff.before, 'record')} before, {diff.after} after: {counts}{ignored}"


def _record(each: RecordDifference, *, show: bool, full: bool) -> Iterator[str]:
    entry = each.after if each.after is not None else each.before
    assert entry is not None
    yield f"  {_SIGNS[each.kind]} {escape(each.dn)}  ({escape(entry.path)}:{entry.line})"
    if each.kind is Kind.RENAMED and each.before is not None:
        yield f"      renamed from {escape(each.before.dn)}"
    if each.note:
        yield f"      {each.note}"
    if each.unknown:
        yield f"      not all of it is known: {each.unknown}"
    lines = [line for attribute in each.attributes for line in attribute.lines(show=show)]
    shown = lines if full or len(lines) <= _VALUES else lines[:_VALUES]
    yield from (f"      {line}" for line in shown)
    if len(shown) < len(lines):
        yield f"      … and {len(lines) - len(shown)} more values (--full, or --json)"

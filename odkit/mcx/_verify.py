"""`verify_mcx`: the checks put together, and the one line that answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from odkit.directory import Directory
from odkit.findings import Report
from odkit.mcx._check import Checks
from odkit.mcx._compare import Preservation
from odkit.text import plural

__all__ = ["verify_mcx"]


def verify_mcx(before: Directory, after: Directory | None = None, *, retired: Sequence[str] = ()) -> Report:
    """Verify the MCX policies of an export, and with two that each one was preserved.

    Args:
        before: the only export, or the older one.
        after: the newer one.
        retired: names of retired servers, looked for in the values of the only, or the newer, export.

    Returns:
        A report.  Its summary has ``answer``, the one line; ``before`` and, with two exports, ``after`` and ``preservation``.

    Raises:
        InputError: an export was changed while it was read.
    """
    last = Checks(after if after is not None else before, retired).run()
    if after is None:
        wrong = sum(f.severity.value != "info" for f in last.findings)
        answer = f"{plural(last.values, 'MCX value')} on {plural(last.records, 'record')}; {plural(wrong, 'finding')}"
        return Report({"answer": answer, "before": _counts(last)}, [*before.findings, *last.findings])
    first = Checks(before).run()
    found = Preservation(before, after).run()
    counts = {name: found.counts[name] for name in ("records", "settings", "preserved")}
    answer = (
        f"the MCX of {counts['preserved']:,} of {plural(counts['records'], 'record')} preserved ({plural(counts['settings'], 'setting')})"
    )
    graded = Counter(f.severity.value for f in [*found.findings, *last.findings])
    if graded["error"] or graded["warning"]:
        answer += f"; {plural(graded['error'], 'error')}, {plural(graded['warning'], 'warning')}"
    else:
        answer += "; nothing lost, changed or made inert"
    summary: dict[str, Any] = {"answer": answer, "before": _counts(first), "after": _counts(last), "preservation": counts}
    return Report(summary, [*before.findings, *after.findings, *found.findings, *last.findings])


def _counts(checks: Checks) -> dict[str, int]:
    return {"records": checks.records, "values": checks.values, "findings": len(checks.findings)}

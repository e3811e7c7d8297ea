"""`verify_mcx`: the checks put together, and the one line that answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from odkit.arguments import some_texts
from odkit.dataclass import dataclass
from odkit.directory import Export, as_directory
from odkit.findings import Finding, Report, further
from odkit.hosts.given import check_full_names
from odkit.identities import shared_guids
from odkit.ldif import Completeness
from odkit.mcx._check import NEEDS, Checks
from odkit.text import plural

if TYPE_CHECKING:
    from odkit.directory.matching import Matching
    from odkit.mcx._compare import Preservation

__all__ = ["McxReport", "verify_mcx"]


@dataclass(slots=True)
class McxReport(Report):
    """What `verify_mcx` found.

    Attributes:
        changes: those findings that tell a change from one export to the other.
        result: what the checks answer, in one line.
    """

    changes: tuple[Finding, ...] = ()
    result: str = ""

    __repr__ = Report.__repr__  # one line, and not every field

    def answer_again(self) -> None:
        """Let what was added count in the answer."""
        self.summary["answer"] = "; ".join([self.result, *further(self.added)])


def verify_mcx(
    before: Export, after: Export | None = None, *, retire: str | Iterable[str] = (), matching: Matching | None = None
) -> McxReport:
    """Verify the MCX policies of an export, and with two that each one was preserved.

    Args:
        before: the only export, or the older one: opened, or a path (`odkit.directory.Export`).
        after: the newer one.
        retire: full names of retired servers, looked for in the values of the only, or the newer, export.
        matching: of the records of both exports, where it is known.

    Returns:
        A report.  Its summary has ``answer``, the one line; ``before`` and, with two exports, ``after`` and ``preservation``.

    Raises:
        InputError: an export was changed while it was read.
        UsageError: a retired name is not the full name of a host.
    """
    retired = some_texts(retire, "retire")
    check_full_names(retired)
    before = as_directory(before, "before", needs=NEEDS)
    after = as_directory(after, "after", needs=NEEDS) if after is not None else None
    last = Checks(after if after is not None else before, retired).run()
    if after is None:
        findings = [*before.findings, *last.absences.findings(), *last.findings]
        wrong = sum(f.severity.value != "info" for f in findings)
        answer = f"{plural(last.values, 'MCX value')} on {plural(last.records, 'record')}; {plural(wrong, 'finding')}{_missing(last)}"
        return McxReport({"answer": answer, "before": _counts(last)}, findings, (), answer)
    from odkit.directory.matching import match_records  # for two exports alone
    from odkit.mcx._compare import Preservation

    first = Checks(before).run()
    found = Preservation(first, last, matching or match_records(before, after)).run()
    withheld = dict.fromkeys([*last.absences.findings(), *found.absences.findings()])
    findings = [*before.findings, *after.findings, *withheld, *shared_guids(after), *found.findings, *last.findings]
    counts = {name: found.counts[name] for name in ("records", "settings", "preserved")}
    answer = _answer(found, Counter(f.severity.value for f in findings), _missing(first, last))
    summary: dict[str, Any] = {"answer": answer, "before": _counts(first), "after": _counts(last), "preservation": counts}
    return McxReport(summary, findings, tuple(found.findings), answer)


def _answer(found: Preservation, graded: Counter[str], missing: str) -> str:
    """Return the one line on two exports; it says "preserved" only where nothing was withheld."""
    counts = found.counts
    kept = "the same" if missing or counts["unknown"] else "preserved"
    answer = f"the MCX of {counts['preserved']:,} of {plural(counts['records'], 'record')} {kept} ({plural(counts['settings'], 'setting')})"
    if counts["inert"]:
        answer += f"; {counts['inert']:,} unchanged, with faults that keep them from taking effect"
    if counts["unknown"]:
        answer += f"; {counts['unknown']:,} not compared, because an export does not show them"
    answer += missing
    if graded["error"] or graded["warning"]:
        return f"{answer}; {plural(graded['error'], 'error')}, {plural(graded['warning'], 'warning')}"
    return answer if missing or counts["unknown"] else f"{answer}; nothing lost, changed or made inert"


def _missing(*checks: Checks) -> str:
    """Return what exports do not show, for the answer; empty when they are not known to lack anything."""
    parts = []
    unread = sum(each.unread for each in checks)
    if unread:
        parts.append(f"; {plural(unread, 'record')} not judged in full, because an export does not show all values")
    if any(each.od.completeness is Completeness.INCOMPLETE for each in checks):
        parts.append("; an export is incomplete" if len(checks) > 1 else "; the export is incomplete")
    return "".join(parts)


def _counts(checks: Checks) -> dict[str, int]:
    return {"records": checks.records, "values": checks.values, "findings": len(checks.findings)}

"""What there is to say of a plan as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.findings import Finding, Rule, Severity, finding
from odkit.hosts import Kind, Verdict
from odkit.hosts.rules import RETIRED_NOT_FOUND
from odkit.kerberos import PrincipalStore
from odkit.purge.model import PurgePlan
from odkit.text import escape, plural

__all__ = ["remarks"]

INVENTORY_MISSING = Rule(
    "OD201", "inventory-missing", Severity.WARNING, "Give --principals with the output of 'kadmin.local -q listprincs' (run with LC_ALL=C)."
)
REPLICA_STILL_LISTED = Rule(
    "OD202", "replica-still-listed", Severity.WARNING, "Run 'slapconfig -removereplica' for it on the master, before the scripts."
)
NO_HOST_TO_RETIRE = Rule(
    "OD203",
    "no-host-to-retire",
    Severity.INFO,
    "Name the retired servers with --retire, or give the export of the old domain with --before.",
)
LIST_UNDATED = Rule(
    "OD215",
    "list-undated",
    Severity.WARNING,
    "Give the file itself and not a pipe, or a list that shows changes (kdb5_util dump, or kadmin -l list -l '*' of Heimdal).",
)
NOTHING_TO_DELETE = Rule(
    "OD207", "nothing-to-delete", Severity.INFO, "Check the retired names if you expected deletions. The plan deletes nothing."
)


def remarks(plan: PurgePlan, *, asked: bool) -> Iterator[Finding]:
    """Yield what there is to say of a plan; ``asked`` tells whether there was an inventory to ask."""
    stale = [v for v in plan.hosts.values() if v.verdict is Verdict.STALE]
    if not asked:
        yield finding(INVENTORY_MISSING, "", "no list of the KDC's principals was given: the candidates are not verified")
    undated = [d for d in plan.delete if d.seen.modified is None] if plan.store is not PrincipalStore.DIRECTORY else []
    if undated and plan.as_of is None:
        message = f"when the list was made is not known: whether {plural(len(undated), 'name')} to delete changed since cannot be told"
        yield finding(LIST_UNDATED, "", message)
    if not stale and not any(v.named for v in plan.hosts.values()):
        yield finding(NO_HOST_TO_RETIRE, "", "no host is known to be retired")
    for v in stale:
        if v.listed:
            there = next(e for e in v.evidence if e.kind is Kind.LISTED)
            yield finding(REPLICA_STILL_LISTED, v.host, f"{escape(v.host)} is still in a replica list", path=there.path, line=there.line)
    for host in plan.unmatched:
        yield finding(RETIRED_NOT_FOUND, host, f"{escape(host)} was named as retired, but no principal and no record has its name")
    if plan.empty and stale:
        yield finding(NOTHING_TO_DELETE, "", "no principal and no record of a retired host is left")

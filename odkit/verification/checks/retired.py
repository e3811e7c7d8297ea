"""Names of retired servers that are left, or were never there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from odkit.directory import Directory
from odkit.findings import Finding, Rule, Severity, finding, record_finding
from odkit.hostrefs import Handling, HitKind, References, references
from odkit.hosts.rules import RETIRED_NOT_FOUND
from odkit.names import host_key
from odkit.text import escape
from odkit.verification.rules import OLDER_SECOND

__all__ = ["check_retired"]

RETIRED_NAME_LEFT = Rule(
    "OD613", "retired-name-left", Severity.WARNING, "Run 'odkit references' for the name. It shows what to do about each place."
)


def check_retired(before: Directory, newest: Directory, retired: Sequence[str]) -> Iterator[Finding]:
    """Look for the names of retired servers: OD204 and OD613; OD622 where the newer export alone names them."""
    left = references(newest, retired)
    named = {each.host for each in (left if before is newest else references(before, retired))}
    yield from _unknown(before, named, retired, alone=before is newest)
    back = {each.host for each in left} - named
    if back and not named:
        path = newest.sources[0].path
        message = (
            f"{' and '.join(escape(host) for host in sorted(back))} are in {escape(path)}, and not in {escape(before.sources[0].path)}"
        )
        yield finding(OLDER_SECOND, path, message, path=path)
    yield from _references(left)


def _unknown(od: Directory, named: AbstractSet[str], retired: Sequence[str], *, alone: bool) -> Iterator[Finding]:
    """Yield names that the older export does not have either: perhaps another spelling is meant."""
    for host in dict.fromkeys(map(host_key, retired)):
        if host not in named:
            message = f"{escape(host)} is named nowhere in {escape(od.sources[0].path)}"
            yield finding(RETIRED_NOT_FOUND, host, message, path=od.sources[0].path, severity=Severity.INFO if alone else None)


def _references(left: References) -> Iterator[Finding]:
    for each in left:
        if each.handling is Handling.KEEP:
            continue
        severity = (
            Severity.INFO
            if each.kind is HitKind.SHORT
            or each.usual is Handling.REVIEW
            or (each.handling is Handling.REVIEW and each.usual is not Handling.DELETE)
            else None
        )
        message = f"{escape(each.dn)} {each.attribute}: {escape(each.host)} ({each.kind.value}); {each.handling.value}"
        yield record_finding(
            RETIRED_NAME_LEFT, each.dn, message, attribute=each.attribute, path=each.path, line=each.line, severity=severity
        )

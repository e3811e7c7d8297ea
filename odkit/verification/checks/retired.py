"""Names of retired servers that are left, or were never there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odkit.directory import Directory
from odkit.findings import Finding, Rule, Severity, finding, record_finding
from odkit.hostrefs import Handling, HitKind, Reference, references
from odkit.hosts.rules import RETIRED_NOT_FOUND
from odkit.names import host_key
from odkit.text import escape

__all__ = ["check_retired"]

RETIRED_NAME_LEFT = Rule("OD613", "retired-name-left", Severity.WARNING, "odkit references shows what is to be done about each place.")


def check_retired(before: Directory, newest: Directory, retired: Sequence[str]) -> Iterator[Finding]:
    """Look for the names of retired servers: OD204 and OD613."""
    yield from _unknown(before, retired, alone=before is newest)
    yield from _references(newest, retired)


def _unknown(od: Directory, retired: Sequence[str], *, alone: bool) -> Iterator[Finding]:
    """Yield names that the older export does not have either: perhaps another spelling is meant."""
    named = {each.host for each in references(od, retired)} if retired else set()
    for host in dict.fromkeys(map(host_key, retired)):
        if host not in named:
            message = f"{escape(host)} is named nowhere in {escape(od.sources[0].path)}"
            yield finding(RETIRED_NOT_FOUND, host, message, path=od.sources[0].path, severity=Severity.INFO if alone else None)


def _references(od: Directory, retired: Sequence[str]) -> Iterator[Finding]:
    for each in references(od, retired) if retired else ():
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


def _is_minor(each: Reference) -> bool:
    """Tell whether a place may mean another server, or is a word that is spelled like one."""
    if each.kind in {HitKind.SHORT, HitKind.IDN}:
        return True
    return each.handling is Handling.REVIEW and each.usual is not Handling.DELETE and each.kind is not HitKind.ADDRESS

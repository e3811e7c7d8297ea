"""`verify_passwords`: the checks put together, and the one line that answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from odkit.arguments import a_moment
from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Need, as_directory
from odkit.directory.absence import NOT_JUDGED
from odkit.directory.readable import require_domain
from odkit.errors import InputError, InputReason
from odkit.findings import Finding, Report, finding, further
from odkit.identities import shared_guids
from odkit.ldif import Completeness, Source
from odkit.passwords._slots import SlotList, read_slots
from odkit.passwords.checks import Checks
from odkit.passwords.checks.principals import PRINCIPAL_NOT_LISTED, PRINCIPAL_UNCLAIMED
from odkit.passwords.checks.slots import SLOT_NOT_LISTED, SLOT_UNCLAIMED
from odkit.passwords.rules import SLOTS_UNDOCUMENTED
from odkit.text import escape, plural

if TYPE_CHECKING:
    from odkit.directory.matching import Matching
    from odkit.kerberos import Inventory
    from odkit.passwords._compare import Preservation

__all__ = ["NEEDS", "PasswordReport", "Unchecked", "verify_passwords"]


NEEDS: tuple[Need, ...] = ("guids", "stamps", "names", "accounts", "verifiers", "readable")


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something that a report does not vouch for.

    Attributes:
        what: for people.
        option: the option that would have it checked, or empty.
    """

    what: str
    option: str = ""

    def said(self, command: str) -> str:
        """Return the sentence, with what to do about it."""
        return f"{self.what} ({command} {self.option})" if self.option else self.what


@dataclass(slots=True)
class PasswordReport(Report):
    """What `verify_passwords` found.

    Attributes:
        result: the counts, in one line.
        unchecked: what it does not vouch for.
        changes: those findings that tell a change from one export to the other.
        explained: normal forms of the DNs of accounts whose change is one finding of the domain.
    """

    result: str = ""
    unchecked: tuple[Unchecked, ...] = ()
    changes: tuple[Finding, ...] = ()
    explained: frozenset[str] = frozenset()

    __repr__ = Report.__repr__  # one line, and not every field

    def answer(self, command: str = "give") -> str:
        """Return the one line that answers.

        Args:
            command: how to give an option that is missing.
        """
        return "; ".join([self.result, *(each.said(command) for each in self.unchecked), *further(self.added)])

    def answer_again(self) -> None:
        """Let what was added count in the answer."""
        self.summary["answer"] = self.answer()


def verify_passwords(
    before: Export,
    after: Export | None = None,
    *,
    slots: SlotList | Source | None = None,
    principals: Inventory | Source | None = None,
    at: datetime | None = None,
    matching: Matching | None = None,
) -> PasswordReport:
    """Verify the password records of an export, and with two that each one was preserved.

    Args:
        before: the only export, or the older one: opened, or a path (`odkit.directory.Export`).
        after: the newer one.
        slots: what the Password Server of the newer export lists: read (`read_slots`), or its path.
        principals: what its KDC lists: read (`read_principals`), or its path.
        at: the date at which accounts are judged, with a time zone; by default the newest modifyTimestamp of the newer export.
        matching: of the records of both exports, where it is known.

    Returns:
        A report.  Its summary has ``answer``, the one line; ``at``; ``before`` and, with two exports, ``after`` and ``preservation``.

    Raises:
        InputError: an export was changed while it was read, or the list of principals is not the whole one of the domain's KDC.
        UsageError: an export that holds only ``cn=authdata``.
    """
    before = as_directory(before, "before", needs=NEEDS)
    after = as_directory(after, "after", needs=NEEDS) if after is not None else None
    slots = slots if slots is None or isinstance(slots, SlotList) else read_slots(slots)
    inventory = None if principals is None else _inventory(principals)
    newest = after if after is not None else before
    require_domain(newest)
    if inventory is not None:
        _require_whole_list(inventory, newest.realm)
    for od in (before, newest):
        od.prefetch(NEEDS)
    date = a_moment(at, "at") if at is not None else newest.newest_change
    last = Checks(newest, date, slots, inventory).run()
    summary: dict[str, Any] = {"answer": "", "at": f"{date:%Y-%m-%dT%H:%M:%SZ}" if date is not None else None}
    if after is None:
        findings = [*before.findings, *last.absences.findings(), *last.findings]
        report = PasswordReport(summary | {"before": last.summary()}, findings, _result_one(last), tuple(_unchecked(last)))
        report.answer_again()
        return report
    from odkit.directory.matching import match_records  # for two exports alone
    from odkit.passwords._compare import Preservation

    first = Checks(before, date, None, None).run()
    found = Preservation(first, last, matching or match_records(before, after)).run()
    counts = {name: found.counts[name] for name in ("before", "matched", "preserved", "lost", "missing", "disabled")}
    summary |= {"before": first.summary(), "after": last.summary(), "preservation": counts}
    fresh, stale = _by_news(first, last)
    withheld = dict.fromkeys([*last.absences.findings(), *found.absences.findings(), *_without_authdata(before, after)])
    findings = [*before.findings, *after.findings, *withheld, *shared_guids(after), *found.findings, *fresh, *stale]
    report = PasswordReport(
        summary, findings, _result_two(found), tuple(_unchecked(last, before)), tuple(found.findings), frozenset(found.explained)
    )
    report.answer_again()
    return report


def _by_news(first: Checks, last: Checks) -> tuple[list[Finding], list[Finding]]:
    """Sort the findings of the newer export: those that are news, and the older export's own faults, with which it is compared."""
    known = {(f.code, f.subject, f.message) for f in first.findings}
    of_lists = {SLOT_NOT_LISTED, SLOT_UNCLAIMED, PRINCIPAL_NOT_LISTED, PRINCIPAL_UNCLAIMED, SLOTS_UNDOCUMENTED}
    fresh: list[Finding] = []
    stale: list[Finding] = []
    for f in last.findings:
        news = (f.code, f.subject, f.message) not in known or f.rule in of_lists
        (fresh if news else stale).append(f)
    return fresh, stale


def _inventory(given: Inventory | Source) -> Inventory:
    """Return an inventory that is read, or read it."""
    from odkit.kerberos import Inventory, read_principals  # the readers of all formats

    return given if isinstance(given, Inventory) else read_principals(given)


def _require_whole_list(inventory: Inventory, realm: str | None) -> None:
    """Check that an inventory is all that a KDC lists: what a part of a list lacks would look deleted.

    Raises:
        InputError: it is of a keytab, or without the realm's own krbtgt (the directory of 10.7 and later need not have it).
    """
    from odkit.kerberos import InventoryKind, Principal

    damage = next((f for f in inventory.findings if f.rule.is_damage), None)
    own = Principal((b"krbtgt", realm.encode()), realm.encode()) if realm else None
    if inventory.kind is InventoryKind.KEYTAB:
        why = "holds the keys of one machine, and not what the KDC lists"
    elif damage is not None:
        why = damage.message
    elif own is not None and inventory.kind is InventoryKind.KDC and all(row.principal != own for row in inventory.listed):
        why = f"has no {escape(bytes(own))}: it is not the whole list of the KDC of {escape(realm or '')}"
    else:
        return
    advice = "what it lacks would look deleted. Make the list with: LC_ALL=C kadmin.local -q listprincs"
    raise InputError(inventory.path, None, f"{why}; {advice}", InputReason.INCOMPLETE)


def _without_authdata(before: Directory, after: Directory) -> Iterator[Finding]:
    """Yield that the newer export came without the verifiers that the older one has: nobody asked what became of them."""
    if before.authdata and not after.authdata:
        path = after.sources[0].path
        told = f"not shown, and not judged: cn=authdata, with the verifiers and policies that {escape(before.sources[0].path)} has"
        yield finding(NOT_JUDGED, "", told, path=path)


def _unchecked(checks: Checks, before: Directory | None = None) -> list[Unchecked]:
    out = [Unchecked("the export is incomplete")] if checks.od.completeness is Completeness.INCOMPLETE else []
    summary = checks.summary()
    if not summary["slots_checked"]:
        out += [] if summary["policies"] else [Unchecked("slots not checked", "--slots")]
    if not summary["principals_checked"]:
        out.append(Unchecked("principals not checked", "--principals"))
    if not summary["policies"]:
        old = checks.od.generation == 1 and not (before is not None and before.authdata)
        out.append(Unchecked("policies are not in a 10.4-10.6 export" if old else "no cn=authdata: policies and verifiers not checked"))
    if checks.at is None and summary["policies"]:
        out.append(Unchecked("whether accounts can log in was not judged (no modifyTimestamp; give --at)"))
    return out


def _result_one(checks: Checks) -> str:
    counts = checks.counts
    pointed = f"{counts['pointers']:,} of {plural(counts['users'], 'user')} point at a password slot"
    return f"{pointed}, {counts['broken']:,} broken, {counts['disabled']:,} disabled"


def _result_two(found: Preservation) -> str:
    counts = found.counts
    first = f"{counts['preserved']:,} of {plural(counts['before'], 'password pointer')} preserved"
    missing = f", {counts['missing']:,} missing" if counts["missing"] else ""
    missing += f", {counts['unknown']:,} not judged" if counts["unknown"] else ""
    return f"{first}, {counts['lost']:,} must be reset, {counts['disabled']:,} disabled{missing}"

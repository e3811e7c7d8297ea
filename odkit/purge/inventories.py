"""What several inventories say together: those of a KDC are united, keytabs and directories are held beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from odkit.dataclass import dataclass
from odkit.directory import Directory
from odkit.findings import Finding, Rule, Severity, finding, record_finding
from odkit.kerberos import Inventory, InventoryKind, LastSeen, Listed, Principal, PrincipalStore
from odkit.kerberos.authdata import names_of
from odkit.kerberos.rules import PRINCIPAL_TWICE
from odkit.purge.seen import ListDate, list_dates
from odkit.text import escape, plural

__all__ = ["MergedInventories", "from_directory", "merge_inventories"]

INVENTORIES_DIFFER = Rule("OD208", "inventories-differ", Severity.WARNING, "Make the lists of the KDC again, all at one time.")
KEYTAB_DIFFERS = Rule(
    "OD209", "keytab-differs", Severity.INFO, "Compare the keytab with the KDC before you rely on it. Logins with these keys fail."
)


_SHOWN = 5


@dataclass(frozen=True, slots=True)
class MergedInventories:
    """The inventories of a plan, sorted by what they are.

    Attributes:
        principals: those to plan from: of the directory (10.7+) where it holds some, else the KDC's lists united; None without.
        store: of these.
        keytabs: keytabs, and what programs print of them.
        digests: of all files.
        findings: what the readers noticed, and in what the inventories differ.
        lists: the KDC's lists, with their dates.
    """

    principals: Inventory | None = None
    store: PrincipalStore | None = None
    keytabs: tuple[Inventory, ...] = ()
    digests: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    lists: tuple[ListDate, ...] = ()


def from_directory(od: Directory) -> Inventory | None:
    """Return the principals that an export's ``cn=authdata`` holds; None when there are none (10.4 to 10.6)."""
    listed: list[Listed] = []
    findings: list[Finding] = []
    paths: dict[str, str] = {}
    for rdn in od.rdns_below("cn=users,cn=authdata") if od.authdata else ():
        record = od.by_key(f"{rdn},cn=users,cn=authdata")
        if record is not None:
            paths[record.dn] = record.path
            own: set[Principal] = set()
            for text, principal, alias in names_of(record.entry, record.path, findings):
                if principal in own:  # an alias that repeats the canonical name: that one counts
                    continue
                own.add(principal)
                listed.append(Listed(text, principal, record.line, record=record.dn, alias=alias))
    if not listed:
        for each in findings:
            od.note(each)
        return None
    seen: set[Principal] = set()
    for row in listed:
        if row.principal in seen:
            message, dn = f"{row.principal} is on more than one record", row.record or ""
            findings.append(record_finding(PRINCIPAL_TWICE, dn, message, path=paths.get(dn, ""), line=row.line))
        seen.add(row.principal)
    return Inventory(od.sources[-1].path, "authdata", tuple(listed), "", tuple(findings), InventoryKind.DIRECTORY, PrincipalStore.DIRECTORY)


def merge_inventories(given: Sequence[Inventory], od: Directory) -> MergedInventories:
    """Sort inventories by what they are, merge those of a KDC, and compare all of them.

    Args:
        given: any number, of any format.
        od: the directory that will be changed.
    """
    findings = [found for each in given for found in each.findings]
    lists = [each for each in given if each.kind is InventoryKind.KDC]
    directories = [each for each in given if each.kind is InventoryKind.DIRECTORY]
    keytabs = tuple(each for each in given if each.kind is InventoryKind.KEYTAB)
    own = from_directory(od)
    principals: Inventory | None = None
    store: PrincipalStore | None = None
    if own is not None:
        principals, store = own, PrincipalStore.DIRECTORY
        findings += own.findings
        directories = [each for each in directories if each.path not in {s.path for s in od.sources}]
    elif lists:
        principals = lists[0] if len(lists) == 1 else _united(lists)
        store = PrincipalStore.HEIMDAL if any(each.store is PrincipalStore.HEIMDAL for each in lists) else PrincipalStore.MIT
    _compare_lists([*([own] if own is not None else []), *lists, *directories], findings)
    if principals is not None:
        for keytab in keytabs:
            _compare_keytab(keytab, principals, findings)
    dates = list_dates(lists if own is None else ())
    return MergedInventories(principals, store, keytabs, tuple(each.digest for each in given), tuple(findings), dates)


def _united(lists: Sequence[Inventory]) -> Inventory:
    rows: dict[Principal, Listed] = {}
    for each in lists:
        for row in each.listed:
            known = rows.setdefault(row.principal, row)
            if row.alias and not known.alias:  # a list of names does not tell an alias from a principal, a dump does
                known = replace(known, alias=True, target=row.target)
            if known.seen == LastSeen() != row.seen:
                known = replace(known, kvno=row.kvno, modified=row.modified, used=row.used)
            rows[row.principal] = known
    first = lists[0]
    return Inventory(" and ".join(each.path for each in lists), first.format, tuple(rows.values()), "", (), first.kind, first.store)


def _names(found: Iterable[Principal]) -> str:
    ordered = sorted(map(str, found))
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return ", ".join(ordered[:_SHOWN]) + more


def _principals(inventory: Inventory) -> set[Principal]:
    """Return the names of a list; Heimdal's plain lists and 10.7's show no aliases, so that those prove no difference."""
    aliases = inventory.store is not PrincipalStore.HEIMDAL
    return {row.principal for row in inventory.listed if aliases or row.target is None}


def _compare_lists(lists: Sequence[Inventory], findings: list[Finding]) -> None:
    """Compare each list with the first: names in one and not in the other."""
    for other in lists[1:]:
        first, second = (_principals(each) for each in (lists[0], other))
        for here, there, missing in ((lists[0], other, first - second), (other, lists[0], second - first)):
            if missing:
                message = f"{plural(len(missing), 'principal')} in {escape(here.path)} and not in {escape(there.path)}: {_names(missing)}"
                findings.append(finding(INVENTORIES_DIFFER, "", message, path=there.path))


def _compare_keytab(keytab: Inventory, principals: Inventory, findings: list[Finding]) -> None:
    """Report names of a keytab that the KDC does not have, and key versions in which the two differ."""
    known = {row.principal: row for row in principals.listed}
    missing = {row.principal for row in keytab.listed} - known.keys()
    if missing:
        message = f"{plural(len(missing), 'principal')} in the keytab and not in {escape(principals.path)}: {_names(missing)}"
        findings.append(finding(KEYTAB_DIFFERS, "", message, path=keytab.path))
    old = [
        row.principal
        for row in keytab.listed
        if (other := known.get(row.principal)) is not None and None not in (row.kvno, other.kvno) and row.kvno != other.kvno
    ]
    if old:
        message = f"{plural(len(old), 'principal')} with another key version than in {escape(principals.path)}: {_names(old)}"
        findings.append(finding(KEYTAB_DIFFERS, "", message, path=keytab.path))

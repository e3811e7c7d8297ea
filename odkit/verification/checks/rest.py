"""What no other check has said: every other change, so that a verdict claims only what was compared.

Two exports are compared by meaning (`odkit.comparison`).  A change of a `COMPARED` attribute that no finding tells is a finding of its own;
every other change is counted by its attribute, and named beside the verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import field
from types import MappingProxyType

from odkit.comparison import AttributeDifference, Kind, RecordDifference, diff_matched, shown
from odkit.dataclass import dataclass
from odkit.dn import key_or_text
from odkit.findings import About, Finding, Rule, Severity, record_finding
from odkit.ldif import Answer
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.text import escape
from odkit.verification.pair import Pair
from odkit.verification.unjudged import NotJudged

__all__ = ["COMPARED", "check_rest"]

ATTRIBUTE_DIFFERS = Rule(
    "OD618", "attribute-differs", Severity.WARNING, "Put the old value back, or confirm the change.", about=About(own=True)
)
RECORD_MISSING = Rule(
    "OD619", "record-missing", Severity.WARNING, "Restore the record, or confirm that it was deleted on purpose.", about=About(newer=True)
)
RECORD_MOVED = Rule("OD620", "record-moved", Severity.WARNING, "Move the record back. Clients look for records of a type in one container.")

# GUIDs, names, numbers, homes, mail, memberships, addresses, keys and authorities, policies, MCX: of every record
COMPARED = frozenset(
    {
        *("apple-generateduid", "uid", "cn", "sn", "givenname", "apple-realname", "apple-dnsname", "uidnumber", "gidnumber"),
        *("homedirectory", "apple-user-homeurl", "apple-group-homeurl", "apple-user-homequota", "loginshell"),
        *("mail", "apple-user-mailattribute"),
        *("memberuid", "apple-group-memberguid", "apple-group-nestedgroup", "apple-computers", "apple-computer-list-groups"),
        *("iphostnumber", "macaddress", "apple-hwuuid"),
        *("authauthority", "userpassword", "altsecurityidentities", "usercertificate"),
        *("apple-user-passwordpolicy", "apple-accountpolicy", "apple-user-adminlimits"),
        *("apple-mcxsettings", "apple-mcxsettings2", "apple-mcxflags"),
        *("mountdirectory", "mounttype", "mountoption"),
    }
)
_EXPECTED_TO_GO = frozenset({"Computers"})  # a computer that is bound again gets another record
_HIDDEN = "with attributes that an export does not show"
_VALUES = 3  # of an attribute, that a finding shows


@dataclass(slots=True)
class _Unjudged:
    """`NotJudged` while it is counted."""

    attributes: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)

    def counted(self) -> NotJudged:
        """Return what was counted, as a value."""
        return NotJudged(*(MappingProxyType(dict(each.most_common())) for each in (self.attributes, self.records)))


class _Said:
    """What other checks have said or explained."""

    def __init__(self, pair: Pair, changes: Iterable[Finding], fields: Iterable[tuple[Iterable[Finding], frozenset[str]]]) -> None:
        self.attributes = set(pair.judged)
        self.records = set(pair.judged_records)
        for each in changes:
            if each.key is not None:
                self.records.add(each.key)
                if each.attribute is not None:
                    self.attributes.add((each.key, each.attribute))
        for found, names in fields:
            for each in found:
                if each.key is not None:
                    self.records.add(each.key)
                    self.attributes.update((each.key, name) for name in names)


def check_rest(
    pair: Pair, changes: Iterable[Finding], fields: Iterable[tuple[Iterable[Finding], frozenset[str]]]
) -> tuple[list[Finding], NotJudged]:
    """Compare what is left.

    Args:
        pair: the exports.
        changes: findings of the other checks, each of which tells the change of its attribute.
        fields: findings of reports of their own, each of which tells the changes of some attributes of its record, in lower case.

    Returns:
        Findings OD618 to OD620, and what is not judged.
    """
    said, unjudged = _Said(pair, changes, fields), _Unjudged()
    found = diff_matched(pair.matching)
    if found.operational:
        unjudged.records["that differ only in what the server writes by itself"] = found.operational
    findings = [each for record in found.records for each in _record(pair, record, said, unjudged)]
    return findings, unjudged.counted()


def _record(pair: Pair, record: RecordDifference, said: _Said, unjudged: _Unjudged) -> Iterator[Finding]:
    key = key_or_text(record.dn)
    if record.kind is Kind.ADDED:
        if key not in said.records:
            unjudged.records["more"] += 1
        return
    assert record.before is not None
    if record.kind is Kind.REMOVED:
        if record.type == "AuthData":
            unjudged.records["less in cn=authdata"] += 1
        elif key not in said.records:
            severity = Severity.INFO if record.type in _EXPECTED_TO_GO else None
            message = f"{escape(record.dn)} is missing in the newer export"
            yield record_finding(RECORD_MISSING, record.dn, message, path=record.before.path, line=record.before.line, severity=severity)
        return
    assert record.after is not None
    was = record.before.dn
    keys = {key, key if was == record.dn else key_or_text(was)} | _owner(pair, record)
    if record.kind is Kind.RENAMED and keys.isdisjoint(said.records):
        message = f"{escape(record.before.dn)} is {escape(record.dn)} now"
        yield record_finding(RECORD_MOVED, record.dn, message, path=record.after.path, line=record.after.line)
    hidden = False
    for each in record.attributes:
        name = each.name.partition(";")[0].lower()
        if any((known, name) in said.attributes for known in keys):
            continue
        if name in COMPARED or (record.type == "AuthData" and sensitivity_of(name) is Sensitivity.SECRET):
            message = f"{escape(record.dn)}: {escape(each.name)}: {_values(each)}"
            yield record_finding(ATTRIBUTE_DIFFERS, record.dn, message, attribute=name, path=record.after.path, line=record.after.line)
        elif _shown(pair, record, name):
            unjudged.attributes[each.name] += 1
        else:
            hidden = True
    unjudged.records[_HIDDEN] += hidden


def _shown(pair: Pair, record: RecordDifference, name: str) -> bool:
    """Tell whether both exports show an attribute of a record: what one of them was not asked for is no change."""
    for od, entry in ((pair.before, record.before), (pair.after, record.after)):
        found = od.get(entry.dn) if entry is not None and not od.answers.whole else None
        if found is not None and od.answers.attribute(found, name) not in {Answer.KNOWN, Answer.ABSENT}:
            return False
    return True


def _owner(pair: Pair, record: RecordDifference) -> set[str]:
    """Return the user whose password an entry of ``cn=authdata`` holds: what became of it is said of the user."""
    if record.type != "AuthData" or record.after is None:
        return set()
    out = set()
    for name in record.after.attributes.get("uid", ()):
        user = pair.after.users.get(name.decode("utf-8", "surrogateescape"))
        if user is not None:
            out.add(key_or_text(user.dn))
    return out


def _values(each: AttributeDifference) -> str:
    """Return old and new values; a secret shows its length alone."""
    old, new = (
        ", ".join([*(shown(each.name, value) for value in values[:_VALUES]), *(["…"] if len(values) > _VALUES else [])]) or "(none)"
        for values in (each.removed, each.added)
    )
    return f"{old} became {new}"

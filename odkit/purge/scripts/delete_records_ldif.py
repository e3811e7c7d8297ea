"""``delete-records-ldif.sh``: a plan's changes of records with ldapmodify, the file that it applies, and the way back."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from odkit.dn import DN, parse_dn
from odkit.ldif import Attributes, ChangeRecord, Entry, Modification, UnfetchedURL, comment, format_record
from odkit.purge import PurgePlan, RecordChange
from odkit.purge.assertion import asserted, assertion
from odkit.purge.script import ChangeFile, Script
from odkit.purge.scripts import plan_script
from odkit.purge.scripts._stamps import stamps
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.releases import Release
from odkit.shell import encode_name, heredoc, status_lines
from odkit.text import decode, plural
from odkit.values.schema import OPERATIONAL

__all__ = ["SCRIPT", "printed"]


def _change(change: RecordChange) -> ChangeRecord:
    dn, attributes = change.entry.dn, change.entry.attributes
    if change.attribute is None:
        return ChangeRecord(dn, "delete", controls=(assertion(asserted(attributes)),))
    assert change.value is not None
    values = [(change.attribute, change.value)]
    values += [("apple-generateduid", v) for v in attributes.get("apple-generateduid", ())]
    modification = Modification("delete", change.attribute, (change.value,))
    return ChangeRecord(dn, "modify", controls=(assertion(values),), changes=(modification,))


def _changes(plan: PurgePlan) -> bytes:
    """Return ``delete-records.ldif``: one change record a step, memberships first, each with an assertion control."""
    head = comment(
        f"odkit plan {plan.id}: delete-records.ldif\n"
        + "".join(f"{line}\n" for line in plan.made_from)
        + "Made for delete-records-ldif.sh, which compares the directory with the plan first.\n"
        "By hand: ldapmodify -x -W -D 'uid=diradmin,cn=users,...' -H ldap://127.0.0.1 -f delete-records.ldif\n"
        "It stops at the first record that is not as it was when the plan was made (assertionFailed, 122)."
    )
    parts = [head + b"\n"]
    for number, change in enumerate(plan.records, 1):
        parts += [comment(f"step {number}"), format_record(_change(change), wrap=0)]
    return b"".join(parts)


def _restore(plan: PurgePlan) -> bytes:
    """Return ``restore/restore-records.ldif``: adds the records and memberships again, records first."""
    secret = sum(
        1 for c in plan.records if c.attribute is None for name in c.entry.attributes if sensitivity_of(name) is Sensitivity.SECRET
    )
    head = comment(
        f"SECRET: whole records of odkit plan {plan.id}, {plural(secret, 'secret attribute')} among them; keep the mode 0600\n"
        "restore-records.ldif: puts back what delete-records.ldif deletes; what a run of a script has deleted stands in a file of its\n"
        "own beside it, restore-records-1.ldif and so on.\n"
        "ldapmodify -c -x -W -D 'uid=diradmin,cn=users,...' -H ldap://127.0.0.1 -f restore-records.ldif\n"
        "Try it first with -n, which reads the file and sends nothing. What the server refuses only the server tells ('odkit rehearse'\n"
        "plays it on a slapd of its own; dscl cannot try): a refused record changes nothing, and the others go on. Mend it, run it again.\n"
        "-c goes on where something is still there. Not put back: what slapd writes itself (entryUUID, timestamps)."
    )
    parts = [head + b"\n"]
    for number, change in reversed(list(enumerate(plan.records, 1))):
        entry = change.entry
        parts.append(comment(f"step {number}"))
        if change.attribute is None:
            attributes = Attributes({n: v for n, v in entry.attributes.items() if n.lower() not in OPERATIONAL})
            parts.append(format_record(ChangeRecord(entry.dn, "add", attributes=attributes)))
        else:
            assert change.value is not None
            add = Modification("add", change.attribute, (change.value,))
            parts.append(format_record(ChangeRecord(entry.dn, "modify", changes=(add,))))
    return b"".join(parts)


def printed(name: str, value: bytes) -> str:
    """Return a value as ldapsearch prints it (ldif.c: base64 for what is not printable ASCII, or starts or ends oddly)."""
    plain = all(0x20 <= b < 0x7F for b in value)
    odd = not value or not plain or value[0] in b" :<" or value[-1] == 0x20
    if not value:
        return f"{name.lower()}:"
    return f"{name.lower()}:: {b64encode(value).decode()}" if odd else f"{name.lower()}: {decode(value)}"


def _private(change: RecordChange) -> set[str]:
    """Return attributes of a record that no script may hold, and that are left out of the comparison."""
    return {
        name.lower()
        for name, values in change.entry.attributes.items()
        if any(sensitivity_of(name, value) >= Sensitivity.PRIVATE for value in values)
    }


def _expected(entry: Entry, hidden: set[str]) -> Iterator[str]:
    """Return lines that a search for the entry's user attributes gives, secrets and object classes left out, sorted."""
    lines = []
    for name, values in entry.attributes.items():
        if name.lower() in {*OPERATIONAL, "objectclass", *hidden}:
            continue
        lines += [printed(name, v) for v in values if not isinstance(v, UnfetchedURL)]
    return iter(sorted(lines))


def _write(plan: PurgePlan, release: Release) -> bytes:
    """Return the script: it compares every record with the plan, then runs ldapmodify once."""
    suffix = str(DN(parse_dn(plan.records[0].entry.dn).rdns[2:])) if plan.records else ""
    head = (
        *plan.made_from,
        f"Compares {plural(len(plan.records), 'record')} with the plan, then applies delete-records.ldif with ldapmodify (one prompt).",
        f"{release.place}. Without --apply it changes nothing.",
        *status_lines("deleted"),
    )
    table, expected = [], []
    hidden = {name for change in plan.records if change.attribute is None for name in _private(change)}
    for number, change in enumerate(plan.records, 1):
        dn = encode_name(change.entry.dn.encode("utf-8", "surrogateescape"))
        if change.attribute is None:
            table.append(f"{number} record {dn}")
            expected += [f"{number} {encode_name(line.encode())}" for line in _expected(change.entry, hidden)]
        else:
            assert change.value is not None
            table.append(f"{number} {change.attribute} {dn}")
            expected.append(f"{number} {encode_name(printed(change.attribute, change.value).encode())}")
    masked = ["dn", "objectclass", "userpassword", *sorted(hidden)]
    data = [heredoc("steps", table), heredoc("expected", expected), heredoc("masked", masked), heredoc("stamps", stamps(plan.records))]
    values = {"TARGET": release.name, "BIND": f"uid=diradmin,cn=users,{suffix}", "STEPS": str(len(table))}
    values["SUFFIX"] = encode_name(suffix.encode("utf-8", "surrogateescape"))
    return plan_script(plan, "delete-records-ldif.sh", head, values, ("common.sh", "records.sh", "ldif.sh"), data)


SCRIPT = Script(
    "delete-records-ldif.sh",
    order=11,
    listed=50,
    what="records and values of the directory",
    tool="ldapmodify",
    detail="each change asserts the values it was planned from",
    fits=lambda release: release.is_mac,
    needed=lambda plan: bool(plan.records),
    write=_write,
    files=(ChangeFile("delete-records.ldif", _changes), ChangeFile("restore/restore-records.ldif", _restore)),
    restored_by="restore/restore-records.ldif",
    stands_in_for="delete-records.sh",
    takes_uri=True,
)

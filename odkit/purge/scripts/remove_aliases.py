"""``remove-aliases.sh``: names in ``cn=authdata``, where 10.7 and later keep their principals, the file that it applies, and the way back.

Anonymous searches do not see ``cn=authdata``, so that the script reads it with slapcat, as root, and keeps only names of it.  That
slapd lets the directory's administrator write there is not documented (low confidence): the dry run cannot prove it, and a refusal
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from odkit.kerberos.authdata import ALIASES, NAME
from odkit.ldif import Attributes, ChangeRecord, Modification, comment, format_record
from odkit.purge import PurgePlan, RecordChange
from odkit.purge.assertion import assertion
from odkit.purge.script import ChangeFile, Script
from odkit.purge.scripts import plan_script
from odkit.purge.scripts._stamps import stamps
from odkit.purge.scripts.delete_records_ldif import printed
from odkit.releases import PrincipalStore, Release
from odkit.shell import encode_name, heredoc, status_lines
from odkit.text import plural
from odkit.values.schema import OPERATIONAL

__all__ = ["SCRIPT"]


def _names(change: RecordChange) -> Iterator[tuple[str, bytes]]:
    """Yield the names of the entry: what the change was planned from."""
    for attribute in (NAME, ALIASES):
        for value in change.entry.attributes.get(attribute, ()):
            yield attribute, bytes(value)


def _changes(plan: PurgePlan) -> bytes:
    """Return ``remove-aliases.ldif``: one change record a step, each with an assertion control on the record's names."""
    head = comment(
        f"odkit plan {plan.id}: remove-aliases.ldif\n"
        "Made for remove-aliases.sh, which compares cn=authdata with the plan first. Keys are not touched.\n"
        "Never 'kadmin -l delete' for an alias: it blanks the keys and all names of the record."
    )
    parts = [head + b"\n"]
    for number, change in enumerate(plan.authdata, 1):
        if change.attribute is None:
            record = ChangeRecord(change.entry.dn, "delete", controls=(assertion(_names(change)),))
        else:
            assert change.value is not None
            own = [(NAME, bytes(v)) for v in change.entry.attributes.get(NAME, ())]
            controls = (assertion([*own, (ALIASES, change.value)]),)
            record = ChangeRecord(change.entry.dn, "modify", controls=controls, changes=(Modification("delete", ALIASES, (change.value,)),))
        parts += [comment(f"step {number}"), format_record(record, wrap=0)]
    return b"".join(parts)


def _restore(plan: PurgePlan) -> bytes:
    """Return ``restore/restore-aliases.ldif``: adds the aliases, and the deleted records, again."""
    head = comment(
        f"SECRET: records of cn=authdata of odkit plan {plan.id}; keep the mode 0600\n"
        "restore-aliases.ldif: puts back what remove-aliases.sh has taken out.\n"
        "ldapmodify -c -x -W -D 'uid=diradmin,cn=users,...' -H ldap://127.0.0.1 -f restore-aliases.ldif\n"
        "A deleted record's keys come back only if slapd lets them be written; else join the machine to the realm again."
    )
    parts = [head + b"\n"]
    for change in reversed(plan.authdata):
        if change.attribute is None:
            attributes = Attributes({n: v for n, v in change.entry.attributes.items() if n.lower() not in OPERATIONAL})
            parts.append(format_record(ChangeRecord(change.entry.dn, "add", attributes=attributes)))
        else:
            assert change.value is not None
            add = Modification("add", ALIASES, (change.value,))
            parts.append(format_record(ChangeRecord(change.entry.dn, "modify", changes=(add,))))
    return b"".join(parts)


def _write(plan: PurgePlan, release: Release) -> bytes:
    """Return the script: it compares ``cn=authdata`` with the plan, then runs ldapmodify once."""
    head = (
        f"Takes {plural(len(plan.authdata), 'name')} of retired servers out of cn=authdata, where {release.name} keeps its principals.",
        f"{release.place}. Without --apply it changes nothing.",
        "Written from Apple's sources; tried on OpenLDAP, not on a Mac (low confidence). Have an archive of the domain first.",
        *status_lines("removed"),
    )
    table, expected = [], []
    for number, change in enumerate(plan.authdata, 1):
        dn = encode_name(change.entry.dn.encode("utf-8", "surrogateescape"))
        if change.attribute is None:
            table.append(f"{number} record {dn}")
            lines = [printed(name, value) for name, value in _names(change)]
        else:
            table.append(f"{number} alias {dn}")
            lines = [printed(ALIASES, change.value or b"")]
        expected += [f"{number} {encode_name(line.encode())}" for line in lines]
    data = [heredoc("steps", table), heredoc("expected", expected), heredoc("stamps", stamps(plan.authdata))]
    values = {"TARGET": release.name, "STEPS": str(len(table)), "BIND": f"uid=diradmin,cn=users,{plan.suffix}"}
    return plan_script(plan, "remove-aliases.sh", head, values, ("common.sh", "records.sh", "ldif.sh"), data)


SCRIPT = Script(
    "remove-aliases.sh",
    order=40,
    listed=10,
    what="names in cn=authdata",
    detail="10.7 and later, where principals are values of records there (give its export beside the main one)",
    fits=lambda release: release.store is PrincipalStore.DIRECTORY,
    needed=lambda plan: bool(plan.authdata),
    write=_write,
    files=(ChangeFile("remove-aliases.ldif", _changes), ChangeFile("restore/restore-aliases.ldif", _restore)),
    restored_by="restore/restore-aliases.ldif",
    takes_uri=True,
)

"""10.7 and later: a principal is a value of a record in ``cn=authdata``, and which change removes it depends on that record.

* a stale alias: its value is taken out, and nothing else; ``kadmin -l delete`` would blank the record's keys and all of its names,
  because it finds a record by alias, too (Heimdal-172 hdb-od.c);
* a stale canonical name, and no name left that is not stale: the record is deleted - with the computer's record where it belongs to
  one that the plan deletes, because slapd's odusers overlay then removes it itself;
* a stale canonical name with a name that is not stale: a person decides; the record has to be renamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from odkit.directory import Directory, Record
from odkit.kerberos import Listed
from odkit.kerberos.authdata import ALIASES
from odkit.ldif import Entry
from odkit.purge.model import Decision, DecisionKind, Deletion, RecordChange
from odkit.purge.principals import PrincipalDecisions
from odkit.text import decode, escape
from odkit.values.slot import slot_of

__all__ = ["HOD_ADMIN", "plan_authdata"]

HOD_ADMIN = "/System/Library/PrivateFrameworks/Heimdal.framework/Helpers/hod-admin"


@dataclass(slots=True)
class _Owners:
    """The records of the main directory that entries of ``cn=authdata`` belong to."""

    by_uuid: dict[str, Record]
    by_guid: dict[str, Record]

    @classmethod
    def of(cls, od: Directory) -> _Owners:
        by_uuid: dict[str, Record] = {}
        by_guid: dict[str, Record] = {}
        for record in chain(od.computers.records(), od.users.records()):
            uuid = record.text("entryUUID")
            if uuid:
                by_uuid.setdefault(uuid.lower(), record)
            for value in record.texts("authAuthority"):
                slot = slot_of(value, ("applepasswordserver", "kerberosv5"))
                if slot is not None:
                    by_guid.setdefault(slot.auth_guid, record)
        return cls(by_uuid, by_guid)

    def find(self, entry: Entry) -> Record | None:
        linkage, guid = entry.attributes.first("userLinkage"), entry.attributes.first("authGUID")
        found = self.by_uuid.get(decode(linkage).lower()) if linkage is not None else None
        if found is None and guid is not None:
            found = self.by_guid.get(decode(guid).lower())
        return found


def plan_authdata(
    od: Directory, listed: Sequence[Listed], decided: PrincipalDecisions, changes: Sequence[RecordChange]
) -> tuple[PrincipalDecisions, tuple[RecordChange, ...]]:
    """Turn the deletions of principals into changes of records.

    Args:
        od: the directory, with ``cn=authdata``.
        listed: its principals.
        decided: by `sort_principals`.
        changes: of the main directory's records.

    Returns:
        The principals, sorted again: what cannot be done safely stands under review; and the changes of ``cn=authdata``.
    """
    delete: list[Deletion] = []
    review: list[Decision] = []
    by_text = {(row.text, row.record): row for row in listed}
    on_record: dict[str, list[Listed]] = {}
    for row in listed:
        on_record.setdefault(row.record or "", []).append(row)
    going = {d.text: d for d in decided.delete}
    whole = {change.entry.dn for change in changes if change.attribute is None}
    owners = _Owners.of(od) if going else None
    made: list[RecordChange] = []
    for (text, dn), row in by_text.items():
        deletion = going.get(text)
        if deletion is None or dn is None or owners is None:
            continue
        record = od.get(dn)
        if record is None:
            continue
        owner = owners.find(record.entry)
        left = [other for other in on_record[dn] if other.text not in going]
        if row.alias:
            delete.append(deletion)
            if owner is None or owner.dn not in whole:  # else it goes with the computer's record
                made.append(_alias(record, row, deletion, owner))
        elif left:
            why = f"the canonical name of a record that also bears {left[0].principal}; rename the record, do not delete the principal"
            review.append(Decision(DecisionKind.SHARED_KEYS, why, text, host=deletion.host))
        elif owner is None:
            delete.append(deletion)
            made.append(RecordChange(record.entry, "AuthData", record.name, deletion.host, None, row.text))
        elif owner.dn in whole:
            delete.append(deletion)
        else:
            why = f"the canonical name of the keys of {escape(owner.dn)}, which the plan does not delete; delete or rename that record"
            review.append(Decision(DecisionKind.KEPT_RECORD, why, text, host=deletion.host))
    return replace(decided, delete=tuple(delete), review=(*decided.review, *review)), tuple(made)


def _alias(record: Record, row: Listed, deletion: Deletion, owner: Record | None) -> RecordChange:
    """The change that takes an alias out, and nothing else."""
    words: tuple[str, ...] = ()
    if owner is not None and owner.kind == "Computers":
        name, alias = owner.name, decode(row.text)
        if name.isprintable() and alias.isprintable():
            words = (HOD_ADMIN, "/LDAPv3/127.0.0.1", "alias-remove", f"/Computers/{name}", alias)
    return RecordChange(record.entry, "AuthData", record.name, deletion.host, ALIASES, row.text, words)

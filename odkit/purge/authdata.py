"""10.7 and later: a principal is a value of a record in ``cn=authdata``, and which change removes it depends on that record.

* a stale alias: its value is taken out, and nothing else; ``kadmin -l delete`` would blank the record's keys and all of its names,
  because it finds a record by alias, too (Heimdal-172 hdb-od.c);
* a stale canonical name, and no name left that is not stale: the record is deleted - with the computer's record where it belongs to
  one that the plan deletes, because slapd's odusers overlay then removes it itself;
* a stale canonical name with a name that is not stale: a person decides; the record has to be renamed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from odkit.directory import Directory, Record
from odkit.kerberos import Listed
from odkit.kerberos.authdata import ALIASES
from odkit.kerberos.fates import Fate, RecordOwners, fate_of
from odkit.purge.model import Decision, DecisionKind, Deletion, RecordChange
from odkit.purge.principals import PrincipalDecisions
from odkit.text import decode, escape

__all__ = ["HOD_ADMIN", "plan_authdata"]

HOD_ADMIN = "/System/Library/PrivateFrameworks/Heimdal.framework/Helpers/hod-admin"


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
        The principals, sorted again: what cannot be done safely is under review; and the changes of ``cn=authdata``.
    """
    delete: list[Deletion] = []
    review: list[Decision] = []
    by_text = {(row.text, row.record): row for row in listed}
    on_record: dict[str, list[Listed]] = {}
    for row in listed:
        on_record.setdefault(row.record or "", []).append(row)
    going = {d.text: d for d in decided.delete}
    whole = {change.entry.dn for change in changes if change.attribute is None}
    owners = RecordOwners.of(od) if going else None
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
        fate = fate_of(row.alias, shared=bool(left), owned=owner is not None, owner_goes=owner is not None and owner.dn in whole)
        if fate in {Fate.VALUE, Fate.ENTRY, Fate.WITH_OWNER}:
            delete.append(deletion)
        if fate is Fate.VALUE:
            made.append(_alias(record, row, deletion, owner))
        elif fate is Fate.ENTRY:
            made.append(RecordChange(record.entry, "AuthData", record.name, deletion.host, None, row.text))
        elif fate is Fate.SHARED:
            why = f"the canonical name of a record that also has {left[0].principal}; rename the record, do not delete the principal"
            review.append(Decision(DecisionKind.SHARED_KEYS, why, text, host=deletion.host))
        elif fate is Fate.OWNED and owner is not None:
            why = f"the canonical name of the keys of {escape(owner.dn)}, which the plan does not delete; delete or rename that record"
            review.append(Decision(DecisionKind.KEPT_RECORD, why, text, host=deletion.host))
    return replace(decided, delete=tuple(delete), review=(*decided.review, *review)), tuple(made)


def _alias(record: Record, row: Listed, deletion: Deletion, owner: Record | None) -> RecordChange:
    """Return the change that takes an alias out, and nothing else."""
    words: tuple[str, ...] = ()
    if owner is not None and owner.kind == "Computers":
        name, alias = owner.name, decode(row.text)
        if name.isprintable() and alias.isprintable():
            words = (HOD_ADMIN, "/LDAPv3/127.0.0.1", "alias-remove", f"/Computers/{name}", alias)
    return RecordChange(record.entry, "AuthData", record.name, deletion.host, ALIASES, row.text, words)

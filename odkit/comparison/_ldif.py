"""A difference as change records that turn the older export into the newer one, in an order in which they can be applied.

Deletions come first, deepest first; then renames; then additions, parents first; then modifications.  A rename is a modrdn as long as
nothing else stands in its way; it becomes a deletion and an addition where the structural class changes (which no modify can do), where
the record has children, where a parent comes or goes in the same step, or where its new name is still another record's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from odkit.comparison._meaning import ORDERED, differences
from odkit.comparison._model import AttributeDifference, Diff, Kind, RecordDifference
from odkit.comparison._withheld import Withheld, relied_on
from odkit.directory.reliance import made_from
from odkit.dn import DN, dn_key, parse_dn
from odkit.errors import InputError
from odkit.ldif import Attributes, ChangeRecord, Entry, Modification, UnfetchedURL, comment, format_record
from odkit.redaction import is_private
from odkit.text import decode, escape, plural
from odkit.values.schema import OPERATIONAL
from odkit.values.verifier import why_unfit

__all__ = ["ChangeFile", "changes", "diff_ldif"]

# classes of which an entry has exactly one chain (core, cosine, nis, inetorgperson; Apple's apple.schema and apple_auxillary.schema)
_STRUCTURAL_NAMES = """
    container automountmap automount mount apple-printer apple-computer apple-computer-list apple-configuration
    apple-preset-computer-list apple-preset-user apple-serverassistant-config apple-service apple-neighborhood
    apple-acl apple-resource apple-augment apple-preset-computer apple-preset-computer-group apple-user-info
    pwsauthdata pwpolicy pwauthdata apple-computer-info apple-certificaterequestinfo apple-preset-group posixgroup
    person organizationalperson inetorgperson account organization organizationalunit organizationalrole groupofnames
    groupofuniquenames domain device iphost ipservice ipprotocol oncrpc ipnetwork nisnetgroup nismap nisobject country
    locality applicationprocess
"""
_STRUCTURAL = frozenset(_STRUCTURAL_NAMES.split())
# attributes with many values and an equality rule: one value can be added or deleted; all others are replaced whole, which always works
_BY_VALUE_NAMES = """
    objectclass cn uid mail description memberuid member apple-group-memberguid apple-group-nestedgroup apple-computers
    apple-computer-list-groups mountoption iphostnumber macaddress apple-realname draft-krbprincipalaliases
"""
_BY_VALUE = frozenset(_BY_VALUE_NAMES.split())


_OPERATIONS = frozenset({"add", "delete", "replace"})
_BRINGING = frozenset({"add", "replace"})


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """A difference as a file.

    Attributes:
        id: of the plan, 16 hex digits.
        data: the LDIF.
        secrets: number of values that were left out of it because they are or may hold secrets.
        withheld: records that differ and got no change record.
    """

    id: str
    data: bytes
    secrets: int
    withheld: tuple[Withheld, ...]


def diff_ldif(diff: Diff, *, show_secrets: bool = False, accept_incomplete: bool = False) -> ChangeFile:
    """The change records as LDIF.

    Args:
        diff: of two exports.
        show_secrets: write secret values, too; without it they are left out.
        accept_incomplete: take what an incomplete side lacks as absent.

    Raises:
        InputError: a side is incomplete, and that was not accepted.
    """
    known, withheld = relied_on(diff, accept_incomplete=accept_incomplete)
    parts = []
    records, left, unfit = list(changes(known)), 0, 0
    if not show_secrets:
        records, left = _whole_pairs(known, records)
    for record in records:
        if show_secrets:
            kept, missing = _without(record, _is_unfit, _BRINGING)
            unfit += missing
        else:
            kept, missing = _without(record, is_private)
            left += missing
        if kept is not None:
            parts.append(format_record(kept))
    data = b"".join(parts)
    identity = _identity(diff, data, withheld)
    head = f"odkit plan {identity}: change records\n{_head(diff, len(parts), left, unfit, withheld)}"
    return ChangeFile(identity, comment(head) + b"\n" + data, left, tuple(withheld))


def _identity(diff: Diff, data: bytes, withheld: Sequence[Withheld]) -> str:
    """Digest of the inputs, as far as they are relied on, and the decisions: two plans with one id do the same to the same."""
    inputs = [[[each.entries, each.last, each.cut, each.unproved] for each in side] for side in diff.sides]
    held = [[each.kind.value, each.dn] for each in withheld]
    text = json.dumps([inputs, hashlib.sha256(data).hexdigest(), held], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _head(diff: Diff, count: int, left: int, unfit: int, withheld: Sequence[Withheld]) -> str:
    out = made_from([each for side in diff.sides for each in side])
    out.append(f"{plural(count, 'change')}; to be applied in this order: ldapmodify -x -W -D ... -H ... -f FILE")
    if left:
        out.append(f"NOT COMPLETE: {plural(left, 'value')} that are or may hold secrets are left out; --show-secrets writes them")
    if unfit:
        what = "placeholders and password values of a form that other servers take as passwords in clear"
        out.append(f"NOT COMPLETE: {plural(unfit, 'value')} are left out for good: {what}")
    if withheld:
        out.append(
            f"NOT COMPLETE: {plural(len(withheld), 'record')} that {'differs is' if len(withheld) == 1 else 'differ are'} left as before:"
        )
        out += [f"{each.kind.value} {escape(each.dn)}: {each.reason}" for each in withheld]
    return "\n".join(out)


def _is_unfit(attribute: str, value: bytes) -> bool:
    return why_unfit(attribute, value) is not None


def _whole_pairs(diff: Diff, records: list[ChangeRecord]) -> tuple[list[ChangeRecord], int]:
    """Leave out what would be deleted and added again without its secrets: nobody's password may be lost on the way."""
    gone = {_key(record.dn) for record in records if record.changetype == "delete"}
    skip: set[str] = set()
    left = 0
    for each in (*diff.of(Kind.CHANGED), *diff.of(Kind.RENAMED)):
        if each.before is not None and each.after is not None and _key(each.before.dn) in gone:
            private = sum(is_private(name, value) for name, values in each.after.attributes.items() for value in values)
            if private:
                left += private
                skip |= {_key(each.before.dn), _key(each.after.dn)}
    return [r for r in records if r.changetype not in {"add", "delete"} or _key(r.dn) not in skip], left


def _without(
    record: ChangeRecord, refused: Callable[[str, bytes], bool], operations: Collection[str] = _OPERATIONS
) -> tuple[ChangeRecord | None, int]:
    """A record without the values that are refused, and their number.

    Args:
        record: a change.
        refused: whether a value of an attribute is left out.
        operations: kinds of modifications that are looked at.
    """
    left = 0
    if record.attributes is not None:
        kept = {n: [v for v in values if not refused(n, v)] for n, values in record.attributes.items()}
        left = sum(len(values) for values in record.attributes.values()) - sum(map(len, kept.values()))
        return ChangeRecord(record.dn, "add", attributes=Attributes({n: values for n, values in kept.items() if values})), left
    kept_changes = []
    for change in record.changes:
        private = sum(refused(change.attribute, value) for value in change.values) if change.op in operations else 0
        if private:
            left += private
        else:
            kept_changes.append(change)
    if record.changes and not kept_changes:
        return None, left
    return ChangeRecord(record.dn, record.changetype, changes=tuple(kept_changes), newrdn=record.newrdn,
                        deleteoldrdn=record.deleteoldrdn, newsuperior=record.newsuperior), left  # fmt: skip


def changes(diff: Diff) -> Iterator[ChangeRecord]:
    """The change records in order; operational attributes are left out.

    Args:
        diff: of two exports, of all types and kinds.
    """
    deleted = [each.before for each in diff.of(Kind.REMOVED) if each.before is not None]
    added = [each.after for each in diff.of(Kind.ADDED) if each.after is not None]
    modified: list[RecordDifference] = []
    for each in diff.of(Kind.CHANGED):
        assert each.before is not None
        assert each.after is not None
        if _other_structure(each.before, each.after):
            deleted.append(each.before)
            added.append(each.after)
        else:
            modified.append(each)
    moved = _simple_renames(diff.of(Kind.RENAMED), deleted, added)
    for entry in sorted(deleted, key=lambda e: (-_depth(e.dn), e.dn)):
        yield ChangeRecord(entry.dn, "delete")
    for each in moved:
        yield from _rename(each)
    for entry in sorted(added, key=lambda e: (_depth(e.dn), e.dn)):
        yield ChangeRecord(entry.dn, "add", attributes=_addable(entry))
    for each in modified:
        assert each.after is not None
        found = _modifications(each.attributes, each.after)
        if found and each.before is not None:
            yield ChangeRecord(each.before.dn, "modify", changes=found)


def _key(dn: str) -> str:
    return dn_key(dn) or dn


def _parent(dn: str) -> str:
    try:
        return DN(parse_dn(dn).rdns[1:]).key
    except InputError:
        return ""


def _depth(dn: str) -> int:
    try:
        return len(parse_dn(dn).rdns)
    except InputError:
        return 0


def _simple_renames(renamed: Sequence[RecordDifference], deleted: list[Entry], added: list[Entry]) -> list[RecordDifference]:
    """Renames that a modrdn can do; the others go to the deletions and additions."""
    left = list(renamed)
    while True:
        gone = {_key(e.dn) for e in deleted}
        come = {_key(e.dn) for e in added}
        old = {_key(each.before.dn) for each in left if each.before is not None}
        # every record whose DN changes hangs below one of these, if its parent's DN changes at all
        parents = {_parent(e.dn) for e in (*deleted, *added)}
        parents |= {_parent(entry.dn) for each in left for entry in (each.before, each.after) if entry is not None}
        simple = []
        for each in left:
            assert each.before is not None
            assert each.after is not None
            own, new = _key(each.before.dn), _key(each.after.dn)
            odd = (
                _other_structure(each.before, each.after)
                or own in parents
                or new in parents
                or _parent(each.before.dn) in gone | old
                or _parent(each.after.dn) in come | old
                or (new in old and new != own)
                or "+" in own.partition(",")[0] + new.partition(",")[0]
            )
            if odd:
                deleted.append(each.before)
                added.append(each.after)
            else:
                simple.append(each)
        if len(simple) == len(left):
            return simple
        left = simple


def _other_structure(before: Entry, after: Entry) -> bool:
    """Whether the structural class differs: by slapd's own word where both sides have it, else by the classes."""
    own = [entry.attributes.first("structuralObjectClass") for entry in (before, after)]
    if own[0] is not None and own[1] is not None:
        return own[0].lower() != own[1].lower()
    classes = [frozenset(decode(v).lower() for v in entry.attributes.get("objectClass", ())) & _STRUCTURAL for entry in (before, after)]
    return classes[0] != classes[1]


def _addable(entry: Entry) -> Attributes:
    return Attributes(
        {
            name: [value for value in values if not isinstance(value, UnfetchedURL)]
            for name, values in entry.attributes.items()
            if name.partition(";")[0].lower() not in OPERATIONAL
        }
    )


def _rename(each: RecordDifference) -> Iterator[ChangeRecord]:
    assert each.before is not None
    assert each.after is not None
    old, new = parse_dn(each.before.dn).rdns, parse_dn(each.after.dn).rdns
    (old_name, old_value), (new_name, new_value) = old[0][0], new[0][0]
    # slapd takes the old name out by its matching rule, which knows no case
    old_raw = old_value.encode("utf-8", "surrogateescape")
    keeps = any(v.lower() == old_raw.lower() for v in each.after.attributes.get(old_name, []))
    same_rdn = DN(old[:1]).key == DN(new[:1]).key
    superior = str(DN(new[1:])) if DN(old[1:]).key != DN(new[1:]).key else None
    delete_old = not keeps and not same_rdn
    yield ChangeRecord(each.before.dn, "modrdn", newrdn=str(DN(new[:1])), deleteoldrdn=delete_old, newsuperior=superior)
    # what the entry holds after that: the server itself adds the new RDN's value, and takes out the old one's
    now = Attributes({name: list(values) for name, values in each.before.attributes.items()})
    if delete_old and old_name in now:
        now[old_name] = [v for v in now[old_name] if v.lower() != old_raw.lower()]
    raw = new_value.encode("utf-8", "surrogateescape")
    if raw not in now.get(new_name, []):
        now[new_name] = [*now.get(new_name, []), raw]
    names = {name.lower(): name for name in (*now, *each.after.attributes)}
    rest = []
    for key, name in sorted(names.items()):
        if key.partition(";")[0] in OPERATIONAL:
            continue
        found = differences(name, now.get(name, []), each.after.attributes.get(name, []))
        if found is not None:
            rest.append(AttributeDifference(name, *map(tuple, found)))
    made = _modifications(rest, each.after)
    if made:
        yield ChangeRecord(each.after.dn, "modify", changes=made)


def _modifications(attributes: Iterable[AttributeDifference], after: Entry) -> tuple[Modification, ...]:
    out = []
    for each in attributes:
        base = each.name.partition(";")[0].lower()
        values = [value for value in after.attributes.get(each.name, []) if not isinstance(value, UnfetchedURL)]
        if base in OPERATIONAL:
            continue
        if not values:
            out.append(Modification("delete", each.name))
        elif base in _BY_VALUE and base not in ORDERED and each.removed + each.added and len(each.added) < len(values):
            if each.removed:
                out.append(Modification("delete", each.name, tuple(each.removed)))
            if each.added:
                out.append(Modification("add", each.name, tuple(each.added)))
        else:
            out.append(Modification("replace", each.name, tuple(values)))
    return tuple(out)

"""A difference as change records that turn the older export into the newer one, in an order in which they can be applied.

Deletions come first, deepest first; then renames; then additions, parents first; then modifications.  A rename is a modrdn as long as
nothing else is in its way; it becomes a deletion and an addition where the structural class changes (which no modify can do), where
the record has children, where a parent comes or goes in the same step, or where its new name is still another record's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from odkit.comparison._meaning import ORDERED, Meanings
from odkit.comparison._model import AttributeDifference, Diff, Kind, RecordDifference
from odkit.dn import DN, key_or_text, parent_key, parse_dn
from odkit.errors import InputError
from odkit.ldif import Attributes, ChangeRecord, Entry, Modification, UnfetchedURL
from odkit.text import decode
from odkit.values.schema import OPERATIONAL

__all__ = ["changes", "other_structure"]

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


def changes(diff: Diff) -> Iterator[ChangeRecord]:
    """Yield the change records in order; operational attributes are left out.

    Args:
        diff: of two exports, of all types and kinds.
    """
    deleted = [each.before for each in diff.of(Kind.REMOVED) if each.before is not None]
    added = [each.after for each in diff.of(Kind.ADDED) if each.after is not None]
    modified: list[RecordDifference] = []
    for each in diff.of(Kind.CHANGED):
        assert each.before is not None
        assert each.after is not None
        if other_structure(each.before, each.after):
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


def _depth(dn: str) -> int:
    try:
        return len(parse_dn(dn).rdns)
    except InputError:
        return 0


def _simple_renames(renamed: Sequence[RecordDifference], deleted: list[Entry], added: list[Entry]) -> list[RecordDifference]:
    """Return renames that a modrdn can do; the others go to the deletions and additions."""
    left = list(renamed)
    while True:
        gone = {key_or_text(e.dn) for e in deleted}
        come = {key_or_text(e.dn) for e in added}
        old = {key_or_text(each.before.dn) for each in left if each.before is not None}
        # every record whose parent's DN changes is below one of these
        parents = {parent_key(e.dn) for e in (*deleted, *added)}
        parents |= {parent_key(entry.dn) for each in left for entry in (each.before, each.after) if entry is not None}
        simple = []
        for each in left:
            assert each.before is not None
            assert each.after is not None
            own, new = key_or_text(each.before.dn), key_or_text(each.after.dn)
            odd = (
                other_structure(each.before, each.after)
                or own in parents
                or new in parents
                or parent_key(each.before.dn) in gone | old
                or parent_key(each.after.dn) in come | old
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


def other_structure(before: Entry, after: Entry) -> bool:
    """Tell whether the structural class differs: by slapd's own word where both sides have it, else by the classes."""
    own = [entry.attributes.first("structuralObjectClass") for entry in (before, after)]
    if own[0] is not None and own[1] is not None:
        return own[0].lower() != own[1].lower()
    classes = [frozenset(decode(v).lower() for v in entry.attributes.get("objectClass", ())) & _STRUCTURAL for entry in (before, after)]
    return classes[0] != classes[1]


def _addable(entry: Entry) -> Attributes:
    return Attributes(
        {name: _once(values) for name, values in entry.attributes.items() if name.partition(";")[0].lower() not in OPERATIONAL}
    )


def _once(values: Iterable[bytes]) -> list[bytes]:
    """Return the values that are shown, each once: a damaged file may have one twice, which no server takes."""
    return list(dict.fromkeys(value for value in values if not isinstance(value, UnfetchedURL)))


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
    rest, meanings = [], Meanings()
    for key, name in sorted(names.items()):
        if key.partition(";")[0] in OPERATIONAL:
            continue
        found = meanings.differences(name, now.get(name, []), each.after.attributes.get(name, []))
        if found is not None:
            rest.append(AttributeDifference(name, *map(tuple, found)))
    made = _modifications(rest, each.after)
    if made:
        yield ChangeRecord(each.after.dn, "modify", changes=made)


def _modifications(attributes: Iterable[AttributeDifference], after: Entry) -> tuple[Modification, ...]:
    out = []
    for each in attributes:
        base = each.name.partition(";")[0].lower()
        values = _once(after.attributes.get(each.name, []))
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

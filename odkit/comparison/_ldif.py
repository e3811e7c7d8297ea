"""A difference as a file of change records: what is left out of it, and the head that says so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from odkit.comparison._changes import changes
from odkit.comparison._model import Diff, Kind
from odkit.comparison._withheld import Withheld, relied_on
from odkit.dataclass import dataclass
from odkit.directory.reliance import made_from
from odkit.dn import key_or_text
from odkit.ldif import Attributes, ChangeRecord, comment, format_record
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.text import escape, plural
from odkit.values.verifier import why_unfit

__all__ = ["ChangeFile", "diff_ldif"]


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
    """Return the change records as LDIF.

    Args:
        diff: of two exports.
        show_secrets: write secret values, too; without it they are left out.
        accept_incomplete: take what an incomplete side lacks as absent.

    Raises:
        InputError: a side is incomplete, and that was not accepted.
        UsageError: the sides are of two domains.
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
            kept, missing = _without(record, _is_private)
            left += missing
        if kept is not None:
            parts.append(format_record(kept))
    data = b"".join(parts)
    identity = _identity(diff, data, withheld)
    head = f"odkit plan {identity}: change records\n{_head(diff, len(parts), left, unfit, withheld)}"
    return ChangeFile(identity, comment(head) + b"\n" + data, left, tuple(withheld))


def _identity(diff: Diff, data: bytes, withheld: Sequence[Withheld]) -> str:
    """Return the digest of the inputs that are relied on and of the decisions: plans with one id make the same changes."""
    import hashlib  # nobody pays for it who writes no file
    import json

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
    """Leave out what would be deleted and added again without its secrets: no password may be lost that way."""
    gone = {key_or_text(record.dn) for record in records if record.changetype == "delete"}
    skip: set[str] = set()
    left = 0
    for each in (*diff.of(Kind.CHANGED), *diff.of(Kind.RENAMED)):
        if each.before is not None and each.after is not None and key_or_text(each.before.dn) in gone:
            private = sum(_is_private(name, value) for name, values in each.after.attributes.items() for value in values)
            if private:
                left += private
                skip |= {key_or_text(each.before.dn), key_or_text(each.after.dn)}
    return [r for r in records if r.changetype not in {"add", "delete"} or key_or_text(r.dn) not in skip], left


def _is_private(attribute: str, value: bytes) -> bool:
    return sensitivity_of(attribute, value) >= Sensitivity.PRIVATE


def _without(
    record: ChangeRecord, refused: Callable[[str, bytes], bool], operations: Collection[str] = _OPERATIONS
) -> tuple[ChangeRecord | None, int]:
    """Return a record without the values that are refused, and their number.

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

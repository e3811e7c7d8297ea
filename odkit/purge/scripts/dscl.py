"""The dscl form of a plan's record changes (Mac OS X Server 10.4-10.6)."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import DSCL_ATTRIBUTES
from odkit.purge import PurgePlan, RecordChange
from odkit.redaction import is_private
from odkit.shell import assemble, encode_name, field_of, fragment, heredoc, status_lines
from odkit.text import decode, plural
from odkit.values.dscl import record_path, record_path_raw

__all__ = ["dscl_script"]


def _expected(change: RecordChange, number: int) -> Iterator[str]:
    """What reads of the record give: one line a value, ``STEP KEY VALUE``; a value of several lines cannot be compared by dscl."""
    keys = DSCL_ATTRIBUTES[change.kind]
    compared = set(_compared(change).split())
    for name, values in change.entry.attributes.items():
        key = keys.get(name.lower())
        if key in compared:
            yield from (f"{number} {key} {encode_name(value)}" for value in values)


def _comparable(name: str, value: bytes) -> bool:
    """Whether dscl prints a value on one line, and a script may hold it."""
    return bool(value) and decode(value).isprintable() and not is_private(name, value)


def _compared(change: RecordChange) -> str:
    """Keys that are compared: the whole map of the type, but those with a value that dscl prints on several lines."""
    attributes = change.entry.attributes
    odd = {name.lower() for name, values in attributes.items() if not all(_comparable(name, value) for value in values)}
    return " ".join(key for name, key in DSCL_ATTRIBUTES[change.kind].items() if name not in odd)


def dscl_script(plan: PurgePlan, target: str) -> bytes:
    """``delete-records.sh``: reads, one batch of deletes (10.4: one command each), reads again.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    table: list[str] = []
    expected: list[str] = []
    for number, change in enumerate(plan.records, 1):
        # 10.5 and later read the last component of a path as it stands; 10.4 decodes it
        read = record_path(change.kind, change.name) if target == "10.4" else record_path_raw(change.kind, change.name)
        kind = "record" if change.attribute is None else "value"
        fields = [str(number), kind, field_of(record_path(change.kind, change.name)), field_of(read)]
        if change.attribute is None:
            table.append("|".join([*fields, _compared(change)]))
            expected += _expected(change, number)
        else:
            assert change.value is not None
            key = DSCL_ATTRIBUTES[change.kind][change.attribute.lower()]
            table.append("|".join([*fields, key]))
            expected.append(f"{number} {key} {encode_name(change.value)}")
    head = (
        f"odkit plan {plan.id}: delete-records.sh",
        *plan.made_from,
        f"Removes {plural(len(plan.records), 'record or membership', 'records and memberships')} of retired servers with dscl.",
        f"For the Open Directory master, Mac OS X Server {target}. Without --apply it changes nothing.",
        "It compares the attributes that dscl has names for; delete-records-ldif.sh compares all that it may show.",
        *status_lines("deleted"),
    )
    data = [heredoc("steps", table), heredoc("expected", expected)]
    values = {"PLAN": plan.id, "TARGET": target, "STEPS": str(len(table))}
    return assemble(head, values, ("common.sh", "records.sh", "dscl.sh"), data, own=(fragment("odkit.purge.scripts", "delete-records.sh"),))

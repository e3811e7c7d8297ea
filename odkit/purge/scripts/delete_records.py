"""``delete-records.sh``: a plan's changes of records with dscl."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import DSCL_ATTRIBUTES
from odkit.purge import PurgePlan, RecordChange
from odkit.purge.script import Script
from odkit.purge.scripts import plan_script
from odkit.purge.scripts._stamps import stamps
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.releases import Release
from odkit.shell import encode_name, field_of, heredoc, status_lines
from odkit.text import decode, plural
from odkit.values.dscl import record_path, record_path_raw

__all__ = ["SCRIPT"]


def _expected(change: RecordChange, number: int) -> Iterator[str]:
    """Yield what reads of the record give: one line a value, ``STEP KEY VALUE``; a value of several lines cannot be compared by dscl."""
    keys = DSCL_ATTRIBUTES[change.kind]
    compared = set(_compared(change).split())
    for name, values in change.entry.attributes.items():
        key = keys.get(name.lower())
        if key in compared:
            yield from (f"{number} {key} {encode_name(value)}" for value in values)


def _comparable(name: str, value: bytes) -> bool:
    """Tell whether dscl prints a value on one line, and a script may hold it."""
    return bool(value) and decode(value).isprintable() and sensitivity_of(name, value) < Sensitivity.PRIVATE


def _compared(change: RecordChange) -> str:
    """Return keys that are compared: the whole map of the type, but those with a value that dscl prints on several lines."""
    attributes = change.entry.attributes
    odd = {name.lower() for name, values in attributes.items() if not all(_comparable(name, value) for value in values)}
    return " ".join(key for name, key in DSCL_ATTRIBUTES[change.kind].items() if name not in odd)


def _write(plan: PurgePlan, release: Release) -> bytes:
    """Return the script: it reads, deletes in one batch (without batches: one command each), and reads again."""
    table: list[str] = []
    expected: list[str] = []
    for number, change in enumerate(plan.records, 1):
        read = (record_path if release.dscl_decodes_read_path else record_path_raw)(change.kind, change.name)
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
        *plan.made_from,
        f"Removes {plural(len(plan.records), 'record or membership', 'records and memberships')} of retired servers with dscl.",
        f"{release.place}. Without --apply it changes nothing.",
        "It compares the attributes that dscl has names for; delete-records-ldif.sh compares all that it may show.",
        *status_lines("deleted"),
    )
    data = [heredoc("steps", table), heredoc("expected", expected), heredoc("stamps", stamps(plan.records))]
    values = {"TARGET": release.name, "STEPS": str(len(table))}
    return plan_script(plan, "delete-records.sh", head, values, ("common.sh", "records.sh", "dscl.sh"), data)


SCRIPT = Script(
    "delete-records.sh",
    order=10,
    listed=40,
    what="records and values of the directory",
    tool="dscl",
    detail="one password prompt",
    fits=lambda release: release.is_mac,
    needed=lambda plan: bool(plan.records),
    write=_write,
    restored_by="restore/restore-records.ldif",
)

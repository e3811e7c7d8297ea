"""When records were changed last, for the scripts: a record that was changed since belongs to a server that came back."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.ldif import UnfetchedURL
from odkit.purge import RecordChange
from odkit.shell import encode_name

__all__ = ["stamps"]


def stamps(changes: Iterable[RecordChange]) -> list[str]:
    """Return lines ``STEP MODIFYTIMESTAMP`` of the records that changes delete, for a script.

    None for a record whose export shows no time.
    """
    lines = []
    for number, change in enumerate(changes, 1):
        values = change.entry.attributes.get("modifyTimestamp", ()) if change.attribute is None else ()
        lines += [f"{number} {encode_name(bytes(value))}" for value in values[:1] if not isinstance(value, UnfetchedURL)]
    return lines

"""What is written beside profiles: who gets which, and the declarations."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from odkit.text import escape

if TYPE_CHECKING:
    from odkit.mcx import Assignment, Declaration

__all__ = ["declarations_text", "table_csv", "table_text"]

COLUMNS = ("profile", "type", "name", "guid", "through", "serial", "mac", "hardware-uuid", "unknown")


def table_csv(rows: Iterable[Assignment]) -> bytes:
    """Return the table as csv, UTF-8; no cell is a formula for a spreadsheet."""
    from odkit.listing.cells import written_row

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in rows:
        cells = (each.profile, each.kind, each.name, each.guid, each.through, each.serial, each.mac, each.hardware_uuid, each.unknown)
        writer.writerow(written_row(cells))
    return out.getvalue().encode("utf-8", "surrogateescape")


def table_text(rows: Sequence[Assignment]) -> Iterator[str]:
    """Yield a line for each profile: how many of which type get it."""
    counts: dict[str, Counter[str]] = {}
    for each in rows:
        counts.setdefault(each.profile, Counter())[each.kind or "without a record"] += 1
    for profile, kinds in counts.items():
        yield f"  {profile}: {', '.join(f'{number} {kind}' for kind, number in kinds.items())}"
    unknown = [each for each in rows if each.unknown]
    yield from (f"  {each.profile}: {each.kind}/{escape(each.name)}: {each.unknown}, so that some may be missing" for each in unknown)


def declarations_text(made: Iterable[Declaration]) -> Iterator[str]:
    """Yield the name and type of each declaration, and what was done or is missing."""
    for each in made:
        yield f"  {each.name}: {each.type}{'' if each.complete else ', a skeleton: no server may take it as it is'}"
        yield from (f"    {line}" for line in each.lines)

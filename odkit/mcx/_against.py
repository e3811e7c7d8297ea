"""A record compared with a file of ``dscl -mcxexport``, which knows no timestamps."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.mcx._typed import only_number_type, redacted
from odkit.plist import canonical
from odkit.text import escape
from odkit.values.mcx import McxRecord, Union
from odkit.values.mcx_export import Exported

__all__ = ["against_export"]


def against_export(mcx: McxRecord, exported: list[Exported]) -> Iterator[str]:
    """Yield what a record lacks, has otherwise, or has besides, compared with a file of ``-mcxexport``; values are never shown.

    Args:
        mcx: of the record.
        exported: from `read_export`.

    Yields:
        One line for each difference.
    """
    held = {(s.domain.lower(), key): (s, value) for s in mcx.settings() for key, value in s.keys.items()}
    seen = set()
    for each in exported:
        place = (each.domain.lower(), each.key)
        seen.add(place)
        name = f"{escape(each.domain)} {escape(each.key)}"
        if place not in held:
            yield f"{name}: missing; the file has it, {each.state}"
            continue
        settings, value = held[place]
        if settings.frequency != each.state:
            yield f"{name}: {settings.frequency}; the file says {each.state}"
        if canonical(value) != canonical(each.value):
            kind = "only the type of a number differs: " if only_number_type(value, each.value) else ""
            yield f"{name}: {kind}{redacted(value, each.key)}; the file has {redacted(each.value, each.key)}"
        if each.union is not None and not any(_same(union, each.union) for union in settings.unions):
            yield f"{name}: the union policy of the file is not there"
    for place, (settings, _) in held.items():
        if place not in seen:
            yield f"{escape(settings.domain)} {escape(place[1])}: the file does not have it"


def _same(a: Union, b: Union) -> bool:
    return set(a.inputs) == set(b.inputs) and a.output == b.output and a.remove_duplicates == b.remove_duplicates

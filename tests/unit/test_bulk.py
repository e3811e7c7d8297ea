"""What is checked in bulk gives the answer of reading every record: over what goes wrong in a migration, at every second to seventh record."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import odkit
from odkit.findings import Report
from odkit.verification import NEEDS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@cache
def exports() -> list[bytes]:
    """An export of 40 users, and three that differ from it."""
    sys.path.insert(0, str(FIXTURES))
    try:
        from generate import export
        from medical_mart import LEFTOVER
        from one_percent import changed
    finally:
        sys.path.remove(str(FIXTURES))
    entries = list(export(LEFTOVER, 40))
    return [b"".join(entries), *(b"".join(changed(entries, first, every)) for first, every in ((1, 2), (2, 3), (50, 7)))]


def answers(files: list[bytes]) -> list[dict[str, Any]]:
    """Everything that the verify functions say of each export, and of the first one and each other.

    Of one export, what they need of all records is read when they ask for it; of two, while these are opened.
    """
    found: list[Report] = []
    for data in files:
        found += [check(odkit.open(data)) for check in (odkit.verify, odkit.verify_passwords, odkit.verify_mcx)]
        for pair in ((files[0], data), (data, files[0])) if data is not files[0] else ():
            before, after = (odkit.open(each, needs=NEEDS) for each in pair)
            found += [check(before, after) for check in (odkit.verify_passwords, odkit.verify_mcx, odkit.verify)]
    return [each.as_json() for each in found]


@pytest.mark.whole
def test_the_answer_is_that_of_reading_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    files = exports()
    fast = answers(files)
    column = odkit.Directory.column

    def nothing_is_readable(od: odkit.Directory, name: Any) -> Any:
        return bytearray(len(od)) if name == "readable" else column(od, name)

    monkeypatch.setattr(odkit.Directory, "column", nothing_is_readable)
    assert answers(files) == fast
    assert sum(len(each["findings"]) for each in fast) > 300


def test_a_record_that_is_the_same_on_both_sides_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = exports()[0]
    before, after = odkit.open(data), odkit.open(data)
    entry, read = odkit.Directory.entry, set()

    def count(od: odkit.Directory, record_id: int) -> Any:
        read.add(record_id)
        return entry(od, record_id)

    monkeypatch.setattr(odkit.Directory, "entry", count)
    odkit.verify(before, after)
    assert len(read & set(before.record_ids("Users"))) < 10  # administrators, and the sample that shows the generation

"""Laws that hold for every file of fixtures/: a new folder needs no code.  A test is one folder: pytest takes longer for a test than they do."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import odkit
from conftest import FIXTURES, ROOT, in_turn
from odkit import ldif
from odkit.ldif import Entry, Reader
from odkit.names import host_key

LISTS = sorted((ROOT / "fixtures").rglob("listprincs*.txt"))


@pytest.mark.parametrize("folder", FIXTURES)
class TestExports:
    def test_an_export_opens_and_is_inspected(self, folder: str) -> None:
        for path in in_turn(FIXTURES[folder]):
            report = odkit.inspect(odkit.open(path))
            assert report.as_json()["schema"] == "odkit/report/1"

    def test_records_are_written_as_they_were_read(self, folder: str) -> None:
        for path in in_turn(FIXTURES[folder]):
            records = list(Reader(path, strict=False))
            out = io.BytesIO()
            ldif.write(records, out)
            again = list(Reader(out.getvalue(), strict=False))
            assert [(r.dn, r.raw) for r in again] == [(r.dn, r.raw) for r in records]

    def test_line_ends_say_nothing(self, folder: str) -> None:
        for path in in_turn(FIXTURES[folder]):
            data = path.read_bytes()
            plain = [(r.dn, r.line, r.attributes) for r in Reader(data, strict=False) if isinstance(r, Entry)]
            crlf = [(r.dn, r.line, r.attributes) for r in Reader(data.replace(b"\n", b"\r\n"), strict=False) if isinstance(r, Entry)]
            assert crlf == plain

    def test_homes_are_the_same_by_the_short_way_and_by_the_long(self, folder: str) -> None:
        for path in in_turn(FIXTURES[folder]):
            od = odkit.open(path)
            long: dict[str, int] = {}
            for user in od.users.records() if od.suffix else ():
                for host in user.home.hosts:
                    long[host_key(host)] = long.get(host_key(host), 0) + 1
            assert {host_key(h.host): h.count for h in od.home_hosts.values()} == long if od.suffix else True

    def test_a_plan_without_evidence_deletes_nothing_on_the_word_of_one_export(self, folder: str) -> None:
        for path in in_turn(FIXTURES[folder]):
            try:
                plan = odkit.plan_purge(odkit.open(path), keep=["live.example.com"])
            except odkit.OdkitError:
                continue
            assert not plan.delete
            assert all(not verdict.named for verdict in plan.hosts.values())


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.parent.name)
def test_inventories_are_read_whole(path: Path) -> None:
    inventory = odkit.read_principals(path)
    lines = path.read_bytes().count(b"\n")
    assert len(inventory) + len(inventory.findings) == lines - 1
    assert all(bytes(each.principal) == each.text for each in inventory.listed)

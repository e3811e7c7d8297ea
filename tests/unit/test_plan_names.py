"""Principals of a plan as hosts by service: each name can be told from the table, and what cannot stand in it stands in full."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

import odkit
from commandline import odkit as command
from conftest import MART, each_in_turn
from odkit.purge.names import name_lines

LEFTOVER = MART / "leftover"
WORDS = ("purge-principals", str(LEFTOVER / "export.ldif"), "--retire-from", str(MART / "retired.txt"))


def expanded(lines: Iterable[str]) -> list[str]:
    """The names that a person reads from the lines."""
    realm, found = "", []
    for line in lines:
        if head := re.fullmatch(r"  SERVICE/HOST@(\S+), \d+ hosts?:", line):
            realm = head[1]
        elif row := re.fullmatch(r"    (\S+) +(\d+)  (\S.*)", line):
            services = row[3].split(", ")
            assert len(services) == int(row[2])
            found += [f"{service}/{row[1]}@{realm}" for service in services]
        elif not line.startswith("    HOST "):
            found.append(line.strip())
    return found


@pytest.mark.parametrize("listed", [True, False])
def test_every_name_of_the_plan_is_in_the_table_and_with_all_in_a_line_of_its_own(listed: bool) -> None:
    listing = ("--principals", str(LEFTOVER / "listprincs.txt")) if listed else ()
    inventories = [odkit.read_principals(LEFTOVER / "listprincs.txt")] if listed else []
    plan = odkit.plan_purge(odkit.open(LEFTOVER / "export.ldif"), inventories, retire=(MART / "retired.txt").read_text().split())
    names = sorted([each.text.decode() for each in plan.delete] or [each.decode() for each in plan.candidates])
    title = rf"(?ms)^(?:Principals to delete|Candidates) \({len(names)}.*?\n(.*?)\n\n"
    short, long = (re.search(title, command(*WORDS, *listing, *more).stdout) for more in ((), ("--all",)))
    assert short is not None
    assert sorted(expanded(short[1].split("\n"))) == names
    assert len(short[1].split("\n")) < 15
    assert long is not None
    assert sorted(each.strip() for each in long[1].split("\n")) == names


def test_a_host_in_two_cases_has_two_lines_and_each_realm_a_table() -> None:
    names = [b"host/A.example.com@R", b"host/a.example.com@R", b"http/a.example.com@R", b"host/a.example.com@r"]
    lines = list(name_lines(names))
    assert sorted(expanded(lines)) == sorted(each.decode() for each in names)
    assert lines[0] == "  SERVICE/HOST@R, 2 hosts:"
    assert sum(line.startswith("  SERVICE/HOST@") for line in lines) == 2


@each_in_turn(
    "name",
    [b"a, b/h.example.com@R", b"h.example.com@R", b"host/h.example.com/x@R", b"ho\\/st/h.example.com@R", b"host/h\xff@R", b"host/h", b"a/b@R@S", b"/h@R",
     b"host/@R", b"host/h@", b"host/h\x1b[1m@R", b"h\\ost/h@R"],
)  # fmt: skip
def test_a_name_that_a_cell_cannot_hold_is_written_in_full(name: bytes) -> None:
    lines = list(name_lines([b"host/h.example.com@R", name]))
    assert len(lines) == 4
    assert lines[-1].startswith("  ")
    assert "\x1b" not in lines[-1]
    assert lines[-1].strip().replace("\\\\", "\\").startswith(name.split(b"\x1b")[0].split(b"\xff")[0].decode())

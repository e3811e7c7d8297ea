"""The table of docs/carry.md: each verdict is the one of a real plan, and each proof is a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build_kinds import KINDS, verdicts_of
from conftest import ROOT
from odkit.carrying.targets import all_targets

PAGE = (ROOT / "docs" / "carry.md").read_text()


def rows(first: str) -> list[list[str]]:
    """Cells of the table whose head begins with a word, row by row, the head among them."""
    text = PAGE[PAGE.index(f"\n| {first} |") :].lstrip("\n").partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n") if not line.startswith("|---")]


HEAD, *TARGETS = rows("target")
PROOFS = {row[0] for row in rows("proof")[1:]}


def test_the_table_has_every_target_and_every_kind() -> None:
    assert HEAD[1:] == list(KINDS)
    named = {name for row in TARGETS for name in re.findall(r"`([\w-]+)`", row[0])}
    assert not set(all_targets()) - named, "docs/carry.md has no row of this target in its table of verdicts"
    assert not named - set(all_targets()), "docs/carry.md has a row of what is no target"


@pytest.mark.parametrize("target", sorted(all_targets()))
def test_each_cell_is_the_verdict_of_a_plan(target: str, tmp_path: Path) -> None:
    verdicts = verdicts_of(target, tmp_path)
    row = next((row for row in TARGETS if f"`{target}`" in row[0]), None)
    assert row, (
        f"docs/carry.md lacks this row, with a proof of the table below it for each t: | `{target}` | {' | '.join(f'{verdicts[kind]} (t)' for kind in KINDS)} |"
    )
    told = {kind: cell.partition(" (")[0] for kind, cell in zip(KINDS, row[1:], strict=True)}
    assert told == verdicts


def test_each_cell_of_a_target_names_a_proof_and_each_proof_is_named() -> None:
    marks = [re.findall(r"\(([\w, ]+)\)\Z", cell) for row in TARGETS if row[0].startswith("`") for cell in row[1:]]
    assert all(marks)
    used = {mark for found in marks for each in found for mark in each.split(", ")}
    assert used == PROOFS


def test_each_test_that_the_page_names_exists() -> None:
    named = re.findall(r"`(?:\w+/)?(test_\w+\.py)((?:::\w+)*)`", PAGE)
    assert len(named) > 40
    for name, inside in named:
        paths = list((ROOT / "tests").glob(f"*/{name}"))
        parts = inside.split("::")[1:]
        assert any(all(re.search(rf"(?m)^ *(?:class|def) {part}\b", path.read_text()) for part in parts) for path in paths), (name, inside)

"""Laws of reading two exports side by side: what is found is what reading one after the other finds."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given

from conftest import effort, in_turn
from odkit import sources
from odkit.comparison import diff
from odkit.errors import InputError
from property.strategies import TOGETHER, together

HEAD = "dn: dc=x\nobjectClass: domain\ndc: x\n\n"
BLOCKS = (40, 200, 1000)  # bytes read at a time: small enough that each record lies across two of them, or several in one


def record(number: int, way: int) -> str:
    """One of some forms of a record: as it is, changed, damaged, folded, with a comment, of another kind."""
    dn, guid = f"dn: uid=u{number},cn=users,dc=x", f"apple-generateduid: 3FE355A0-9FFF-45B5-AD70-{number:012d}"
    lines = [dn, f"uid: u{number}", "objectClass: posixAccount", guid, "authAuthority: ;Kerberosv5;;a@B;B;", "cn: a", "cn: b"]
    odd = {
        1: [*lines, "description: new"],
        2: [lines[0], *reversed(lines[1:])],
        3: [*lines, "no colon"],
        4: [*lines, "sn: long", " er than a line"],
        5: ["# a comment", *lines],
        6: [dn, "changetype: delete"],
        7: [dn.upper().replace("DN:", "dn:"), *lines[1:]],
        8: [*lines, "jpegPhoto:< file:///x"],
        9: [*lines, "sn: a\r"],
        10: [dn],
        11: [*lines, "control: 1.2.3"],
        12: [*lines, ""],
    }
    return "\n".join(odd.get(way, lines)) + "\n\n"


def form(rng: random.Random) -> tuple[int, int]:
    """Number of a record, and its form, which is mostly the usual one."""
    return rng.randrange(10), rng.choice([0, 0, 0, rng.randrange(13)])


def pair(rng: random.Random) -> tuple[str, str, int]:
    """An export; the same with some records gone, changed, moved, doubled or new; and the size of a block."""
    one = [form(rng) for _ in range(rng.randrange(15))]
    other = [(number, form(rng)[1] if rng.randrange(6) == 0 else way) for number, way in one if rng.randrange(8)]
    for _ in range(rng.randrange(4)):
        other.insert(rng.randint(0, len(other)), form(rng))
    end = rng.choice(["", "", "", "\n", "\n\n\n", "# the end\n"])
    first, second = (HEAD + "".join(record(*each) for each in side) for side in (one, other))
    return first, second[: -rng.randint(1, 30)] if rng.randrange(10) == 0 else second + end, rng.choice(BLOCKS)


def answer(before: object, after: object) -> object:
    """What a comparison gives, or says."""
    try:
        found = diff(before, after)  # type: ignore[arg-type] # what a caller may give
    except InputError as error:
        return str(error)
    return found.as_json(show=True), found.findings


@effort(150, TOGETHER)
@given(together(pair))
def test_two_files_read_side_by_side_differ_as_two_read_one_after_the_other(cases: list[tuple[str, str, int]]) -> None:
    _, *others = sources.blocks.__defaults__ or ()
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        paths = [Path(name, each) for each in ("before.ldif", "after.ldif")]
        for *texts, block in in_turn(cases):
            patch.setattr(sources.blocks, "__defaults__", (block, *others))
            for path, text in zip(paths, texts, strict=True):
                path.write_text(text)
            # an open file may be a pipe: each is read when its turn comes
            with paths[0].open("rb") as before, paths[1].open("rb") as after:
                assert answer(*paths) == answer(before, after)


@pytest.mark.parametrize("text", ["", "\n\n", "\n\n\n\n", "# nothing\n\n"])
def test_a_newer_file_without_records_is_refused_when_the_older_one_was_read(tmp_path: Path, text: str) -> None:
    before, after = tmp_path / "before.ldif", tmp_path / "after.ldif"
    before.write_text(HEAD + record(1, 0))
    after.write_text(text)
    with pytest.raises(InputError, match=r"after\.ldif"):
        diff(before, after)

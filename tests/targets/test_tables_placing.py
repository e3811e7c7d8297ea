"""Tables that are being put in place: a writer that is ended between any two steps loses no export, and nobody takes it for absent."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_tables import EXPORTS, assert_whole, rows, write
from odkit.errors import RefusedError, UsageError
from odkit.tables import NEEDS, TABLES, Store, write_tables

LATER = datetime(2011, 3, 9, tzinfo=UTC)
STEPS = (Path, "unlink"), (Path, "replace"), (Path, "rename"), (os, "fsync"), (Path, "rmdir"), (shutil, "rmtree")


class Ended(BaseException):
    """Stands for a signal: what no code expects."""


@contextmanager
def ended_before_step(number: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """End the writer before a step that changes names; yields the steps that were done."""
    done: list[str] = []

    def guarded(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            if len(done) >= number:
                raise Ended
            done.append(name)
            return real(*given, **named)

        return step

    with monkeypatch.context() as patched:
        for where, name in STEPS:
            patched.setattr(where, name, guarded(name, getattr(where, name)))
        yield done


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.ldif"
    path.write_bytes(b"dn: dc=example,dc=com\nobjectClass: domain\n\ndn: cn=users,dc=example,dc=com\ncn: users\n\n")
    return path


def again(folder: Path, export: Path) -> None:
    """Write an export again, with another date: its tables go into other folders."""
    write_tables(odkit.open(export, needs=NEEDS), Store(folder), findings=False, at=LATER)


def content(folder: Path) -> dict[str, list[dict[str, Any]]]:
    return {table: rows(folder, table) for table in TABLES}


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def notes(folder: Path) -> tuple[str, ...]:
    try:
        return odkit.ask(folder, "same-uid").notes
    except UsageError as error:
        return (str(error),)


HALFWAY = "a run of odkit tables is putting tables in place, or was ended at it; run it again, and ask again"


def test_a_writer_that_is_ended_between_any_two_steps_loses_no_export(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = tmp_path / "first"
    write(first, small, findings=False)
    old = content(first)
    whole = tmp_path / "whole"
    shutil.copytree(first, whole)
    again(whole, small)
    new, expected = content(whole), names(whole)
    seen, number = [], 0
    while True:
        folder = tmp_path / f"t{number}"
        shutil.copytree(first, folder)
        with ended_before_step(number, monkeypatch) as done:
            try:
                again(folder, small)
            except Ended:
                pass
            else:
                break
        exports = Store(folder, make=False).exports()
        now = content(folder)  # of what is there: old or new, never parts of both
        assert now in ([old, new] if exports else [{table: [] for table in TABLES}])
        left_out = Store(folder, make=False).halfway == 1
        assert exports or left_out
        Store(folder).sweep()
        assert content(folder) == (new if left_out or now == new else old)
        assert names(folder) == (expected if content(folder) == new else names(first))
        assert_whole(folder)
        seen.append((bool(exports), left_out))
        number += 1
        shutil.rmtree(folder)
    assert len(done) >= number - 1
    assert {(True, False), (True, True), (False, True)} <= {*seen}


def test_the_next_writer_of_another_export_puts_in_place_what_one_was_ended_at(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, folder = 0, tmp_path / "t"
    while not list(folder.glob("values/*/*/*.parquet")):
        shutil.rmtree(folder, ignore_errors=True)
        Store(folder)
        with ended_before_step(number, monkeypatch), pytest.raises(Ended):
            write(folder, small, findings=False)
        number += 1
    assert Store(folder).exports() == {}
    assert notes(folder) == (f"{folder}: holds no export yet: {HALFWAY}",)
    write(folder, *EXPORTS["lion"], findings=False)
    assert len(Store(folder).exports()) == 2
    assert notes(folder) == ()
    with ended_before_step(number, monkeypatch), pytest.raises(Ended):
        again(folder, small)
    assert notes(folder)[0] == f"1 export may be left out: {HALFWAY}"
    assert_whole(folder)


def test_a_plan_that_is_damaged_is_said_and_stops_a_writer(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    Store(folder)
    ready = folder / ".odkit-ready-0123abcd"
    for text in (
        "",
        "{}",
        "[" * 100_000,
        '{"export": 1, "folders": 2, "tables": 3}',
        json.dumps({"export": "0" * 64, "folders": ["domain=\0", "taken=x"], "tables": ["values"]}),
        json.dumps({"export": "0" * 64, "folders": ["..", "taken=x"], "tables": ["values"]}),
        json.dumps({"export": "0" * 64, "folders": ["domain=x", "taken=x"], "tables": ["../values"]}),
    ):
        ready.mkdir(exist_ok=True)
        (ready / "place.json").write_text(text)
        with pytest.raises(RefusedError, match=r"\.odkit-ready-0123abcd: is damaged; remove this folder, and write its export again"):
            write(folder, *EXPORTS["after"], findings=False)
    assert ready.is_dir()


def test_a_plan_that_is_gone_is_said_while_tables_wait_for_it(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, number = tmp_path / "t", 0
    while not list(folder.glob(".odkit-ready-*/values.parquet")):
        shutil.rmtree(folder, ignore_errors=True)
        Store(folder)
        with ended_before_step(number, monkeypatch), pytest.raises(Ended):
            write(folder, small, findings=False)
        number += 1
    [ready] = folder.glob(".odkit-ready-*")
    (ready / "place.json").unlink()
    with pytest.raises(RefusedError, match="is damaged; remove this folder, and write its export again"):
        Store(folder).sweep()
    assert (ready / "values.parquet").is_file()


def test_a_link_or_a_file_in_the_place_of_tables_that_wait_is_left_alone(small: Path, tmp_path: Path) -> None:
    folder, other = tmp_path / "t", tmp_path / "other"
    Store(folder)
    other.mkdir()
    (other / "kept").write_bytes(b"")
    (folder / ".odkit-ready-0123abcd").symlink_to(other)
    (folder / ".odkit-ready-4567abcd").write_bytes(b"")
    write(folder, small, findings=False)
    assert (other / "kept").is_file()
    assert odkit.ask(folder, "same-uid").notes == ()

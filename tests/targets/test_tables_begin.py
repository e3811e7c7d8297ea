"""The folder of tables is made once, whoever else makes it at the same time, and whoever was killed at it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from build_tables import EXPORTS, assert_whole, write
from odkit.tables import Store


def test_many_writers_that_begin_at_once_make_one_folder(tmp_path: Path) -> None:
    count = 8
    for turn in range(40):
        gate = threading.Barrier(count)

        def begin(folder: Path = tmp_path / f"t{turn}", gate: threading.Barrier = gate) -> Path:
            gate.wait()
            return Store(folder).path

        with ThreadPoolExecutor(count) as pool:
            assert len({begun.result() for begun in [pool.submit(begin) for _ in range(count)]}) == 1
        assert sorted(path.name for path in (tmp_path / f"t{turn}").iterdir()) == [".odkit-lock", "ODKIT-TABLES"]


def test_a_writer_that_looked_before_another_began_finds_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "t"
    real = Path.iterdir

    def late(path: Path) -> list[Path]:
        found = list(real(path))
        monkeypatch.undo()
        write(folder, *EXPORTS["after"], findings=False)
        return found

    monkeypatch.setattr(Path, "iterdir", late)
    Store(folder)
    assert_whole(folder)


def test_a_writer_that_was_killed_before_the_mark_was_whole_leaves_a_folder_for_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    (folder / ".ODKIT-TABLES.0123abcd.odkit-tmp").write_bytes(b"")
    (folder / ".odkit-lock").write_bytes(b"")
    Store(folder)
    assert sorted(path.name for path in folder.iterdir()) == [".odkit-lock", "ODKIT-TABLES"]

"""The folder of tables is made once, whoever else makes it at the same time, and whoever was killed at it."""

from __future__ import annotations

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_portion import as_spark_writes
from build_tables import EXPORTS, assert_whole, write
from odkit.errors import RefusedError
from odkit.tables import NEEDS, Store, write_tables


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


def test_what_a_writer_left_that_was_killed_before_it_had_a_lock_is_taken_away(tmp_path: Path) -> None:
    store = Store(tmp_path / "t")
    (tmp_path / "t" / ".odkit-making-0123abcd").mkdir()
    store.sweep()
    assert sorted(path.name for path in (tmp_path / "t").iterdir()) == [".odkit-lock", "ODKIT-TABLES"]


def test_a_disk_that_has_no_room_for_a_folder_leaves_the_export_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "t"
    write(folder, *EXPORTS["after"], findings=False)
    before = {path: path.read_bytes() for path in folder.rglob("*.parquet")}
    real = Path.mkdir

    def mkdir(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if self.name.startswith("taken=2011") and self.parts[-3] == "records":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(self, mode, parents, exist_ok)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    with pytest.raises(RefusedError, match="No space left"):
        write_tables(odkit.open(*EXPORTS["after"], needs=NEEDS), Store(folder), findings=False, at=datetime(2011, 3, 9, tzinfo=UTC))
    assert {path: path.read_bytes() for path in folder.rglob("*.parquet")} == before


def test_a_folder_that_a_writer_takes_away_while_it_is_listed_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "t"
    written = write(folder, *EXPORTS["after"], findings=False)
    cannot_be_listed(monkeypatch, "taken=20080916T122000Z", errno.ENOENT, once=True)
    (folder / "exports" / "domain=medicalmart.example.com" / "taken=20080916T122000Z").mkdir()
    assert list(Store(folder, make=False).exports()) == [written.export]


def cannot_be_listed(monkeypatch: pytest.MonkeyPatch, name: str, why: int, *, once: bool = False) -> None:
    """Let nobody list folders with a name: to the administrator, as whom tests may run, no mode forbids it."""
    for listing in ("listdir", "scandir"):
        real = getattr(os, listing)

        def refuse(path: Any = ".", real: Any = real) -> Any:
            if str(path).endswith(f"/{name}"):
                if once:
                    monkeypatch.undo()
                raise OSError(why, os.strerror(why), name)
            return real(path)

        monkeypatch.setattr(os, listing, refuse)


@pytest.mark.parametrize("name", ["exports", "domain=medicalmart.example.com", "taken=20080916T121100Z"])
def test_an_export_that_may_not_be_listed_is_said_and_not_taken_for_absent(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "t"
    write(folder, *EXPORTS["after"], findings=False)
    before = sorted(folder.rglob("*"))
    portion = as_spark_writes(folder, tmp_path / "portion")
    cannot_be_listed(monkeypatch, name, errno.EACCES)
    with pytest.raises(RefusedError, match="Permission denied"):
        write(folder, *EXPORTS["after"], findings=False)
    for each in (folder, portion):
        with pytest.raises(RefusedError, match="Permission denied"):
            odkit.ask(each, "same-uid")
    monkeypatch.undo()
    assert sorted(folder.rglob("*")) == before


def test_an_export_that_is_taken_away_while_it_is_asked_is_said_and_not_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "t"
    write(folder, *EXPORTS["after"], findings=False)
    write(folder, *EXPORTS["before"], findings=False)
    next((folder / "records").rglob("*.parquet")).unlink()
    with pytest.raises(RefusedError, match=r"records/domain=.*\.parquet: is not there; if tables are being written there, ask again"):
        odkit.ask(folder, "same-uid")

"""The folder of tables: ``DIR/TABLE/domain=…/taken=…/DIGEST.parquet``, the form that DuckDB, Polars, pandas and Spark read as one table.

An export is there when its row of the table exports is: that file is put in place last and taken away first.  The files of an export are
written in a folder of its own, and put in place when all are whole, see `odkit.tables.placing`; one lock lets one writer at a time do that.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from odkit.errors import RefusedError
from odkit.files import write_file
from odkit.patterns import compiled
from odkit.tables.folders import listed, name_of, value_of
from odkit.tables.parquet import Columns, Writer
from odkit.tables.placing import LAST, READY, begin, finish, sync
from odkit.tables.schema import SCHEMA, Table
from odkit.text import escape

__all__ = ["MARK", "Part", "Store"]

MARK = "ODKIT-TABLES"
_LOCK = ".odkit-lock"
_MAKING = ".odkit-making"
_OWN = compiled(rf"\.odkit-.*|\.{MARK}\.[0-9a-f]{{8}}\.odkit-tmp").fullmatch  # names that a folder may have before its mark
_FILE = compiled(r"[0-9a-f]{64}\.parquet").fullmatch


class Store:
    """A folder of tables.

    Args:
        path: made with mode 0700 when it is not there; its parent must be.
        make: make it; else it must be there.

    Raises:
        RefusedError: it is no folder of tables, is of another schema, or cannot be made.
    """

    def __init__(self, path: Path, *, make: bool = True) -> None:
        self.path = path
        shown = escape(str(path))
        what = "give the path of a new one" if make else "give the path of one that odkit tables has written"
        try:
            if make and not path.is_symlink():
                path.mkdir(mode=0o700, exist_ok=True)
            if path.is_symlink() or not path.is_dir():
                raise RefusedError(f"{shown}: is no folder of tables; {what}")
            mark = path / MARK
            # the names first: the mark is written before every other name, so that another writer's files never come without it
            named = any(not _OWN(each.name) for each in path.iterdir())
            if not named and not make:
                raise RefusedError(f"{shown}: holds no tables; {what}")
            if not named:
                self._mark(mark)
            found = mark.read_bytes()[:32] if mark.is_file() else b""
        except (OSError, ValueError) as error:
            raise RefusedError(f"{shown}: {getattr(error, 'strerror', None) or error}") from error
        if not found:
            raise RefusedError(f"{shown}: holds files and is no folder of tables; {what}")
        if found.strip() != str(SCHEMA).encode():
            raise RefusedError(f"{shown}: was written by another release of odkit; write the tables anew, into a new folder")

    def _mark(self, mark: Path) -> None:
        """Make an empty folder one of tables, beside other writers that do so, or after one that was killed at it."""
        with self._alone():
            if not mark.is_file():
                for left in self.path.glob(f".{MARK}.*"):
                    left.unlink()
                write_file(mark, f"{SCHEMA}\n".encode())

    def exports(self) -> dict[str, tuple[str, str]]:
        """Return the exports that are there, by digest: the names of their two folders, ``domain=…`` and ``taken=…``.

        Raises:
            RefusedError: a folder cannot be read.
        """
        while True:
            try:
                paths = listed(self.path / LAST, "domain=*", "taken=*", "*.parquet")
            except FileNotFoundError:  # a writer has taken a folder away, in which its export is no more
                continue
            except OSError as error:
                raise RefusedError(f"{escape(str(self.path))}: cannot be read: {error.strerror or error}") from error
            return {path.stem: (path.parts[-3], path.parts[-2]) for path in paths if _FILE(path.name)}

    @property
    def halfway(self) -> int:
        """How many exports are being put in place, or were when their writer was ended: the next `sweep` does it."""
        return len(self._halfway())

    def _halfway(self) -> list[Path]:
        try:
            return [each for each in listed(self.path, f"{READY}-*") if each.is_dir() and not each.is_symlink()]
        except OSError as error:
            raise RefusedError(f"{escape(str(self.path))}: cannot be read: {error.strerror or error}") from error

    def files(self, table: str, exports: Mapping[str, tuple[str, str]] | None = None) -> list[Path]:
        """Return the files of a table.

        Args:
            table: its name.
            exports: those that are wanted, as `exports` gave them; None for all.

        Raises:
            RefusedError: one is not there any more: the export is being replaced.
        """
        wanted = self.exports() if exports is None else exports
        paths = [self.path / table / domain / taken / f"{digest}.parquet" for digest, (domain, taken) in wanted.items()]
        for path in paths:
            if not path.is_file():
                shown = escape(str(path))
                raise RefusedError(f"{shown}: is not there; if tables are being written there, ask again, else write the export anew")
        return paths

    def domain_of(self, digest: str) -> str | None:
        """Return the domain of an export that is there; None where it shows none."""
        return value_of(self.exports()[digest][0].removeprefix("domain="))

    def sweep(self) -> None:
        """Put in place what writers were killed at that were doing so, and take away what others left; `part` does it, too.

        Raises:
            RefusedError: the folder cannot be written.
        """
        try:
            with self._alone():
                self._sweep()
        except OSError as error:
            raise RefusedError(f"{escape(str(self.path))}: cannot be written: {error.strerror or error}") from error

    @contextmanager
    def part(self, digest: str, domain: str | None, taken: str | None) -> Iterator[Part]:
        """Write the tables of an export; they are there when the block ends without an exception.

        Args:
            digest: of the export.
            domain: that it is of; None where that is not known.
            taken: its date, as the folder names it; None where that is not known.

        Raises:
            RefusedError: a file cannot be written, because the disk is full for example.
        """
        folders = f"domain={name_of(domain)}", f"taken={name_of(taken)}"
        making = self.path / f"{_MAKING}-{os.urandom(6).hex()}"
        try:
            with self._alone():  # another writer's sweep would find a folder whose lock nobody holds yet
                self._sweep()
                making.mkdir(mode=0o700)
                lock = os.open(making / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
                fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            raise RefusedError(f"{escape(str(self.path))}: cannot be written: {error.strerror or error}") from error
        try:
            with Part(making) as part:
                yield part
            try:
                with self._alone():
                    finish(begin(making, digest, folders, part.names))
            except OSError as error:
                raise RefusedError(f"{escape(str(self.path))}: cannot be written: {error.strerror or error}") from error
        finally:
            os.close(lock)
            shutil.rmtree(making, ignore_errors=True)  # not there any more when its files are being put in place

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one writer at a time in."""
        lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _sweep(self) -> None:
        """Put in place, or take away, what a writer left that was killed: nobody holds the lock of its folder."""
        for ready in self._halfway():  # none is that of a living writer, which would be alone
            finish(ready)
        for making in self.path.glob(f"{_MAKING}-*"):
            with contextlib.suppress(OSError):
                # a writer that was killed before it made its lock has none: whoever makes one does so alone, as this does
                lock = os.open(making / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(making, ignore_errors=True)
                finally:
                    os.close(lock)


class Part:
    """The files of one export in the making.

    Args:
        folder: they are in.

    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, Writer] = {}

    @property
    def names(self) -> list[str]:
        """Names of the tables that were begun."""
        return list(self._writers)

    @property
    def rows(self) -> Mapping[str, int]:
        """Number of rows by table."""
        return {name: writer.rows for name, writer in self._writers.items()}

    def begin(self, table: Table) -> None:
        """Begin a table: it has a file, even if there is no row."""
        if table.name not in self._writers:
            self._writers[table.name] = Writer(self._folder / f"{table.name}.parquet", table)

    def write(self, table: Table, columns: Columns) -> None:
        """Write rows of a table.

        Raises:
            RefusedError: they cannot be written.
        """
        self.begin(table)
        self._writers[table.name].write(columns)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            for name, writer in self._writers.items():
                writer.close()
                sync(self._folder / f"{name}.parquet")
            return
        for writer in self._writers.values():
            with contextlib.suppress(RefusedError):
                writer.close()

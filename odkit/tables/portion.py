"""The tables of one portion of exports that Spark has written (docs/examples/spark_tables.py): they are read, and never written.

Its files are named by Spark, ``TABLE/domain=…/taken=…/part-….parquet``, and one can hold several exports, or a table none at all.  The job
writes the table exports last, and Spark a file ``_SUCCESS`` behind each table: it is what tells that a portion is whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from odkit.errors import RefusedError
from odkit.tables.folders import listed
from odkit.tables.store import MARK, Store
from odkit.tables.write import TABLES
from odkit.text import escape

__all__ = ["Portion", "open_tables"]

_WHOLE: Final = "_SUCCESS"


class Portion:
    """A folder of tables that Spark has written.

    Args:
        path: of the folder.

    Raises:
        RefusedError: a table of it is not whole.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        for name in TABLES:
            if not (path / name / _WHOLE).is_file():
                raise RefusedError(
                    f"{escape(str(path / name))}: Spark has not finished this table ({_WHOLE} is missing); run its job again"
                )

    @staticmethod
    def is_at(path: Path) -> bool:
        """Tell whether a folder is one that Spark has written, or has begun."""
        return not (path / MARK).exists() and any((path / name / _WHOLE).is_file() for name in TABLES)

    def files(self, table: str) -> list[Path]:
        """Return the files of a table.

        Raises:
            OSError: a folder cannot be read.
        """
        return listed(self.path / table, "domain=*", "taken=*", "part-*.parquet")


def open_tables(path: Path) -> Store | Portion:
    """Open a folder of tables that is to be read, whoever wrote it.

    Raises:
        RefusedError: it is none, or is not whole.
    """
    try:
        if Portion.is_at(path):
            return Portion(path)
    except OSError as error:
        raise RefusedError(f"{escape(str(path))}: {error.strerror or error}") from error
    return Store(path, make=False)

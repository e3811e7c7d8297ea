"""The tables and their columns: what stands in each file, with types, units and meanings.

The number of the schema is written into every file; it is raised when a column changes its name, type or meaning.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from odkit.dataclass import dataclass

__all__ = ["EXPORT", "SCHEMA", "Column", "Table", "Type"]

SCHEMA: Final = 1


class Type(StrEnum):
    """What a column holds."""

    TEXT = "text"  # UTF-8
    TEXTS = "list of text"
    BYTES = "bytes"
    NUMBER = "integer"  # 64 bits
    FLAG = "boolean"
    TIME = "time"  # UTC, microseconds since 1970


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: in lower case.
        type: of its values; every column can be null.
        what: it says, with its unit; what null means, where that is not "absent".
    """

    name: str
    type: Type
    what: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: of its folder.
        what: a row is.
        columns: in their order.
    """

    name: str
    what: str
    columns: tuple[Column, ...]


EXPORT: Final = Column("export", Type.TEXT, "digest of the export: the name of its files, without the ending")

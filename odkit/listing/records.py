"""Columns that records of every type have, and what a column may say where the export left something out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar, cast

from odkit.directory import Directory, Record
from odkit.ldif import Answer, UnfetchedURL
from odkit.listing.cells import Cell, is_unknown
from odkit.listing.model import Column
from odkit.redaction import mask_urls
from odkit.values.home import Home
from odkit.values.mcx import ATTRIBUTES, FLAGS

__all__ = ["as_number", "by_name", "home_text", "known", "record_columns", "text_column"]

R = TypeVar("R", bound=Record)
T = TypeVar("T")


def known(record: Record, *attributes: str) -> Answer | None:
    """Return why an attribute of a record cannot be known; None when all are known, or known to be absent."""
    _ = record.attributes  # reading them tells what of them cannot be known
    answers = cast("Directory", record.directory).answers
    if answers.whole:
        return None
    for name in attributes:
        answer = answers.attribute(record, name)
        if answer not in {Answer.KNOWN, Answer.ABSENT}:
            return answer
    return None


def text_column(name: str, what: str, attribute: str, *, many: bool = False, number: bool = False, usual: bool = True) -> Column[R]:
    """Return a column that holds an attribute.

    Args:
        name: of the column.
        what: it says.
        attribute: of the record.
        many: all of its values; else the first.
        number: whether it is a whole number; a value that is none is shown as text.
        usual: whether it is shown when no columns are chosen.
    """

    def cell(record: R) -> Cell:
        unknown = known(record, attribute)
        if unknown is not None:
            return unknown
        if many:
            return tuple(record.texts(attribute))
        text = record.text(attribute)
        return as_number(text) if number and text is not None else text

    return Column(name, what, cell, usual)


def as_number(text: str) -> int | str:
    """Return a whole number that a column can hold, else the text."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 19 else text


def home_text(home: Home) -> str | None:
    """Return a home as a URL without its password and the path in the share, else as a path; None where there is none."""
    if not home.url:
        return home.nfs or None
    return mask_urls(home.url) + (f" {home.path}" if home.path else "")


def managed(record: Record) -> Cell:
    """Return the domains of a record's MCX."""
    unknown = known(record, "apple-mcxsettings", "apple-mcxflags")
    if unknown is not None:
        return unknown
    flags = record.attributes.first(FLAGS)
    if not isinstance(flags, UnfetchedURL) and not any(map(record.attributes.get, ATTRIBUTES)):
        return ()  # nearly every user: flags alone name no domain
    settings = record.mcx
    return Answer.ELSEWHERE if settings.in_other_files else settings.domains


def record_columns(*, managed_usual: bool = True) -> tuple[Column[Record], ...]:
    """Return the columns that every record has, to be put behind those of its type."""
    return (
        Column("managed", "domains of its MCX", managed, managed_usual),
        Column("type", "its record type, as dscl spells it", lambda record: record.kind, usual=False),
        Column("dn", "its DN", lambda record: record.dn, usual=False),
        Column("changed", "when it was changed last (modifyTimestamp)", _changed, usual=False),
        Column("file", "the export that it is in", lambda record: record.path, usual=False),
        Column("line", "its line in the export", lambda record: record.line, usual=False),
    )


def _changed(record: Record) -> Cell:
    from odkit.values.password import timestamp

    unknown = known(record, "modifyTimestamp")
    return unknown if unknown is not None else timestamp(record.text("modifyTimestamp"))


def by_name(columns: Iterable[Column[T]]) -> dict[str, Column[T]]:
    """Return columns by their names, and behind them one that names those which the export does not show for a thing."""
    own = list(columns)

    def unknown(thing: T) -> Cell:
        return tuple(column.name for column in own if is_unknown(column.cell(thing)))

    needs = tuple(dict.fromkeys(need for column in own for need in column.needs))
    last = Column("unknown", "columns that the export does not show for it", unknown, usual=False, needs=needs)
    return {column.name: column for column in (*own, last)}

"""Values of an export as people are shown them, and a directory and its records in notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from odkit.ldif import Attributes, UnfetchedURL
from odkit.redaction import Sensitivity, mask, mask_urls, sensitivity_of
from odkit.text import decode, escape, plural, shorten

__all__ = ["directory_html", "record_html", "records_html", "safe_text"]

_LONG = 2_000  # bytes: pictures and property lists are not read on a screen


def safe_text(attribute: str, value: bytes) -> str:
    """Return a value for people: escaped, a secret as its length, a long one as its size.

    Args:
        attribute: attribute description that it is of.
        value: as it is in the export.
    """
    if isinstance(value, UnfetchedURL):
        return f"(in another file: {escape(mask_urls(decode(bytes(value))))})"
    sensitivity = sensitivity_of(attribute, value)
    if sensitivity is Sensitivity.SECRET:
        return mask(value)
    text = mask_urls(decode(value))
    hidden = text.encode("utf-8", "surrogateescape")
    if sensitivity is Sensitivity.PRIVATE and (hidden == value or sensitivity_of(attribute, hidden) is Sensitivity.PRIVATE):
        return mask(value)  # more than a password in a URL
    if b"\0" in value or len(value) > _LONG:
        return f"({plural(len(value), 'byte')} of data)"
    return shorten(text)


class _Record(Protocol):
    """What is shown of a record."""

    @property
    def name(self) -> str: ...

    @property
    def dn(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def line(self) -> int: ...

    @property
    def attributes(self) -> Attributes: ...


class _Source(Protocol):
    """An input of a directory."""

    @property
    def path(self) -> str: ...

    @property
    def entries(self) -> int: ...

    @property
    def completeness(self) -> object: ...

    @property
    def reason(self) -> str: ...


class _Shown(Protocol):
    """What is shown of a directory."""

    @property
    def sources(self) -> Iterable[_Source]: ...

    @property
    def suffix(self) -> str | None: ...

    @property
    def realm(self) -> str | None: ...

    @property
    def generation(self) -> int | None: ...

    @property
    def authdata(self) -> int: ...

    def counts(self) -> Mapping[str, int]: ...


def directory_html(od: _Shown) -> str:
    """Return what an export holds, as HTML."""
    from odkit.notebook import page  # in notebooks alone

    facts: list[tuple[str, object]] = [("suffix", od.suffix or "not found"), ("realm", od.realm or "not found")]
    facts += [("generation", od.generation or "not to be told"), ("cn=authdata", f"{od.authdata:,}")]
    facts += [(each.path, f"{plural(each.entries, 'entry', 'entries')}, {each.completeness}: {each.reason}") for each in od.sources]
    rows = [(kind, f"{count:,}") for kind, count in od.counts().items()]
    return page("Directory", facts=facts, headers=("records", "number"), rows=rows)


def records_html(kind: str, records: Iterable[_Record]) -> str:
    """Return records of a type, as HTML."""
    from odkit.notebook import page

    return page(kind, headers=("name", "DN", "where"), rows=((each.name, each.dn, f"{each.path}:{each.line}") for each in records))


def record_html(record: _Record) -> str:
    """Return a record with its attributes, as HTML; secrets as their length."""
    from odkit.notebook import page

    rows = [(name, safe_text(name, value)) for name, values in record.attributes.items() for value in values]
    facts = [("DN", record.dn), ("where", f"{record.path}:{record.line}")]
    return page(f"{type(record).__name__} {record.name}", facts=facts, headers=("attribute", "value"), rows=rows)

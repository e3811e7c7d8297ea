"""Writes LDIF that OpenLDAP's tools and others read back to equal values (RFC 2849)."""

from __future__ import annotations

import io
import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, Protocol

from odkit.arguments import kind_of
from odkit.errors import RefusedError, UsageError
from odkit.ldif._entry import Entry
from odkit.ldif._grammar import is_attribute_description
from odkit.ldif._reader import Reader
from odkit.ldif._values import RESERVED, Attributes, ChangeRecord, UnfetchedURL
from odkit.patterns import compiled
from odkit.text import escape

__all__ = ["HasEntry", "Writable", "comment", "dump", "format_record", "format_value", "is_safe_string", "write"]

_SAFE = bytes(range(0x20, 0x7F))
_UNSAFE_FIRST = frozenset(b" :<")
_KEYS: dict[str, bytes] = {}  # attribute names that were checked
_MEMORY = 4096
_BLOCK = 1 << 18
_RUN = 1 << 16  # bytes; shorter runs are buffered


def _fold(line: bytes, wrap: int) -> bytes:
    """Fold a line to ``wrap`` columns; a continuation starts with one space, which counts (RFC 2849 note 2)."""
    if len(line) <= wrap or wrap <= 0:
        return line
    wrap = max(wrap, 2)  # a continuation is a space and at least one byte
    return line[:wrap] + b"\n " + b"\n ".join(_parts(wrap - 1).findall(line, wrap))


@lru_cache(maxsize=16)
def _parts(width: int) -> re.Pattern[bytes]:
    return compiled(b"(?s).{1,%d}" % width)


def is_safe_string(value: bytes) -> bool:
    """Tell whether a value that is not empty is written as it is (RFC 2849 SAFE-STRING, and no blank at the end), and not in base64."""
    return not value.translate(None, _SAFE) and value[0] not in _UNSAFE_FIRST and value[-1] != 0x20


def _url_refused() -> RefusedError:
    return RefusedError(
        "a URL value is not written: whoever loads the file would read the file that it names; put the value itself in its place"
    )


def _refuse_urls(attributes: Attributes) -> None:
    if any(isinstance(value, UnfetchedURL) for values in attributes.values() for value in values):
        raise _url_refused()


def format_value(name: bytes, value: bytes, wrap: int) -> bytes:
    """Return one value as a line of LDIF, folded, without the line feed.

    Raises:
        RefusedError: it is a URL.
    """
    if not value:
        return name + b":"  # libldap refuses "attr::" without a value
    if isinstance(value, UnfetchedURL):
        raise _url_refused()
    return _fold(name + (b": " + value if is_safe_string(value) else b":: " + b2a_base64(value, newline=False)), wrap)


def _attribute_lines(attributes: Attributes, wrap: int) -> list[bytes]:
    lines: list[bytes] = []
    for name, values in attributes.as_written().items():
        key = _KEYS.get(name)
        if key is None:
            key = _name(name)
            if len(_KEYS) < _MEMORY:
                _KEYS[name] = key
        start = key + b": "
        for value in values:
            if not value or value.__class__ is not bytes:
                lines.append(format_value(key, value, wrap))
                continue
            if not value.translate(None, _SAFE) and value[0] not in _UNSAFE_FIRST and value[-1] != 0x20:
                line = start + value
            else:
                line = key + b":: " + b2a_base64(value, newline=False)
            lines.append(line if len(line) <= wrap else _fold(line, wrap))
    return lines


def _name(name: str) -> bytes:
    if name.lower() in RESERVED:
        raise RefusedError(f"{name!r} is no attribute: in a file it would start another kind of record")
    if not name.isascii() or not is_attribute_description(
        name.encode()
    ):  # it has no base64 form: written as it is it could start a record of its own
        raise RefusedError(f"not an attribute name: {name!r}")
    return name.encode("ascii")


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise RefusedError(f"cannot be written as UTF-8: {text!r}") from error


def _change_lines(record: ChangeRecord, wrap: int) -> Iterator[bytes]:
    for control in record.controls:
        if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", control.oid):
            raise RefusedError(f"not an OID: {control.oid!r}")
        head = f"control: {control.oid} {'true' if control.critical else 'false'}".encode()
        yield head if control.value is None else format_value(head, control.value, wrap)
    yield b"changetype: " + record.changetype.encode("ascii", "replace")
    if record.changetype == "add" and record.attributes is not None:
        yield from _attribute_lines(record.attributes, wrap)
    elif record.changetype == "modify":
        for change in record.changes:
            name = _name(change.attribute)
            if change.op not in {"add", "delete", "replace", "increment"}:
                raise UsageError(f"not an operation: {change.op!r}")
            yield change.op.encode() + b": " + name
            for value in change.values:
                yield format_value(name, value, wrap)
            yield b"-"
    elif record.changetype == "modrdn":
        yield format_value(b"newrdn", _encoded(record.newrdn or ""), wrap)
        yield b"deleteoldrdn: " + (b"1" if record.deleteoldrdn else b"0")
        if record.newsuperior is not None:
            yield format_value(b"newsuperior", _encoded(record.newsuperior), wrap)
    elif record.changetype != "delete":
        raise UsageError(f"not a changetype: {record.changetype!r}")


def _as_read(record: Entry | ChangeRecord) -> bytes | None:
    """Return the bytes that were read, if the record is still what they say."""
    if isinstance(record, Entry):
        return record.raw if record.unmodified else None
    # a change record's attributes can be changed in place, and dataclasses.replace keeps the bytes
    return record.raw if record.raw is not None and list(Reader(record.raw + b"\n", strict=False)) == [record] else None


def format_record(record: Writable, *, wrap: int = 76) -> bytes:
    """Return a record as LDIF, with the blank line after it.

    One that was not changed is given as the bytes that were read; of one that was, the lines of all that was not: with their folding,
    comments and line ends.

    Raises:
        RefusedError: an attribute name is invalid, a record that was changed has a URL value, or lines of it are damaged so that they
            would change with it.
        UsageError: it is no record.
    """
    record = _record(record)
    raw = _as_read(record)
    if raw is None and isinstance(record, Entry) and record.raw is not None:
        from odkit.ldif._edit import edited  # few callers change entries

        _refuse_urls(record.attributes)
        raw = edited(record.raw, record.dn, record.attributes, lambda name, value: format_value(_name(name), value, wrap))
    if raw is not None:
        return raw + (b"\n\r\n" if raw.endswith(b"\r") else b"\n\n")
    lines = [format_value(b"dn", _encoded(record.dn), wrap)]
    lines += _change_lines(record, wrap) if isinstance(record, ChangeRecord) else _attribute_lines(record.attributes, wrap)
    return b"\n".join(lines) + b"\n\n"


class HasEntry(Protocol):
    """A record of a directory, which holds its entry."""

    @property
    def entry(self) -> Entry:
        """The entry."""
        ...


Writable = Entry | ChangeRecord | HasEntry


def _record(given: Writable) -> Entry | ChangeRecord:
    """Return what is written of a record.

    Raises:
        UsageError: it is no record.
    """
    found = given if isinstance(given, (Entry, ChangeRecord)) else getattr(given, "entry", None)
    if isinstance(found, (Entry, ChangeRecord)):
        return found
    raise UsageError(f"expected records of odkit.ldif or of a directory, not {kind_of(given)}")


def write(records: Iterable[Writable] | Writable, file: IO[bytes], *, wrap: int = 76) -> None:
    """Write records, such as those of `read` or of a directory.  An unmodified record is written as the bytes that were read.

    Args:
        records: in the order in which they are written; or one.
        file: open for writing bytes.
        wrap: column at which values are folded; 0: they are not folded.

    Raises:
        RefusedError: see `format_record`.
        UsageError: something is no record, or the file is not one for bytes.
    """
    width: object = wrap
    if isinstance(width, bool) or not isinstance(width, int) or width < 0:
        said = width if isinstance(width, int) else kind_of(width)
        raise UsageError(f"wrap: expected a column, or 0 for lines that are not folded, not {said}")
    several = records if isinstance(records, Iterable) else (_record(records),)
    given: object = file
    if not hasattr(given, "write") or isinstance(given, io.TextIOBase):
        raise UsageError(f"expected a file that is open for writing bytes ('wb'), not {kind_of(file)}")
    out = _Out(file)
    block, start, stop = b"", 0, 0  # a run of entries that follow each other in a block that was read
    try:
        for each in several:
            record = each if each.__class__ is Entry or isinstance(each, (Entry, ChangeRecord)) else _record(each)
            if record.__class__ is Entry and (span := record.span) is not None:
                if span[0] is block and span[1] == stop + 2:
                    stop = span[2]
                    continue
                if stop:
                    out.run(block, start, stop)
                block, start, stop = span
            else:
                if stop:
                    out.run(block, start, stop)
                    block, stop = b"", 0
                out.add(format_record(record, wrap=wrap))
    finally:
        if stop:
            out.run(block, start, stop)
        out.flush()


class _Out:
    """Buffers what is written: one large write costs a fraction of a hundred small ones."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._held: list[bytes] = []
        self._size = 0

    def add(self, data: bytes) -> None:
        self._held.append(data)
        self._size += len(data)
        if self._size >= _BLOCK:
            self.flush()

    def run(self, block: bytes, start: int, stop: int) -> None:
        """Write entries as they are in a block, with the blank lines between them."""
        if stop - start < _RUN or block[stop : stop + 2] != b"\n\n":  # a short run, or the last entry of a file
            self.add(block[start:stop] + b"\n\n")
        else:
            self.flush()
            self._write(memoryview(block)[start : stop + 2])

    def flush(self) -> None:
        if self._held:
            data = b"".join(self._held)
            self._held, self._size = [], 0
            self._write(memoryview(data))

    def _write(self, data: memoryview) -> None:
        """Write all of it: a file without a buffer may take less than it is given."""
        while data:
            taken: int | None = self._file.write(data)  # None: some wrappers count nothing
            data = data[len(data) if taken is None else taken :]


def dump(records: Iterable[Writable], *, wrap: int = 76) -> bytes:
    """Return what `write` would write."""
    return b"".join(format_record(record, wrap=wrap) for record in records)


def comment(text: str) -> bytes:
    """Return a text as a block of comments.  It is escaped, so that no line of it can become anything else."""
    return b"".join(f"# {escape(line)}".rstrip().encode() + b"\n" for line in text.split("\n"))

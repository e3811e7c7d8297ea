"""Columns: a value of every record, taken while an export is read once.

Reading a record a second time costs more than taking a value on the way.  So whoever opens an export says which columns will be
asked for; a column that nobody announced is gathered when it is first used, from the records one by one.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from odkit.ldif import Attributes, UnfetchedURL
from odkit.ldif._split import Mark, Marked
from odkit.plist import PlistError, load
from odkit.text import decode
from odkit.values.home import home_of

__all__ = ["COLUMNS", "OTHERS", "Columns"]

OTHERS = frozenset({"lines", "digest"})  # what else can be done on the way: count physical lines, begin the digest

_LINE = rb"([^ \n][^\n]*+(?:\n [^\n]*+)*+)"  # a logical line as it stands in the file
_VALUE = rb"(:(?!<)[^\n]*+(?:\n [^\n]*+)*+)"  # the same, behind the attribute's name
_ODD = b"\n"
_SERVERS = b"/Network/Servers/"
_MEMORY = 4096  # different values that are remembered; a domain has a few dozen


class _Column(NamedTuple):
    """How a column is read: pairs of attribute and pattern (see `odkit.ldif._split.Splitter.scan`), and what it makes of the values."""

    marked: tuple[tuple[bytes, bytes], ...]
    make: Callable[[tuple[Mark, ...]], object]  # values as (index in `marked`, bytes)
    values: tuple[Callable[[bytes], bytes], ...]  # what a pattern finds -> what `make` and `key` take
    parsed: tuple[Callable[[bytes], bytes], ...]  # an attribute's whole value -> the same


def _same(value: bytes) -> bytes:
    return value


def _tag(authority: bytes) -> bytes:
    fields = authority.split(b";", 2)
    return (fields[1] or b"basic") if len(fields) > 2 else b"unreadable"


def _server(path: bytes) -> bytes:
    """What of an NFS path names a host; what is behind it differs from user to user."""
    return _SERVERS + path[len(_SERVERS) :].partition(b"/")[0] if path.startswith(_SERVERS) else b""


def _share(url: bytes) -> bytes:
    """What of ``apple-user-homeurl`` names a host."""
    share, end, _ = url.partition(b"</url>")
    return share + end if end and b"<url>" in share else url


def _share_as_read(line: bytes) -> bytes:
    url = a2b_base64(line.replace(b"\n ", b""), strict_mode=True)
    share, end, _ = url.partition(b"</url>")
    return share + end if end and b"<url>" in share else url


def _tags(values: tuple[Mark, ...]) -> tuple[str, ...]:
    return tuple(sorted({decode(tag) for _, tag in values}))


def _guid(values: tuple[Mark, ...]) -> str:
    return decode(values[0][1]).upper() if values else ""


def _first(values: tuple[Mark, ...]) -> str:
    return decode(values[0][1]) if values else ""


def _hosts(values: tuple[Mark, ...]) -> tuple[str, ...]:
    found = [host for index, value in values if value for host in (_home(value) if index else home_of(None, decode(value)).hosts)]
    return tuple(dict.fromkeys(found))


def _home(url: bytes) -> tuple[str, ...]:
    return home_of(decode(url), None).hosts


@lru_cache(maxsize=1024)
def _policy_as_read(line: bytes) -> bytes:
    """`_policy` of what stands behind an attribute's name."""
    text = line.replace(b"\n ", b"")
    return _policy(a2b_base64(text[2:].lstrip(b" "), strict_mode=True) if text[:2] == b"::" else text[1:].lstrip(b" "))


def _policy(value: bytes) -> bytes:
    """Names of a policy's domains, joined; `_ODD` for one that whoever wants to know must read."""
    try:
        data = load(value)
    except PlistError:
        return _ODD
    if not isinstance(data, dict):
        return _ODD
    inner = data.get("mcx_application_data")
    names = list(inner) if isinstance(inner, dict) else []
    return _ODD if any("\n" in name for name in names) else "\n".join(names).encode("utf-8", "surrogatepass")


def _policies(values: tuple[Mark, ...]) -> tuple[tuple[str, ...] | None, ...]:
    return tuple(
        None if value == _ODD else tuple(value.decode("utf-8", "surrogatepass").split("\n") if value else ()) for _, value in values
    )


COLUMNS = {
    # GeneratedUID in upper case, "" where there is none
    "guids": _Column(((b"apple-generateduid", rb"apple-generateduid: ([0-9A-Fa-f-]{36})(?=\n[^ ]|\Z)"),), _guid, (_same,), (_same,)),
    # modifyTimestamp, "" where there is none
    "stamps": _Column(((b"modifyTimestamp", rb"modifyTimestamp: ([0-9]{14}Z)(?=\n[^ ]|\Z)"),), _first, (_same,), (_same,)),
    # first fields of the authentication authorities, without repeats, sorted
    "tags": _Column(((b"authAuthority", rb"authAuthority: ;([A-Za-z0-9]++);"),), _tags, (_same,), (_tag,)),
    # hosts that homeDirectory and apple-user-homeurl name, as written
    "homes": _Column(
        (
            # a path that names a host, up to that; nothing of any other, which must not be folded before one could tell
            (b"homeDirectory", rb"homeDirectory: (/Network/Servers/[^/\n]++(?=/)|(?!/Network/Servers/)(?!/[^\n]*+\n )(?=[^ \n]))"),
            (b"apple-user-homeurl", rb"apple-user-homeurl:: " + _LINE),
        ),
        _hosts,
        (_same, _share_as_read),
        (_server, _share),
    ),
    # whether there are MCX settings or flags
    "managed": _Column(
        (
            (b"apple-mcxsettings", rb"apple-mcxsettings(:)(?!<)"),
            (b"apple-mcxsettings2", rb"apple-mcxsettings2(:)(?!<)"),
            (b"apple-mcxflags", rb"apple-mcxflags(:)(?!<)"),
        ),
        bool,
        (_same, _same, _same),
        (lambda _: b"", lambda _: b"", lambda _: b""),
    ),
    # for each value of MCX settings the names of its domains, sorted as there, None for one that must be read by itself
    "mcx": _Column(
        ((b"apple-mcxsettings", b"apple-mcxsettings" + _VALUE), (b"apple-mcxsettings2", b"apple-mcxsettings2" + _VALUE)),
        _policies,
        (_policy_as_read, _policy_as_read),
        (_policy, _policy),
    ),
}


class Columns:
    """The columns that are gathered in one pass.

    Args:
        names: of `COLUMNS`.

    Attributes:
        names: the same, sorted.
        marks: for `odkit.ldif._reader.Reader.scan`.
        own: the index in it of the GUID, which differs from record to record, -1 for none.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(set(names))
        self._columns = [COLUMNS[name] for name in self.names]
        self.marks = [
            Marked(*pair, None if read is _same else read)
            for column in self._columns
            for pair, read in zip(column.marked, column.values, strict=True)
        ]
        self.own = next((i for i, mark in enumerate(self.marks) if mark.name == b"apple-generateduid"), -1)
        # for each mark: the column's number, and the index in it
        self._of_mark = [(number, index) for number, column in enumerate(self._columns) for index in range(len(column.marked))]
        self._guids: list[object] = []
        # what the other columns hold of a record: one tuple for all records with the same values
        self._rows: list[tuple[object, ...]] = []
        self._known: dict[tuple[Mark, ...], tuple[object, ...]] = {}
        self._lists: dict[str, list[object]] = {"guids": self._guids} if "guids" in self.names else {}

    def take(self, marks: tuple[Mark, ...], guid: bytes) -> None:
        """Take the values of a plain record."""
        row = self._known.get(marks)
        self._rows.append(self._row(marks) if row is None else row)
        self._guids.append(guid.decode("ascii").upper())

    def _row(self, marks: tuple[Mark, ...]) -> tuple[object, ...]:
        found: list[tuple[Mark, ...]] = [()] * len(self._columns)
        for mark, value in marks:
            number, index = self._of_mark[mark]
            found[number] += ((index, value),)
        row = tuple(column.make(values) for column, values in zip(self._columns, found, strict=True))
        if len(self._known) < _MEMORY:
            self._known[marks] = row
        return row

    def take_parsed(self, attributes: Attributes) -> None:
        """Take the values of a record whose attributes were parsed."""
        by_name: dict[str, list[bytes]] = {}
        for spelling, each in attributes.items():  # with options, such as homeDirectory;lang-en, an attribute is still that attribute
            by_name.setdefault(spelling.partition(";")[0].lower(), []).extend(v for v in each if not isinstance(v, UnfetchedURL))
        row = tuple(
            column.make(
                tuple(
                    (index, column.parsed[index](value))
                    for index, (attribute, _) in enumerate(column.marked)
                    for value in by_name.get(attribute.decode().lower(), ())
                )
            )
            for column in self._columns
        )
        self._rows.append(row)
        if "guids" in self._lists:
            self._guids.append(row[self.names.index("guids")])

    def values(self, name: str) -> list[object]:
        """A column: the value of each record by its number.  To be asked for when all records were taken."""
        if name not in self._lists:
            number = self.names.index(name)
            self._lists[name] = [row[number] for row in self._rows]
        return self._lists[name]

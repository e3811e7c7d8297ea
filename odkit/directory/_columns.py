"""Columns: one value of every record, found by searching the bytes of an export instead of parsing its records.

An analysis declares beside itself what it needs of all records, as ``NEEDS``, and asks for it with `Directory.prefetch`.  A caller that
knows what will follow names it when it opens the export (``odkit.open(path, needs=…)``): then it is found on the way.  Else the export is
read once more for all that is missing; that costs a fraction of parsing each record.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Literal, NamedTuple, get_args

from odkit.errors import UsageError
from odkit.ldif import Attributes, Match, Pattern, UnfetchedURL
from odkit.plist import PlistError, load
from odkit.text import decode, escape
from odkit.values.home import home_of
from odkit.values.naming import NAMING, hosts_of_value

__all__ = ["COLUMNS", "Columns", "Need", "known_needs", "passes"]

# what an analysis may need of all records: a column, or something else that can be done while an export is read
Need = Literal[
    "guids",  # GeneratedUID in upper case, "" where there is none
    "stamps",  # modifyTimestamp, "" where there is none
    "tags",  # first fields of the authentication authorities, without repeats, sorted
    "homes",  # hosts that homeDirectory and apple-user-homeurl name, as written
    "mail",  # hosts of mail accounts, as written
    "named",  # hosts that MCX settings and other attributes that hold URLs or servers name, as written
    "managed",  # whether there are MCX settings or flags, also in another file (ldapsearch -t)
    "mcx",  # for each value of MCX settings the names of its domains, sorted as there, None for one that must be read by itself
    "lines",  # no column: the numbers of physical lines will be asked for at many places
    "digest",  # no column: the SHA-256 of each source will be asked for
]

_LINE = rb"([^ \n][^\n]*+(?:\n [^\n]*+)*+)"  # a logical line as it is in the file
_VALUE = rb"(:(?!<)[^\n]*+(?:\n [^\n]*+)*+)"  # the same, without the attribute's name
_GUID = b"apple-generateduid"
_UNREADABLE = b"\n"  # instead of the names of a policy's domains, which are joined by line feeds: somebody must read the value
_SERVERS = b"/Network/Servers/"
_MEMORY = 4096  # different values that are remembered; a domain has a few dozen


class _Column(NamedTuple):
    """How a column is read: pairs of attribute and pattern (see `odkit.ldif.Pattern`), and how its value is made of their values."""

    patterns: tuple[tuple[bytes, bytes], ...]
    make: Callable[[tuple[Match, ...]], object]  # values as (index in `patterns`, bytes)
    values: tuple[Callable[[bytes], bytes], ...]  # what a pattern finds -> what `make` and `key` take
    parsed: tuple[Callable[[bytes], bytes], ...]  # an attribute's whole value -> the same
    elsewhere: bool = False  # whether values that are in other files count
    remembered: bool = False  # whether many records have the same value, which is dear to read: it is read once

    def readers(self) -> Iterator[Callable[[bytes], bytes] | None]:
        """Yield for each pattern what reads its value, None for none.

        What is remembered belongs to the `Columns` that ask: values of the directory, among them passwords, die with it.
        """
        for read in self.values:
            yield None if read is _same else lru_cache(maxsize=1024)(read) if self.remembered else read


def _same(value: bytes) -> bytes:
    return value


def _tag(authority: bytes) -> bytes:
    fields = authority.split(b";", 2)
    return (fields[1] or b"basic") if len(fields) > 2 else b"unreadable"


def _server(path: bytes) -> bytes:
    """Return the part of an NFS path that names a host; the rest differs from user to user."""
    return _SERVERS + path[len(_SERVERS) :].partition(b"/")[0] if path.startswith(_SERVERS) else b""


def _share(url: bytes) -> bytes:
    """Return the part of ``apple-user-homeurl`` that names a host."""
    share, end, _ = url.partition(b"</url>")
    return share + end if end and b"<url>" in share else url


def _share_as_read(line: bytes) -> bytes:
    url = a2b_base64(line.replace(b"\n ", b""), strict_mode=True)
    share, end, _ = url.partition(b"</url>")
    return share + end if end and b"<url>" in share else url


def _tags(values: tuple[Match, ...]) -> tuple[str, ...]:
    return tuple(sorted({decode(tag) for _, tag in values}))


def _guid(values: tuple[Match, ...]) -> str:
    return decode(values[0][1]).upper() if values else ""


def _first(values: tuple[Match, ...]) -> str:
    return decode(values[0][1]) if values else ""


def _hosts(values: tuple[Match, ...]) -> tuple[str, ...]:
    found = [host for index, value in values if value for host in (_home(value) if index else home_of(None, decode(value)).hosts)]
    return tuple(dict.fromkeys(found))


def _home(url: bytes) -> tuple[str, ...]:
    return home_of(decode(url), None).hosts


def _as_read(value_of: Callable[[bytes], bytes], line: bytes) -> bytes:
    """Return what a function makes of the value of a line, of which the attribute's name was taken off."""
    text = line.replace(b"\n ", b"")
    return value_of(a2b_base64(text[2:].lstrip(b" "), strict_mode=True) if text[:2] == b"::" else text[1:].lstrip(b" "))


def _policy(value: bytes) -> bytes:
    """Return the names of a policy's domains, joined; `_UNREADABLE` if the value alone does not tell them."""
    try:
        data = load(value)
    except PlistError:
        return _UNREADABLE
    if not isinstance(data, dict):
        return _UNREADABLE
    inner = data.get("mcx_application_data")
    names = list(inner) if isinstance(inner, dict) else []
    return _UNREADABLE if any("\n" in name for name in names) else "\n".join(names).encode("utf-8", "surrogatepass")


def _policies(values: tuple[Match, ...]) -> tuple[tuple[str, ...] | None, ...]:
    return tuple(
        None if value == _UNREADABLE else tuple(value.decode("utf-8", "surrogatepass").split("\n") if value else ()) for _, value in values
    )


def _mail(value: bytes) -> bytes:
    """Return the host of the mail account; nothing where the value names none, or cannot be read."""
    try:
        data = load(value)
    except PlistError:
        return b""
    host = data.get("kMailAccountLocation") if isinstance(data, dict) else None
    return host.strip().encode("utf-8", "surrogatepass") if isinstance(host, str) else b""


def _named_hosts(values: tuple[Match, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for _, value in values if value for host in value.decode("utf-8", "surrogatepass").split("\n")))


COLUMNS: dict[Need, _Column] = {
    "guids": _Column(((_GUID, rb"apple-generateduid: ([0-9A-Fa-f-]{36})(?=\n[^ ]|\Z)"),), _guid, (_same,), (_same,)),
    "stamps": _Column(((b"modifyTimestamp", rb"modifyTimestamp: ([0-9]{14}Z)(?=\n[^ ]|\Z)"),), _first, (_same,), (_same,)),
    "tags": _Column(((b"authAuthority", rb"authAuthority: ;([A-Za-z0-9]++);"),), _tags, (_same,), (_tag,)),
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
    "mail": _Column(
        ((b"apple-user-mailattribute", b"apple-user-mailattribute" + _VALUE),),
        _named_hosts,
        (partial(_as_read, _mail),),
        (_mail,),
        remembered=True,
    ),
    "named": _Column(
        tuple((name.encode(), name.encode() + _VALUE) for name in NAMING),
        lambda values: tuple(sorted(_named_hosts(values))),
        tuple(partial(_as_read, partial(hosts_of_value, name)) for name in NAMING),
        tuple(partial(hosts_of_value, name) for name in NAMING),
        remembered=True,
    ),
    "managed": _Column(
        (
            (b"apple-mcxsettings", rb"apple-mcxsettings(:)"),
            (b"apple-mcxsettings2", rb"apple-mcxsettings2(:)"),
            (b"apple-mcxflags", rb"apple-mcxflags(:)"),
        ),
        bool,
        (_same, _same, _same),
        (lambda _: b"", lambda _: b"", lambda _: b""),
        elsewhere=True,
    ),
    "mcx": _Column(
        ((b"apple-mcxsettings", b"apple-mcxsettings" + _VALUE), (b"apple-mcxsettings2", b"apple-mcxsettings2" + _VALUE)),
        _policies,
        (partial(_as_read, _policy), partial(_as_read, _policy)),
        (_policy, _policy),
        remembered=True,
    ),
}


def known_needs(needs: Iterable[str]) -> set[Need]:
    """Check the names of needs, which come from a caller.

    Raises:
        UsageError: one is unknown.
    """
    known: dict[str, Need] = {name: name for name in get_args(Need)}
    found = set()
    for name in needs:
        if name not in known:
            raise UsageError(f"not a column: {escape(name)}; there are {', '.join(known)}")
        found.add(known[name])
    return found


def passes(needs: Iterable[Need]) -> list[list[Need]]:
    """Return the columns among the needs, by the passes over an export that they take: a line is searched with one pattern in a pass."""
    out: list[list[Need]] = []
    for name in sorted(set(needs) & COLUMNS.keys()):
        attributes = {attribute for attribute, _ in COLUMNS[name].patterns}
        for columns in out:
            if attributes.isdisjoint(attribute for each in columns for attribute, _ in COLUMNS[each].patterns):
                columns.append(name)
                break
        else:
            out.append([name])
    return out


class Columns:
    """The columns that are read in one pass.

    Args:
        names: of `COLUMNS`.

    Attributes:
        names: the same, sorted.
        patterns: for `odkit.ldif.Reader.scan`.
    """

    def __init__(self, names: Iterable[Need]) -> None:
        self.names = sorted(set(names))
        self._columns = [COLUMNS[name] for name in self.names]
        self.patterns = [
            Pattern(name, pattern, read, unique=name == _GUID)
            for column in self._columns
            for (name, pattern), read in zip(column.patterns, column.readers(), strict=True)
        ]
        # for each pattern: the column's number, and the index in it
        self._of_pattern = [(number, index) for number, column in enumerate(self._columns) for index in range(len(column.patterns))]
        self._guids: list[object] = []
        # what the other columns hold of a record: one tuple for all records with the same values
        self._rows: list[tuple[object, ...]] = []
        self._known: dict[tuple[Match, ...], tuple[object, ...]] = {}
        self._lists: dict[str, list[object]] = {"guids": self._guids} if "guids" in self.names else {}

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, matches: tuple[Match, ...], guid: bytes) -> None:
        """Add the values of a regular record."""
        row = self._known.get(matches)
        self._rows.append(self._row(matches) if row is None else row)
        self._guids.append(guid.decode("ascii").upper())

    def _row(self, matches: tuple[Match, ...]) -> tuple[object, ...]:
        found: list[tuple[Match, ...]] = [()] * len(self._columns)
        for pattern, value in matches:
            number, index = self._of_pattern[pattern]
            found[number] += ((index, value),)
        row = tuple(column.make(values) for column, values in zip(self._columns, found, strict=True))
        if len(self._known) < _MEMORY:
            self._known[matches] = row
        return row

    def take_parsed(self, attributes: Attributes) -> None:
        """Add the values of a record whose attributes were parsed."""
        by_name: dict[str, list[bytes]] = {}
        for spelling, each in attributes.items():  # with options, such as homeDirectory;lang-en, an attribute is still that attribute
            by_name.setdefault(spelling.partition(";")[0].lower(), []).extend(each)
        row = tuple(
            column.make(
                tuple(
                    (index, column.parsed[index](value))
                    for index, (attribute, _) in enumerate(column.patterns)
                    for value in by_name.get(attribute.decode().lower(), ())
                    if column.elsewhere or not isinstance(value, UnfetchedURL)
                )
            )
            for column in self._columns
        )
        self._rows.append(row)
        if "guids" in self._lists:
            self._guids.append(row[self.names.index("guids")])

    def values(self, name: Need) -> list[object]:
        """Return a column: the value of each record by its id.  To be called when all records were added."""
        if name not in self._lists:
            number = self.names.index(name)
            self._lists[name] = [row[number] for row in self._rows]
        return self._lists[name]

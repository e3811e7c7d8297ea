"""Columns whose values many records share: hosts of homes and mail, tags of authorities, policies."""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from odkit.directory._base64 import fault_of_base64
from odkit.ldif import CONTINUED, LINE_ENDS, Match
from odkit.namedtuple import NamedTuple
from odkit.patterns import regex
from odkit.plist import PlistError, load
from odkit.text import decode
from odkit.values.home import home_of
from odkit.values.hostspans import hosts_in
from odkit.values.naming import NAMING, hosts_of_value
from odkit.values.schema import WINDOWS_ATTRIBUTES

__all__ = ["SHARED_COLUMNS", "SharedColumn"]

_LINE = rb"([^ \n][^\n]*+" + CONTINUED + rb")"  # a logical line as it is in the file
_VALUE = rb"(:(?!<)[^\n]*+" + CONTINUED + rb")"  # the same, without the attribute's name
_ANY_VALUE = rb"(:[^\n]*+" + CONTINUED + rb")"  # the same, also one in another file
_MCX = (b"apple-mcxsettings", b"apple-mcxsettings2", b"apple-mcxflags")
_TAGS = 3  # behind the URL of a share: <path>, </path>, </home_dir>
_UNREADABLE = b"\n"  # instead of the names of a policy's domains, which are joined by line feeds: somebody must read the value
# a home in one of the usual forms: on a server, up to its name; or on none.  All others, each of which may be on one, are read one by one
_ON_SERVER = rb"/Network/Servers/(?!\.)[^/\n]++(?=/(?!\.))"
_ON_NONE = (
    rb"(?=(?:/(?![./]|(?i:net|network|private|automount|system|var)/)[^\n/]*+(?:/(?![./])[^\n/]*+)*+|[A-Za-z0-9_~.-]++)" + LINE_ENDS + rb")"
)
# the same for Windows
_UNC = rb"\\\\(?![?.])[^\\/@:,\s]++(?=\\)"
_NO_UNC = rb"(?=[^\\/:,<\s][^\n/:,]*+" + LINE_ENDS + rb")"
_USUAL_HOME = regex(rb"(" + _ON_SERVER + rb"|" + _ON_NONE + rb")")
_USUAL_URL = regex(rb"(<home_dir><url>[a-z]++://[^<>]*+</url>)(?:<path>[^<>:]*+</path>)?+</home_dir>\Z")  # of one host
_USUAL_SHARE = regex(rb"(" + _UNC + rb"|" + _NO_UNC + rb")")


class SharedColumn(NamedTuple):
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
    """Return the part of a path that names a host, if it has a usual form; the rest differs from user to user."""
    usual = None if b"\n" in path else _USUAL_HOME.match(path)
    return path if usual is None else usual[1]


def _windows_server(path: bytes) -> bytes:
    usual = None if b"\n" in path else _USUAL_SHARE.match(path)
    return path if usual is None else usual[1]


def _share(url: bytes) -> bytes:
    """Return the part of ``apple-user-homeurl`` that names a host."""
    usual = _USUAL_URL.match(url)
    if usual is not None:
        return usual[1]
    share, end, rest = url.partition(b"</url>")
    # a second URL, or a path instead of one, may name another host
    return share + end if b"<url>" in share and b"://" in share and b":" not in rest and rest.count(b"<") <= _TAGS else url


def _share_as_read(line: bytes) -> bytes:
    return _share(a2b_base64(line.replace(b"\n ", b""), strict_mode=True))


def _tags(values: tuple[Match, ...]) -> tuple[str, ...]:
    return tuple(sorted({decode(tag) for _, tag in values}))


def _hosts(values: tuple[Match, ...]) -> tuple[str, ...]:
    found = [host for index, value in values if value for host in (_home(value) if index else home_of(None, decode(value)).hosts)]
    return tuple(dict.fromkeys(found))


def _windows_hosts(values: tuple[Match, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(host for index, value in values if value for host in hosts_in(WINDOWS_ATTRIBUTES[index], decode(value))))


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


def _line_as_read(line: bytes) -> bytes:
    """Return what stands behind an attribute's name, if it can be read."""
    return line if line[:2] == b": " or (line[:2] == b"::" and fault_of_base64(line[1:]) is None) else _UNREADABLE


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


SHARED_COLUMNS: dict[str, SharedColumn] = {
    "tags": SharedColumn(((b"authAuthority", rb"authAuthority: ;([A-Za-z0-9]++);"),), _tags, (_same,), (_tag,)),
    "homes": SharedColumn(
        (
            (b"homeDirectory", rb"homeDirectory: (" + _ON_SERVER + rb"|" + _ON_NONE + rb")"),
            (b"apple-user-homeurl", rb"apple-user-homeurl:: " + _LINE),
        ),
        _hosts,
        (_same, _share_as_read),
        (_server, _share),
    ),
    "windows": SharedColumn(
        tuple((name.encode(), name.encode() + rb": (" + _UNC + rb"|" + _NO_UNC + rb")") for name in WINDOWS_ATTRIBUTES),
        _windows_hosts,
        (_same,) * len(WINDOWS_ATTRIBUTES),
        (_windows_server,) * len(WINDOWS_ATTRIBUTES),
    ),
    "mail": SharedColumn(
        ((b"apple-user-mailattribute", b"apple-user-mailattribute" + _VALUE),),
        _named_hosts,
        (partial(_as_read, _mail),),
        (_mail,),
        remembered=True,
    ),
    "named": SharedColumn(
        tuple((name.encode(), name.encode() + _VALUE) for name in NAMING),
        lambda values: tuple(sorted(_named_hosts(values))),
        tuple(partial(_as_read, partial(hosts_of_value, name)) for name in NAMING),
        tuple(partial(hosts_of_value, name) for name in NAMING),
        remembered=True,
    ),
    "managed": SharedColumn(
        tuple((name, name + _ANY_VALUE) for name in _MCX),  # those of "policies": one pass finds both
        bool,
        (lambda _: b"",) * 3,
        (lambda _: b"",) * 3,
        elsewhere=True,
    ),
    "policies": SharedColumn(
        tuple((name, name + _ANY_VALUE) for name in _MCX),
        lambda values: None if any(value == _UNREADABLE for _, value in values) else values,
        (_line_as_read,) * 3,
        (lambda _: _UNREADABLE,) * 3,
        elsewhere=True,
        remembered=True,
    ),
    "mcx": SharedColumn(
        ((b"apple-mcxsettings", b"apple-mcxsettings" + _VALUE), (b"apple-mcxsettings2", b"apple-mcxsettings2" + _VALUE)),
        _policies,
        (partial(_as_read, _policy), partial(_as_read, _policy)),
        (_policy, _policy),
        remembered=True,
    ),
}

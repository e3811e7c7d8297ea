"""What is taken from every record while an export is read: the few values that nearly every question needs.

Reading a record a second time costs more than taking these on the way, so an opened export knows for each record its GUID, the
tags of its authentication authorities, the hosts that serve its home, and whether it has MCX settings.  The reader marks
the lines of these attributes in the same pass that splits records and checks lines.
"""

from __future__ import annotations

from odkit.directory._views import home_of
from odkit.ldif import Attributes, UnfetchedURL
from odkit.ldif._parse import Fault, spec
from odkit.text import decode

__all__ = ["Columns"]

_AUTHORITY, _GUID, _NFS, _URL, _MCX = range(5)
_KINDS = {
    b"authauthority": _AUTHORITY,
    b"apple-generateduid": _GUID,
    b"homedirectory": _NFS,
    b"apple-user-homeurl": _URL,
    b"apple-mcxsettings": _MCX,
    b"apple-mcxsettings2": _MCX,
}
_SERVERS = b"/Network/Servers/"
_MEMORY = 4096  # different share URLs that are remembered; a domain has a few dozen

Hosts = tuple[str, ...]


class Columns:
    """Values by number of the record.

    Attributes:
        guids: GeneratedUID in upper case, empty where there is none.
        tags: first field of each authentication authority, without repeats, sorted; "basic" for an empty
            one, "unreadable" where there are no three fields.
        homes: hosts that ``apple-user-homeurl`` and ``homeDirectory`` name, as written.
        mcx: numbers of the records that have MCX settings.
    """

    wanted = tuple(_KINDS)

    def __init__(self) -> None:
        self.guids: list[bytes] = []
        self.tags: list[tuple[str, ...]] = []
        self.homes: list[Hosts] = []
        self.mcx: set[int] = set()
        self._kinds = dict(_KINDS)  # by spelling
        self._tags: dict[tuple[bytes, ...], tuple[str, ...]] = {}
        self._hosts: dict[bytes, Hosts] = {}
        self._same: dict[Hosts, Hosts] = {}

    def take(self, raw: bytes, marks: list[int]) -> None:
        """Take the values of a plain record.

        Args:
            raw: the record.
            marks: where the lines of the wanted attributes start in it.

        Raises:
            Fault: a value cannot be read; nothing was taken.
        """
        guid = b""
        tags: list[bytes] = []
        hosts: Hosts = ()
        mcx = False
        for at in marks:
            colon = raw.index(b":", at)
            kind = self._kind(raw[at:colon])
            if kind == _MCX:
                mcx = True
            elif kind == _AUTHORITY:
                end = raw.find(b";", colon + 3) if raw[colon + 1 : colon + 3] == b" ;" else -1
                tag = raw[colon + 3 : end]
                tags.append(tag if end >= 0 and b"\n" not in tag else _tag(_value(raw, at)))
            elif kind == _GUID:
                guid = guid or _value(raw, at).upper()
            else:
                found = self._home(kind, _value(raw, at))
                if found:
                    hosts = (*hosts, *found)
        self._append(guid, tags, hosts, mcx=mcx)

    def take_parsed(self, attributes: Attributes) -> None:
        """Take the values of a record whose attributes were parsed."""
        values = {name: [v for v in attributes.get(name, ()) if not isinstance(v, UnfetchedURL)] for name in map(bytes.decode, _KINDS)}
        tags = [_tag(value) for value in values["authauthority"]]
        guid = next(iter(values["apple-generateduid"]), b"").upper()
        hosts = [h for value in values["homedirectory"] for h in self._home(_NFS, value)]
        hosts += [h for value in values["apple-user-homeurl"] for h in self._home(_URL, value)]
        self._append(guid, tags, tuple(hosts), mcx=bool(values["apple-mcxsettings"] or values["apple-mcxsettings2"]))

    def _append(self, guid: bytes, tags: list[bytes], hosts: Hosts, *, mcx: bool) -> None:
        if mcx:
            self.mcx.add(len(self.guids))
        self.guids.append(guid)
        key = tuple(tags)
        known = self._tags.get(key)
        if known is None:
            known = tuple(sorted({decode(tag) or "basic" for tag in tags}))
            if len(self._tags) < _MEMORY:
                self._tags[key] = known
        self.tags.append(known)
        if hosts:
            hosts = self._same.setdefault(hosts, hosts)
        self.homes.append(hosts)

    def _kind(self, name: bytes) -> int:
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kinds[name] = _KINDS[name.lower()]
        return kind

    def _home(self, kind: int, value: bytes) -> Hosts:
        if kind == _NFS:
            if not value.startswith(_SERVERS):
                return ()
            return home_of(None, decode(value)).hosts
        share, end, _ = value.partition(b"</url>")
        key = share + end if end and b"<url>" in share else value  # the path behind it differs from user to user
        hosts = self._hosts.get(key)
        if hosts is None:
            hosts = home_of(decode(key), None).hosts
            if len(self._hosts) < _MEMORY:
                self._hosts[key] = hosts
        return hosts


def _tag(authority: bytes) -> bytes:
    fields = authority.split(b";", 2)
    return fields[1] if len(fields) > 2 else b"unreadable"


def _value(raw: bytes, at: int) -> bytes:
    """The value of the logical line that starts at a position of a plain record.

    Raises:
        Fault: it is not base64 although it says so.
    """
    end = raw.find(b"\n", at)
    if end >= 0 and raw[end + 1 : end + 2] == b" ":
        while end >= 0 and raw[end + 1 : end + 2] == b" ":
            end = raw.find(b"\n", end + 1)
        line = (raw[at:end] if end >= 0 else raw[at:]).replace(b"\n ", b"")
    else:
        line = raw[at:end] if end >= 0 else raw[at:]
    name, blank, value = line.partition(b": ")
    if blank and value[:1] > b" " and name[-1:] != b":":
        return value
    found = spec(line)[1]
    if isinstance(found, UnfetchedURL):
        raise Fault("OD006", "a URL")
    return found

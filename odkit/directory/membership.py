"""Who is in a list or group: by name, by GUID, by nesting; and which attributes say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from odkit.directory._directory import Directory
from odkit.directory._listed import Listed
from odkit.directory._skimmed import SkimmedGroup
from odkit.directory._views import Record
from odkit.dn import dn_key, escape_value, first_value
from odkit.namedtuple import NamedTuple
from odkit.patterns import regex
from odkit.text import escape, plural

__all__ = ["ALL_MEMBERS", "MEMBERS", "NAMED_MEMBERS", "Group", "Groups", "Members"]

# record type -> the attributes that hold its members: by name, by GUID, groups in it
MEMBERS: dict[str, tuple[str, ...]] = {
    "ComputerLists": ("apple-computers", "apple-computer-list-groups"),
    "ComputerGroups": ("memberUid", "apple-group-memberguid", "apple-group-nestedgroup"),
    "Groups": ("memberUid", "apple-group-memberguid", "apple-group-nestedgroup"),
}
# the same without other groups and lists: what can name a computer
NAMED_MEMBERS: dict[str, tuple[str, ...]] = {
    "ComputerLists": ("apple-computers",),
    "ComputerGroups": ("memberUid", "apple-group-memberguid"),
    "Groups": ("memberUid", "apple-group-memberguid"),
}
ALL_MEMBERS = ("memberUid", "apple-group-memberguid", "apple-group-nestedgroup", "apple-computers", "apple-computer-list-groups")


_PLAIN = regex(r"[A-Za-z0-9_.-]+\Z", re.ASCII)
_ODD = regex(r"[^A-Za-z0-9_.\n-]", re.ASCII)


class _Named(NamedTuple):
    """Members by name, as an attribute gives them, and the ids of their records, None where there is none."""

    attribute: str
    names: list[str]
    ids: list[int | None]


class Members:
    """Looks members up in an export.

    Args:
        od: the export.
    """

    def __init__(self, od: Directory) -> None:
        self.od = od
        guids: list[str] = od.column("guids")
        self._guid_of = guids
        self._others: dict[tuple[str, str], int | None] = {}  # who answers to a name that is in no DN
        self._last: tuple[int, list[_Named]] | None = None
        kinds = ("Users", "Groups", "Computers", "ComputerGroups", "ComputerLists")
        ids = [record_id for kind in kinds for record_id in od.record_ids(kind)][::-1]  # of two with one GUID, the first one has it
        self._by_guid = dict(zip(map(guids.__getitem__, ids), ids, strict=True))
        self._by_guid.pop("", None)

    def _record_id(self, kind: str, name: str) -> int | None:
        """Return the id of the record of a type with a name: by its RDN, else by any of its names; None if there is none."""
        attribute = "uid" if kind == "Users" else "cn"
        plain = _PLAIN.match(name) is not None  # nothing of it is escaped
        key = f"{attribute}={name.lower()}" if plain else dn_key(f"{attribute}={escape_value(name)}")
        found = self.od.ids_by_rdn(kind).get(key) if key is not None else None
        if found is None:
            if (kind, name) not in self._others:
                record = self.od.of_type(kind).get(name)
                self._others[kind, name] = record.record_id if record is not None else None
            found = self._others[kind, name]
        return found

    def _ids(self, kind: str, names: Sequence[str]) -> list[int | None]:
        """Return the same for many names."""
        if _ODD.search("\n".join(names)) is not None:
            return [self._record_id(kind, name) for name in names]
        attribute, find = "uid" if kind == "Users" else "cn", self.od.ids_by_rdn(kind).get
        found = [find(f"{attribute}={name.lower()}") for name in names]
        if None not in found:
            return found
        return [self._record_id(kind, name) if each is None else each for name, each in zip(names, found, strict=True)]

    def _named(self, record: Record) -> list[_Named]:
        """Return members by name; the same record is asked for several times."""
        if self._last is None or self._last[0] != record.record_id:
            self._last = record.record_id, list(self._members(record))
        return self._last[1]

    def _members(self, record: Record) -> Iterator[_Named]:
        if record.kind == "ComputerLists":
            for attribute, kind in (("apple-computers", "Computers"), ("apple-computer-list-groups", "Groups")):
                names = record.texts(attribute)
                yield _Named(attribute, names, self._ids(kind, names))
            return
        names = record.texts("memberUid")
        found = self._ids("Computers" if record.kind == "ComputerGroups" else "Users", names)
        if record.kind == "Groups" and None in found:
            found = [
                self._record_id("Computers", name) if each is None and name.endswith("$") else each
                for name, each in zip(names, found, strict=True)
            ]
        yield _Named("memberUid", names, found)

    def listed(self, record: Record) -> Iterator[tuple[str, list[str], list[int | None]]]:
        """Yield each attribute that holds members, the members as written, and the ids of their records, None where there is none."""
        yield from self._named(record)
        for attribute in ("apple-group-memberguid", "apple-group-nestedgroup"):
            guids = record.texts(attribute)
            yield attribute, guids, [self._by_guid.get(guid.upper()) for guid in guids]

    def known(self, record: Record, attribute: str, member: str) -> bool:
        """Tell whether a member of a record, by an attribute of it, has a record of its own."""
        if attribute in {"apple-group-memberguid", "apple-group-nestedgroup"}:
            return member.upper() in self._by_guid
        if attribute == "apple-computer-list-groups":
            return self._record_id("Groups", member) is not None
        kinds = ("Users", "Computers") if record.kind == "Groups" else ("Computers",)
        return any(self._record_id(kind, member) is not None for kind in kinds)

    def names_by_guid(self, record: Record) -> set[str]:
        """Return names, in lower case, of the members that a record lists by GUID."""
        found: set[str] = set()
        for guid in record.texts("apple-group-memberguid"):
            record_id = self._by_guid.get(guid.upper())
            if record_id is not None:
                found.update(name.lower() for name in self.od.view(record_id, self.od.kind_of(record_id)).names)
        return found

    def missing(self, record: Record) -> Iterator[tuple[str, int, str]]:
        """Yield members that name no record: attribute, index, the member as written."""
        for each in self._named(record):
            for index in [n for n, record_id in enumerate(each.ids) if record_id is None] if None in each.ids else ():
                yield each.attribute, index, each.names[index]
        for attribute in ("apple-group-memberguid", "apple-group-nestedgroup"):
            guids = record.texts(attribute)
            if not all(map(self._by_guid.__contains__, map(str.upper, guids))):
                for index, guid in enumerate(guids):
                    if guid.upper() not in self._by_guid and not _well_known(guid):
                        yield attribute, index, guid

    def disagreements(self, record: Record) -> Iterator[str]:
        """Yield what members by name and members by GUID do not have in common, when both are there."""
        listed = {*filter(self._by_guid.__contains__, map(str.upper, record.texts("apple-group-memberguid")))}
        if not listed or record.kind == "ComputerLists":
            return
        named = {
            self._guid_of[record_id]: name
            for each in self._named(record)
            for name, record_id in zip(each.names, each.ids, strict=True)
            if record_id is not None
        }
        if named.keys() == listed:
            return
        only_name = sorted(name for guid, name in named.items() if guid and guid not in listed)
        only_guid = sorted(self._name(guid) for guid in listed - named.keys())
        if only_name:
            yield f"by name only: {_few(only_name)}"
        if only_guid:
            yield f"by GUID only: {_few(only_guid)}"

    def _name(self, guid: str) -> str:
        return first_value(self.od.entry(self._by_guid[guid]).dn)

    def loops(self) -> Iterator[list[Record]]:
        """Yield groups nested in themselves, beginning with a loop's first record; of loops that share a group one is enough."""
        nested: dict[int, list[int]] = {}
        kinds: dict[int, str] = {}
        for kind in ("Groups", "ComputerGroups"):
            for record_id in self.od.record_ids(kind):
                kinds[record_id] = kind
        for record_id, kind in kinds.items():
            guids = self.od.shared_view(record_id, kind).texts("apple-group-nestedgroup")
            nested[record_id] = [self._by_guid[g.upper()] for g in guids if self._by_guid.get(g.upper()) in kinds]
        done: set[int] = set()
        reported: set[int] = set()
        for start, children in nested.items():
            stack = [(start, iter(children))] if start not in done else []
            path = [start] if stack else []
            on_path = set(path)
            while stack:
                record_id, rest = stack[-1]
                following = next(rest, None)
                if following is None:
                    stack.pop()
                    on_path.remove(path[-1])
                    done.add(path.pop())
                elif following in on_path:
                    loop = path[path.index(following) :]
                    if reported.intersection(loop):
                        continue
                    reported.update(loop)
                    yield [self.od.view(each, kinds[each]) for each in [*loop, following]]
                elif following not in done:
                    path.append(following)
                    on_path.add(following)
                    stack.append((following, iter(nested[following])))


class Group:
    """A list or group: its record, and whether it has settings."""

    __slots__ = ("gid", "guid", "managed", "nested", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.guid = (record.guid or "").upper()
        self.gid = record.text("gidNumber")
        self.managed = bool(record.mcx.values)
        self.nested = {guid.upper() for guid in record.texts("apple-group-nestedgroup")}


class Groups:
    """The groups, or lists, of an export.

    Args:
        records: of one type.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._groups = [Group(record) for record in records]
        self._by_name, self._by_guid = Listed(str.lower, bytes.lower), Listed(str.upper, bytes.upper)
        self._by_gid: dict[str, list[int]] = {}
        self._above: dict[str, list[int]] = {}  # GUID of a group -> the groups that it is nested in
        for index, group in enumerate(self._groups):
            record = group.record
            self._add(self._by_name, index, record, "apple-computers" if record.kind == "ComputerLists" else "memberUid")
            self._add(self._by_guid, index, record, "apple-group-memberguid")
            if group.gid is not None:
                self._by_gid.setdefault(group.gid, []).append(index)
            for guid in group.nested:
                self._above.setdefault(guid, []).append(index)
        self._dns = {group.record.dn: index for index, group in enumerate(self._groups)}
        self._chains: dict[int, list[tuple[int, Group]]] = {}

    @staticmethod
    def _add(listed: Listed, index: int, record: Record, attribute: str) -> None:
        lines = record.lists.get(attribute) if isinstance(record, SkimmedGroup) else None
        if lines is None:
            listed.add(index, record.texts(attribute))
        else:
            listed.add_lines(index, lines, b"\n%b: " % attribute.encode("ascii"))

    def of_member(self, member: Record, gid: str | None = None) -> tuple[Group, ...]:
        """Return the groups that a record is in, by any of its names, its GUID, or the number of its primary group; in file order."""
        return self.of_names(member.names, member.guid, gid)

    def of_names(self, names: Iterable[str], guid: str | None, gid: str | None = None) -> tuple[Group, ...]:
        """Return the same for a record of which no more is known than that."""
        found: set[int] = set()
        for name in names:
            found.update(self._by_name.find(name))
        if guid:
            found.update(self._by_guid.find(guid))
        if gid is not None:
            found.update(self._by_gid.get(gid, ()))
        return tuple([self._groups[index] for index in sorted(found)])

    def with_parents(self, dn: str) -> list[tuple[int, Group]]:
        """Return a group and the groups that it is nested in, nearest first, each with how far above; a loop ends where it closes."""
        start = self._dns[dn]
        if start not in self._chains:
            out: list[tuple[int, Group]] = []
            seen = {start}
            layer, depth = [start], 0
            while layer:
                out += [(depth, self._groups[index]) for index in layer]
                guids = [self._groups[index].guid for index in layer]
                above = sorted({index for guid in guids if guid for index in self._above.get(guid, ())} - seen)
                seen.update(above)
                layer, depth = above, depth + 1
            self._chains[start] = out
        return self._chains[start]


def _well_known(guid: str) -> bool:
    """Tell whether macOS gives the GUID to an account of its own, which is in no directory."""
    return guid.upper().startswith(("ABCDEFAB-CDEF-ABCD-EFAB-CDEF", "FFFFEEEE-DDDD-CCCC-BBBB-AAAA"))


def _few(names: list[str]) -> str:
    shown = ", ".join(escape(name) for name in names[:3])
    return shown if len(names) <= 3 else f"{shown} and {plural(len(names) - 3, 'other')}"

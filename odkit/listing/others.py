"""Groups, computers, computer lists and mounts as a list shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from odkit.directory import Computer, ComputerList, Directory, Group, Mount, Record
from odkit.directory.membership import Groups
from odkit.listing.cells import Cell
from odkit.listing.model import Column, Kind, Sources
from odkit.listing.records import as_number, by_name, home_text, known, record_columns, text_column
from odkit.names import host_key
from odkit.redaction import mask_urls

__all__ = ["COMPUTERS", "GROUPS", "LISTS", "MOUNTS"]

_NAME: Column[Record] = Column("name", "short name", lambda record: record.name)
_FULL: Column[Record] = text_column("full-name", "full name", "apple-group-realname")
_REAL: Column[Record] = text_column("full-name", "full name", "apple-realname", usual=False)
_GUID: Column[Record] = text_column("guid", "GeneratedUID", "apple-generateduid")
_COMMENT: Column[Record] = text_column("comment", "comment", "description", usual=False)


def _count(*attributes: str) -> Callable[[Record], Cell]:
    def cell(record: Record) -> Cell:
        unknown = known(record, *attributes)
        return unknown if unknown is not None else max(len(record.texts(each)) for each in attributes)

    return cell


def _gid(record: Record) -> Cell:
    text = record.text("gidNumber")
    return known(record, "gidNumber") or (None if text is None else as_number(text))


def _group_home(group: Record) -> Cell:
    unknown = known(group, "apple-group-homeurl")
    if unknown is not None or not isinstance(group, Group):
        return unknown
    return home_text(group.home)


def _group_home_hosts(group: Record) -> Cell:
    unknown = known(group, "apple-group-homeurl")
    return unknown if unknown is not None else group.home.hosts if isinstance(group, Group) else ()


GROUPS: Final[Kind[Record]] = Kind(
    "groups",
    "groups",
    lambda sources: sources.od.groups,
    by_name(
        [
            _NAME,
            _FULL,
            Column("gid", "group number", _gid),
            _GUID,
            Column("members", "number of members, by name or by GUID, whichever are more", _count("memberUid", "apple-group-memberguid")),
            text_column("member-names", "short names of the members", "memberUid", many=True, usual=False),
            Column("nested", "number of groups in it", _count("apple-group-nestedgroup")),
            Column("home", "group folder, as a URL and the path in the share", _group_home),
            Column("home-host", "server of the group folder", _group_home_hosts, usual=False, is_host=True),
            _COMMENT,
            *record_columns(),
        ]
    ),
    lambda record: record,
)


class _Machine:
    """A computer record, and the lists and groups that it is in."""

    __slots__ = ("lists", "record")

    def __init__(self, record: Computer, lists: tuple[str, ...]) -> None:
        self.record = record
        self.lists = lists


def _machines(sources: Sources) -> Iterator[_Machine]:
    od = sources.od
    listed: dict[str, list[str]] = {}
    for each in od.computer_lists:
        for name in each.members:
            listed.setdefault(name.lower(), []).append(each.name)
    groups = Groups(od.computer_groups.records())
    for computer in od.computers:
        names = [name for own in computer.names for name in listed.get(own.lower(), ())]
        names += [each.record.name for each in groups.of_member(computer)]
        yield _Machine(computer, tuple(dict.fromkeys(names)))


def _machine(column: Column[Record]) -> Column[_Machine]:
    return Column(column.name, column.what, lambda machine: column.cell(machine.record), column.usual, column.is_host)


COMPUTERS: Final[Kind[_Machine]] = Kind(
    "computers",
    "computers",
    _machines,
    by_name(
        [
            *map(_machine, (_NAME, _REAL)),
            _machine(Column("names", "all names", lambda record: record.names, usual=False, is_host=True)),
            _machine(_GUID),
            _machine(text_column("mac", "Ethernet addresses", "macAddress", many=True)),
            _machine(text_column("ip", "IP addresses", "ipHostNumber", many=True)),
            _machine(text_column("hardware-uuid", "hardware UUID", "apple-hwuuid", usual=False)),
            Column("lists", "lists and computer groups that it is in", lambda machine: machine.lists),
            _machine(_COMMENT),
            *map(_machine, record_columns()),
        ]
    ),
    lambda machine: machine.record,
)


def _lists(sources: Sources) -> Iterator[Record]:
    yield from sources.od.computer_lists
    yield from sources.od.computer_groups


def _members(record: Record) -> Cell:
    if isinstance(record, ComputerList):
        unknown = known(record, "apple-computers")
        return unknown if unknown is not None else len(record.members)
    return _count("memberUid", "apple-group-memberguid")(record)


def _allowed(record: Record) -> Cell:
    unknown = known(record, "apple-computer-list-groups")
    return unknown if unknown is not None else tuple(record.texts("apple-computer-list-groups"))


LISTS: Final[Kind[Record]] = Kind(
    "lists",
    "computer lists and computer groups",
    _lists,
    by_name(
        [
            _NAME,
            Column("kind", "ComputerLists (10.4 and before) or ComputerGroups", lambda record: record.kind),
            _GUID,
            Column("members", "number of computers", _members),
            Column("access", "groups that may log in at its computers", _allowed),
            *record_columns(),
        ]
    ),
    lambda record: record,
)


class _Share:
    """A mount, and how many homes lie on its servers."""

    __slots__ = ("homes", "record")

    def __init__(self, record: Mount, homes: int) -> None:
        self.record = record
        self.homes = homes


def _shares(sources: Sources) -> Iterator[_Share]:
    homes = _homes_by_host(sources.od)
    for mount in sources.od.mounts:
        yield _Share(mount, sum(homes[host] for host in {host_key(each) for each in mount.hosts}))


def _homes_by_host(od: Directory) -> Counter[str]:
    """Return how many users have their home on each server."""
    column: list[tuple[str, ...]] = od.column("homes")
    return Counter(host for record_id in od.record_ids("Users") for host in {host_key(each) for each in column[record_id]})


def _share(column: Column[Record]) -> Column[_Share]:
    return Column(column.name, column.what, lambda share: column.cell(share.record), column.usual, column.is_host)


def _options(record: Record) -> Cell:
    unknown = known(record, "mountOption")
    return unknown if unknown is not None else tuple(mask_urls(each) for each in record.texts("mountOption"))


MOUNTS: Final[Kind[_Share]] = Kind(
    "mounts",
    "mounts",
    _shares,
    by_name(
        [
            _share(_NAME),
            Column("host", "server of the mount", lambda share: share.record.hosts, is_host=True),
            _share(text_column("kind", "its type, such as url or nfs", "mountType")),
            _share(text_column("directory", "where it is mounted", "mountDirectory")),
            _share(Column("options", "mount options", _options)),
            Column("homes", "number of users whose home is on its server", lambda share: share.homes),
            *map(_share, record_columns(managed_usual=False)),
        ]
    ),
    lambda share: share.record,
    ("homes",),
)

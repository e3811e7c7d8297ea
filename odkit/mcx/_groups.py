"""Groups and lists with MCX: who is a member, and what they are nested in, without asking every group for every member."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.directory import Record

__all__ = ["Group", "Groups"]


class Group:
    """A list or group: its record, and whether it has settings."""

    __slots__ = ("guid", "managed", "nested", "number", "record")

    def __init__(self, record: Record) -> None:
        self.record = record
        self.guid = (record.guid or "").upper()
        self.number = record.text("gidNumber")
        self.managed = bool(record.mcx.values)
        self.nested = {guid.upper() for guid in record.texts("apple-group-nestedgroup")}


class Groups:
    """The groups, or lists, of an export.

    Args:
        records: of one type.
    """

    def __init__(self, records: Iterable[Record]) -> None:
        self._groups = [Group(record) for record in records]
        self._by_name: dict[str, list[int]] = {}
        self._by_guid: dict[str, list[int]] = {}
        self._by_number: dict[str, list[int]] = {}
        self._above: dict[str, list[int]] = {}  # GUID of a group -> the groups that it is nested in
        for index, group in enumerate(self._groups):
            record = group.record
            for name in record.texts("apple-computers" if record.kind == "ComputerLists" else "memberUid"):
                self._by_name.setdefault(name.lower(), []).append(index)
            for guid in record.texts("apple-group-memberguid"):
                self._by_guid.setdefault(guid.upper(), []).append(index)
            if group.number is not None:
                self._by_number.setdefault(group.number, []).append(index)
            for guid in group.nested:
                self._above.setdefault(guid, []).append(index)
        self._dns = {group.record.dn: index for index, group in enumerate(self._groups)}
        self._chains: dict[int, list[tuple[int, Group]]] = {}

    def of_member(self, member: Record, number: str | None = None) -> Iterator[Group]:
        """The groups that a record is in, by any of its names, its GUID, or the number of its primary group; in file order."""
        found = {index for name in member.names for index in self._by_name.get(name.lower(), ())}
        if member.guid:
            found.update(self._by_guid.get(member.guid.upper(), ()))
        if number is not None:
            found.update(self._by_number.get(number, ()))
        return (self._groups[index] for index in sorted(found))

    def with_parents(self, dn: str) -> list[tuple[int, Group]]:
        """A group and the groups that it is nested in, nearest first, each with how far above; a loop ends where it closes."""
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

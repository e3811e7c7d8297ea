"""Primary groups of users: a number that has rights at the target becomes that of another group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odkit.carrying.accounts import number_of
from odkit.carrying.groups import GroupIds, GroupRuling
from odkit.carrying.source import CarrySource
from odkit.directory import Record

__all__ = ["PrimaryGroups"]


class PrimaryGroups:
    """Tells the primary group of each user at the target, and makes groups where none can be kept.

    Args:
        source: of the carry.
        rulings: on every group, by record id.
        ids: group numbers at the target.
    """

    def __init__(self, source: CarrySource, rulings: Mapping[int, GroupRuling], ids: GroupIds) -> None:
        self._source, self._rulings, self._ids = source, rulings, ids
        self._made: dict[int, tuple[str, int]] = {}  # old number -> group made for it
        self._gids = dict(self._known())

    def _known(self) -> Iterator[tuple[int, int]]:
        """Yield old group numbers that are known to become others: those of groups that get another one, and of ``--map-group``."""
        od = self._source.od
        for record_id, ruling in self._rulings.items():
            old = number_of(od.view(record_id, od.kind_of(record_id)), "gidNumber")
            if ruling.group.carried and old is not None and ruling.gid is not None and ruling.gid != old:
                yield old, ruling.gid
        for name, new in self._source.options.map_groups.items():
            if name.isascii() and name.isdigit() and new.isascii() and new.isdigit():
                yield int(name), int(new)

    def gid(self, record: Record) -> bytes | None:
        """Return the primary group of a user at the target: as it is, or that of a group made for it where the number has rights there."""
        number = number_of(record, "gidNumber")
        if number is None:
            return None
        new = self._gids.get(number)
        if new is None and self._source.accounts.why_gid(number) is None:
            return None
        if new is None:
            wanted = self._source.options.map_groups.get(str(number))
            new = self._ids.next()
            self._made[number] = (wanted or self._free_name(number), new)
            self._gids[number] = new
        return str(new).encode()

    @property
    def made(self) -> tuple[tuple[str, int], ...]:
        """Name and number of each group that was made so far."""
        return tuple(self._made.values())

    def _free_name(self, number: int) -> str:
        names = {ruling.group.new_name or ruling.group.name for ruling in self._rulings.values()}
        name = f"od-group-{number}" if number >= 0 else f"od-group-minus{-number}"
        while name in names:
            name += "-x"
        return name

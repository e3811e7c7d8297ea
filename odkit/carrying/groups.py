"""Which groups arrive, under which name and number: rights do not travel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odkit.carrying.accounts import FIRST_FREE, number_of
from odkit.carrying.model import CarriedGroup, Reason, Why
from odkit.carrying.source import CarrySource
from odkit.dataclass import dataclass
from odkit.directory import Group, Record
from odkit.errors import UsageError
from odkit.text import escape

__all__ = ["KINDS", "GroupIds", "GroupRuling", "rule_on_groups"]

KINDS = ("Groups", "ComputerGroups")  # both are posixGroup: a client that searches the whole tree sees both
_MADE = 61000  # numbers given here start above what people and Debian use (adduser.conf LAST_GID is 59999)
_TOP = 64999


@dataclass(frozen=True, slots=True)
class GroupRuling:
    """What becomes of a group.

    Attributes:
        group: the verdict.
        name: at the target.
        gid: at the target; None where it has none.
    """

    group: CarriedGroup
    name: str
    gid: int | None


class GroupIds:
    """Group numbers at the target: those in use, and new ones that nobody uses.

    Args:
        source: of the carry.
    """

    def __init__(self, source: CarrySource) -> None:
        self._used = set(source.accounts.group_numbers)
        for kind in KINDS:
            self._used |= {n for record in source.od.of_type(kind).records() if (n := number_of(record, "gidNumber")) is not None}
        for new in source.options.map_groups.values():
            if new.isascii() and new.isdigit():
                self._used.add(int(new))
        self._next = _MADE

    def next(self) -> int:
        """Return a number that no group has.

        Raises:
            UsageError: every number is taken.
        """
        while self._next in self._used:
            self._next += 1
        if self._next > _TOP:
            raise UsageError("no group number between 61000 and 64999 is free: give them with --map-group OLD=NUMBER")
        self._used.add(self._next)
        return self._next


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def rule_on_groups(source: CarrySource, ids: GroupIds) -> Iterator[tuple[int, GroupRuling]]:
    """Rule on every group and computer group.

    Yields:
        The record's id, and what becomes of it.

    Raises:
        UsageError: a new name of ``--map-group`` has rights itself.
    """
    table: Mapping[str, str] = source.options.map_groups
    for kind in KINDS:
        for record in source.od.of_type(kind).records():
            yield record.record_id, _rule(source, record, table, ids)


def _rule(source: CarrySource, record: Record, table: Mapping[str, str], ids: GroupIds) -> GroupRuling:
    assert isinstance(record, Group)
    number = number_of(record, "gidNumber")
    new = table.get(record.name) or (table.get(str(number)) if number is not None else None)
    if new is None:
        reason = source.accounts.why_group(record)
        carried = CarriedGroup(record.name, record.dn, reason is None, () if reason is None else (reason,))
        return GroupRuling(carried, record.name, number)
    name = record.name if _digits(new) else new
    taken = source.accounts.why_group_name(name)
    if taken is not None:
        text = (
            f"--map-group gives it the {'name' if name == new else 'number'} {escape(new)}, but {taken.text}: map its name to another one"
        )
        return GroupRuling(CarriedGroup(record.name, record.dn, False, (Reason(Why.RESERVED, text),)), record.name, number)
    wanted = int(new) if _digits(new) else number
    if wanted is None or source.accounts.why_gid(wanted) is not None:
        if _digits(new):
            raise UsageError(f"--map-group: the number {escape(new)} has rights at the target itself; choose one from {FIRST_FREE} on")
        wanted = ids.next()
    what = Reason(Why.NOTE, f"by --map-group: {escape(name)}, number {wanted}")
    return GroupRuling(CarriedGroup(record.name, record.dn, True, (what,), name), name, wanted)

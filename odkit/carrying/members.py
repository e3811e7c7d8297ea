"""Who is in a group, as DNs of the target: by name, by GUID, by nesting; a DN is written only for an entry that is carried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odkit.carrying.remarks import Remark
from odkit.carrying.source import CarrySource
from odkit.directory import Record
from odkit.findings import Rule, Severity
from odkit.text import escape, plural

__all__ = ["MEMBER_NOT_CARRIED", "Members"]

MEMBER_NOT_CARRIED = Rule("OD929", "member-not-carried", Severity.INFO, "Add the member at the target if it should be a member there.")


_SHOWN = 50


class Members:
    """Looks up members.

    Args:
        source: of the carry.
        people: DNs at the target by id of the user's record, of those that are carried.
        groups: likewise of groups.
    """

    def __init__(self, source: CarrySource, people: Mapping[int, str], groups: Mapping[int, str]) -> None:
        self._by_name: dict[str, str] = {}
        self._by_guid: dict[str, str] = {}
        self._computers: set[str] = set()
        od = source.od
        for record_id, dn in people.items():
            record = od.view(record_id, "Users")
            for name in record.texts("uid") or [record.name]:
                self._by_name.setdefault(name.lower(), dn)
            self._guid(record, dn)
        for record_id, dn in groups.items():
            self._guid(od.view(record_id, "Groups"), dn)
        for computer in od.computers.records():
            self._computers.update(name.lower() for name in computer.names)
            self._computers.update(guid.upper() for guid in computer.texts("apple-generateduid"))

    def _guid(self, record: Record, dn: str) -> None:
        for guid in record.texts("apple-generateduid"):
            self._by_guid.setdefault(guid.upper(), dn)

    def of(self, group: Record, remarks: list[Remark]) -> list[bytes]:
        """Return DNs of the members of a group, without repeats; those that are not carried become remarks."""
        found: dict[str, None] = {}
        computers: list[str] = []
        for attribute, index, text, dn, is_computer in self._each(group):
            if dn is not None:
                found[dn] = None
            elif is_computer:
                computers.append(escape(text))
            else:
                what = f"{escape(text)} has no entry at the target, so that no DN is written for it"
                remarks.append(Remark(MEMBER_NOT_CARRIED, what, attribute, index))
        if computers:
            names = ", ".join(computers[:_SHOWN]) + (f" and {len(computers) - _SHOWN:,} more" if len(computers) > _SHOWN else "")
            what = f"{plural(len(computers), 'member')} by name or GUID are computers, which are not carried: {names}"
            remarks.append(Remark(MEMBER_NOT_CARRIED, what))
        return [dn.encode("utf-8", "surrogateescape") for dn in found]

    def _each(self, group: Record) -> Iterator[tuple[str, int, str, str | None, bool]]:
        for index, name in enumerate(group.texts("memberUid")):
            yield "memberUid", index, name, self._by_name.get(name.lower()), name.lower() in self._computers
        for attribute in ("apple-group-memberguid", "apple-group-nestedgroup"):
            for index, guid in enumerate(group.texts(attribute)):
                yield attribute, index, guid, self._by_guid.get(guid.upper()), guid.upper() in self._computers

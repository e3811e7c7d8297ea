"""Profiles of equal content as one, and who gets which: what a management server is told by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from uuid import uuid5

from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Record, as_directory, describe
from odkit.directory.membership import MEMBERS, Members
from odkit.mcx._check import NEEDS
from odkit.mcx._payloads import SPACE
from odkit.mcx._profiles import Profile, Profiles
from odkit.plist import dumps, read
from odkit.text import plural

__all__ = ["Assignment", "assignments", "once"]

_OWN = frozenset({"PayloadDisplayName", "PayloadIdentifier", "PayloadUUID"})  # what names a profile, and is not its content
_MACHINE = ("apple-serialnumber", "macAddress", "apple-hwuuid")


@dataclass(frozen=True, slots=True)
class Assignment:
    """A row of the table: one record that gets a profile.

    Attributes:
        profile: name of its file.
        kind: type of the record, such as Users; "" for a member without a record.
        name: of the record, or the member as written.
        guid: of the record.
        through: Type/name of the group or list of which it is a member; "" for the record whose settings the profile holds.
        serial: serial numbers of a computer.
        mac: Ethernet addresses of a computer.
        hardware_uuid: of a computer.
        unknown: what of the row the export does not show.
    """

    profile: str
    kind: str
    name: str
    guid: str = ""
    through: str = ""
    serial: tuple[str, ...] = ()
    mac: tuple[str, ...] = ()
    hardware_uuid: tuple[str, ...] = ()
    unknown: str = ""


def once(found: Profiles) -> Profiles:
    """Return the profiles with those of equal content written once.

    Equal are profiles whose payloads are the same but for identifiers, UUIDs and display names, and which have the same scope.  One that
    stands for several records gets its name and UUID from its content: the same input gives the same bytes.
    """
    same: dict[str, list[Profile]] = {}
    for profile in found.profiles:
        same.setdefault(_digest(_content(profile)), []).append(profile)
    made = [group[0] if len(group) == 1 else _shared(digest, group) for digest, group in same.items()]
    return replace(found, profiles=tuple(made))


def assignments(od: Export, found: Profiles) -> Iterator[Assignment]:
    """Yield who gets which profile: each record whose settings it holds, and the members of groups and lists, nested ones too.

    Args:
        od: the export from which the profiles were made: opened, or a path (`odkit.directory.Export`).
        found: the profiles.
    """
    od = as_directory(od, needs=NEEDS)
    table = _Table(od)
    for profile in found.profiles:
        for record in profile.records:
            yield table.row(profile.name, record, "")
            yield from table.members(profile.name, record, {record.record_id})


def _content(profile: Profile) -> dict[str, Any]:
    value = read(profile.data).value
    assert isinstance(value, Mapping)  # it was written as one
    return dict(value)


def _digest(content: Mapping[str, Any]) -> str:
    from hashlib import sha256

    payloads = sorted(dumps({key: value for key, value in payload.items() if key not in _OWN}) for payload in content["PayloadContent"])
    rest = {key: value for key, value in content.items() if key not in _OWN and key != "PayloadContent"}
    return sha256(b"\0".join([dumps(rest), *payloads])).hexdigest()


def _shared(digest: str, group: list[Profile]) -> Profile:
    records = tuple(record for profile in group for record in profile.records)
    content = _content(group[0])
    top = uuid5(SPACE, digest)
    prefix = content["PayloadIdentifier"].rpartition(".")[0]
    payloads = []
    for number, payload in enumerate(content["PayloadContent"], 1):
        own = uuid5(SPACE, f"{digest}\n{number}")
        payloads.append({**payload, "PayloadIdentifier": f"{prefix}.{top}.{own}", "PayloadUUID": str(own).upper()})
    content |= {
        "PayloadContent": payloads,
        "PayloadDisplayName": f"MCX of {plural(len(records), 'record')}, {describe(records[0])} first",
        "PayloadIdentifier": f"{prefix}.{top}",
        "PayloadUUID": str(top).upper(),
    }
    shared = f"the same for {', '.join(describe(record) for record in records)}"
    return Profile(f"Shared-{digest[:12]}.mobileconfig", records[0], dumps(content), (shared, *group[0].lines), records)


class _Table:
    def __init__(self, od: Directory) -> None:
        self.od = od
        self._members = Members(od)

    @cached_property
    def _by_number(self) -> dict[str, list[int]]:
        """Users by the number of their primary group, which does not list them."""
        found: dict[str, list[int]] = {}
        for user in self.od.users.records():
            found.setdefault(user.text("gidNumber") or "", []).append(user.record_id)
        return found

    def members(self, profile: str, group: Record, seen: set[int]) -> Iterator[Assignment]:
        """Yield the members of a group or list, each once; nested groups and what is in them, too."""
        if group.kind not in MEMBERS:
            return
        through = f"{group.kind}/{group.name}"
        listed: list[tuple[str, int | None]] = []
        for attribute, written, ids in self._members.listed(group):
            if attribute != "apple-computer-list-groups":  # groups that may log in there, no machines
                listed += zip(written, ids, strict=True)
        number = group.text("gidNumber") if group.kind == "Groups" else None
        listed += [("", user) for user in self._by_number.get(number, ())] if number else []
        for written_as, record_id in listed:
            if record_id is None:
                yield Assignment(profile, "", written_as, through=through)
            elif record_id not in seen:
                seen.add(record_id)
                record = self.od.view(record_id, self.od.kind_of(record_id))
                yield self.row(profile, record, through)
                yield from self.members(profile, record, seen)

    def row(self, profile: str, record: Record, through: str) -> Assignment:
        """Return the row of a record."""
        asked = _MACHINE if record.kind == "Computers" else MEMBERS.get(record.kind, ("cn",))
        unknown = self.od.answers.unknown(record, *asked)
        serial, mac, hardware = (tuple(record.texts(name)) if record.kind == "Computers" else () for name in _MACHINE)
        return Assignment(profile, record.kind, record.name, record.guid or "", through, serial, mac, hardware, unknown)

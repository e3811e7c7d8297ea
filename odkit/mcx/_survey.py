"""Compares what users get before and after: for one pair of user and computer, or for all, grouped by equal outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from odkit.dataclass import dataclass
from odkit.directory import Directory, Need, Record
from odkit.mcx._compose import Effective, Level, compose
from odkit.mcx._effective import Composer
from odkit.plist import canonical
from odkit.text import decode

__all__ = ["SURVEY_NEEDS", "Difference", "Outcome", "differences", "survey", "unmatched"]

SURVEY_NEEDS: tuple[Need, ...] = ("guids", "names", "policies", "primaries", "readable")


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that differs: "lost", "gained", "changed", "frequency", or "unknown" where an export does not show all that can take part."""

    what: str
    domain: str
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Pairs of users and computers with the same differences.

    Attributes:
        users: how many; a user with several workgroups counts once for each.
        computers: how many; a computer without a record counts as one.
        example: one user, with the workgroup behind a slash, and one computer.
        differences: what changes for them.
    """

    users: int
    computers: int
    example: tuple[str, str]
    differences: tuple[Difference, ...]


def differences(before: Iterable[Effective], after: Iterable[Effective], *, shown: bool = True) -> tuple[Difference, ...]:
    """Return what differs between two compositions, sorted by domain and key.

    Args:
        before: the keys of the older one.
        after: the keys of the newer one.
        shown: whether both exports show all records that can take part (`Composer.whole`); what differs without that is "unknown".
    """
    was = {(e.domain.lower(), e.key): e for e in before}
    now = {(e.domain.lower(), e.key): e for e in after}
    out = []
    for domain, key in sorted(was.keys() | now.keys()):
        a, b = was.get((domain, key)), now.get((domain, key))
        if b is None:
            out.append(Difference("lost", domain, key))
        elif a is None:
            out.append(Difference("gained", domain, key))
        elif canonical(a.value) != canonical(b.value):
            out.append(Difference("changed", domain, key))
        elif a.frequency != b.frequency:
            out.append(Difference("frequency", domain, key))
    return tuple(out) if shown else tuple(Difference("unknown", each.domain, each.key) for each in out)


_Key = tuple[object, ...]
# a name, what the composition depends on, the user's record id, the workgroup; a hundred thousand parsed records would fill the memory
_User = tuple[str, _Key, int, Record | None]


def _key(levels: list[Level]) -> _Key:
    """Return what the composition sees of levels: the bytes of their settings, so that records with one policy are of one class."""
    return tuple((level.rank, level.depth, level.content) for level in levels if level.content)


class _Names:
    """The names of the users, or computers, of an export; most records are not parsed for it."""

    def __init__(self, od: Directory, kind: str) -> None:
        od.prefetch(("names", "readable"))
        self._od, self._kind = od, kind
        self._readable: bytearray = od.column("readable")
        self._uids, self._cns = od.column("names")

    def of(self, record_id: int) -> tuple[str, ...]:
        """Return the names of a record, the short one first; that of its DN where there is none."""
        uid, cn = self._uids[record_id] if self._kind == "Users" else None, self._cns[record_id]
        if not self._readable[record_id] or cn is None or not (uid if self._kind == "Users" else cn):
            record = self._od.view(record_id, self._kind)
            return record.names or (record.name,)
        return tuple(dict.fromkeys(decode(b"\n".join(filter(None, (uid, cn)))).split("\n")))

    def first(self) -> Iterator[str]:
        """Yield the first name of each record."""
        return (self.of(record_id)[0] for record_id in self._od.record_ids(self._kind))


class _Users:
    """The users of one side, each with each workgroup."""

    def __init__(self, composer: Composer) -> None:
        composer.od.prefetch(SURVEY_NEEDS)
        self.pairs: dict[str, _User] = {}
        self.alone: dict[str, _User] = {}  # without a workgroup
        self._composer = composer
        self._chains: dict[str, _Key] = {}
        self._known: dict[_Key, _Key] = {}  # equal ones are one object
        self._own: dict[object, _Key] = {}  # by the lines of settings
        names, guids, gids = _Names(composer.od, "Users"), composer.od.column("guids"), composer.od.column("primaries")
        for record_id in composer.od.record_ids("Users"):
            if gids[record_id] is None:
                user = composer.od.view(record_id, "Users")
                self._add(record_id, user.name, composer.workgroups(user))
            else:
                called = names.of(record_id)
                self._add(record_id, called[0], composer.workgroups_of(called, guids[record_id], gids[record_id] or None))

    def _add(self, record_id: int, user: str, workgroups: Sequence[Record]) -> None:
        own = self._settings(record_id)
        self.alone[user] = (user, own, record_id, None)
        for group in workgroups:
            if group.dn not in self._chains:
                self._chains[group.dn] = _key([level for level in self._composer.levels(None, None, group) if level.rank == 3])
            name = f"{user}/{group.name}"
            self.pairs[name] = (name, self._one((own, self._chains[group.dn])), record_id, group)
        if not workgroups:
            self.pairs[user] = (user, self._one((own, ())), record_id, None)

    def _settings(self, record_id: int) -> _Key:
        """Return what the composition sees of a user; of those with the same lines the first one is read."""
        od = self._composer.od
        lines = od.column("policies")[record_id] if od.column("readable")[record_id] else None
        own = self._own.get(lines) if lines is not None else None
        if own is None:
            own = self._one(_key(self._composer.levels(od.view(record_id, "Users"), None, None)[:1]))
            if lines is not None:
                self._own[lines] = own
        return own

    def _one(self, key: _Key) -> _Key:
        return self._known.setdefault(key, key)

    def like(self, name: str) -> _User | None:
        """Return the pair of this name; the user without a workgroup, where that one has no settings any more; None without the user."""
        found = self.pairs.get(name)
        if found is None and (alone := self.alone.get(name.rpartition("/")[0] or name)) is not None:
            return (name, (alone[1], ()), alone[2], None)
        return found


def _computers(composer: Composer) -> dict[str, tuple[_Key, int | None]]:
    """Return by name what the composition depends on, and the computer's record id."""
    out: dict[str, tuple[_Key, int | None]] = {"(no record)": (_key(composer.levels(None, None, None)), None)}
    known: dict[_Key, _Key] = {}
    for each in composer.od.computers.records():
        key = _key(composer.levels(None, each, None))
        out[each.name] = (known.setdefault(key, key), each.record_id)
    return out


def _levels(composer: Composer, user: _User, computer: int | None) -> list[Level]:
    od = composer.od
    machine = None if computer is None else od.view(computer, "Computers")
    return composer.levels(od.view(user[2], "Users"), machine, user[3])


def survey(before: Composer, after: Composer) -> list[Outcome]:
    """Compare all users on all computers of two exports, matched by name; `unmatched` names those that only one export has.

    Users whose composition depends on the same settings are composed once; so are computers.  Only pairs that differ are in the answer.
    A workgroup that only one side has is compared with no workgroup.
    """
    old, new = _Users(before), _Users(after)
    shown = before.whole and after.whole
    user_classes: dict[tuple[_Key, _Key], list[tuple[_User, _User]]] = {}
    for name in dict.fromkeys([*old.pairs, *new.pairs]):
        was, now = old.like(name), new.like(name)
        if was is not None and now is not None:
            user_classes.setdefault((was[1], now[1]), []).append((was, now))
    computers_was, computers_now = _computers(before), _computers(after)
    computer_classes: dict[tuple[_Key, _Key], list[tuple[str, int | None, int | None]]] = {}
    for name, (key, computer) in computers_was.items():
        if name in computers_now:
            other, computer_now = computers_now[name]
            computer_classes.setdefault((key, other), []).append((name, computer, computer_now))
    out: dict[tuple[tuple[Difference, ...], int], Outcome] = {}
    for number, ((users_were, users_are), people) in enumerate(user_classes.items()):
        was, now = people[0]
        for (were, are), machines in computer_classes.items():
            if users_were == users_are and were == are:
                continue  # the same settings in the same places
            host, computer, computer_now = machines[0]
            levels = _levels(before, was, computer), _levels(after, now, computer_now)
            found = differences(*map(compose, levels), shown=shown)
            if found:
                known = out.get((found, number))
                machines_so_far = known.computers if known is not None else 0
                out[found, number] = Outcome(len(people), machines_so_far + len(machines), (was[0], host), found)
    return _merged(out)


def unmatched(before: Composer, after: Composer) -> tuple[list[str], list[str]]:
    """Return names of users and of computers that only one of two exports has, sorted."""
    users, computers = ({*_Names(before.od, kind).first()} ^ {*_Names(after.od, kind).first()} for kind in ("Users", "Computers"))
    return sorted(users), sorted(computers)


def _merged(found: dict[tuple[tuple[Difference, ...], int], Outcome]) -> list[Outcome]:
    """Merge classes of users with the same differences on as many computers into one line."""
    merged: dict[tuple[tuple[Difference, ...], int], Outcome] = {}
    for (difference, _), each in found.items():
        known = merged.get((difference, each.computers))
        users = each.users + (known.users if known is not None else 0)
        merged[difference, each.computers] = Outcome(
            users, each.computers, known.example if known is not None else each.example, difference
        )
    return sorted(merged.values(), key=lambda o: (-o.users * o.computers, o.example))

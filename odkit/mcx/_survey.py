"""What people get before and after: one pair of user and computer, or all of them, grouped by equal outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from odkit.directory import Record
from odkit.mcx._effective import Composer, Effective, compose
from odkit.mcx._model import of
from odkit.mcx._typed import canonical

__all__ = ["Difference", "Outcome", "differences", "survey"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One key that differs: "lost", "gained", "changed" or "frequency"."""

    what: str
    domain: str
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Pairs of users and computers that fare alike.

    Attributes:
        users: their number; a user with several workgroups counts once for each.
        computers: their number; a computer without a record counts as one.
        example: one user, with the workgroup behind a slash, and one computer.
        differences: what changes for them.
    """

    users: int
    computers: int
    example: tuple[str, str]
    differences: tuple[Difference, ...]


def differences(before: list[Effective], after: list[Effective]) -> tuple[Difference, ...]:
    """What differs between two compositions, sorted by domain and key."""
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
    return tuple(out)


_Key = tuple[object, ...]


def _content(record: Record) -> _Key:
    """What the composition sees of a record: the bytes of its settings, so that records with one policy are of one class."""
    return tuple(value.raw for value in of(record).values)


def _users(composer: Composer) -> Iterator[tuple[str, _Key, Record, Record | None]]:
    """Each user with each workgroup: a name for the pair, what its composition depends on, and both records."""
    for user in composer.od.users.records():
        own = _content(user)
        choice: list[Record | None] = [*composer.workgroups(user)]
        for group in choice or [None]:
            yield (
                f"{user.name}/{group.name}" if group is not None else user.name,
                (own, group.dn if group is not None else None),
                user,
                group,
            )


def _computers(composer: Composer) -> Iterator[tuple[str, _Key, Record | None]]:
    machines: list[Record | None] = [None, *composer.od.computers.records()]
    for computer in machines:
        found = composer.levels(None, computer, None)
        yield (
            computer.name if computer is not None else "(no record)",
            tuple((level.rank, level.depth, own) for level in found if (own := _content(level.record))),
            computer,
        )


def survey(before: Composer, after: Composer) -> list[Outcome]:
    """Compare all users on all computers of two exports, matched by name.

    Users whose composition depends on the same settings are composed once; so are computers.  Only pairs that differ are in the answer.
    """
    users_now = {name: (key, user, group) for name, key, user, group in _users(after)}
    user_classes: dict[tuple[_Key, _Key], list[tuple[str, Record, Record | None, Record, Record | None]]] = {}
    for name, key, user, group in _users(before):
        if name in users_now:
            other, user_now, group_now = users_now[name]
            user_classes.setdefault((key, other), []).append((name, user, group, user_now, group_now))
    computers_now = {name: (key, computer) for name, key, computer in _computers(after)}
    computer_classes: dict[tuple[_Key, _Key], list[tuple[str, Record | None, Record | None]]] = {}
    for name, key, computer in _computers(before):
        if name in computers_now:
            other, computer_now = computers_now[name]
            computer_classes.setdefault((key, other), []).append((name, computer, computer_now))
    out: dict[tuple[tuple[Difference, ...], int], Outcome] = {}
    for number, people in enumerate(user_classes.values()):
        name, user, group, user_now, group_now = people[0]
        for machines in computer_classes.values():
            host, computer, computer_now = machines[0]
            was = compose(before.levels(user, computer, group))
            found = differences(was, compose(after.levels(user_now, computer_now, group_now)))
            if found:
                known = out.get((found, number))
                machines_so_far = known.computers if known is not None else 0
                out[found, number] = Outcome(len(people), machines_so_far + len(machines), (name, host), found)
    return _merged(out)


def _merged(found: dict[tuple[tuple[Difference, ...], int], Outcome]) -> list[Outcome]:
    """Classes of users that fare alike on as many computers become one line."""
    merged: dict[tuple[tuple[Difference, ...], int], Outcome] = {}
    for (difference, _), each in found.items():
        known = merged.get((difference, each.computers))
        users = each.users + (known.users if known is not None else 0)
        merged[difference, each.computers] = Outcome(
            users, each.computers, known.example if known is not None else each.example, difference
        )
    return sorted(merged.values(), key=lambda o: (-o.users * o.computers, o.example))

"""Composition: what a user gets on a computer.

Each key is decided by itself: the most specific level that sets it wins - user, then computer, then computer group (or, for 10.4 and
before, computer list), then workgroup (Apple, "Managing Mac OS X Preferences"; facts R1, R2, R3).  Frequency does not rank (R7).
A child group overrides its parents (R10).  Keys that are inputs of a union policy are combined into its output (R8, R9).  Where
Apple says nothing - several computer groups (R11), several parents, the order of combined lists - the answer says "ambiguous".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from odkit.directory import Directory, Record
from odkit.errors import UsageError
from odkit.mcx._model import Settings, of
from odkit.mcx._typed import canonical
from odkit.text import escape

__all__ = ["Composer", "Effective", "Level", "Source", "compose"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a candidate of a key comes from.

    Attributes:
        level: "user", "computer", "computer group", "computer list" or "workgroup".
        name: of the record.
        frequency: "always", "once" or "often".
        value: as the property list gives it.
    """

    level: str
    name: str
    frequency: str
    value: Any = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Effective:
    """One key that a user gets.

    Attributes:
        domain: in the spelling of the winner.
        key: the key; of a union policy its output.
        value: what counts.
        frequency: of the winner.
        winner: where it comes from; for a combination the most specific of its parts.
        losers: what it overrides; for a combination its other parts.
        rule: why, for people.
        ambiguous: Apple's rules do not settle it.
    """

    domain: str
    key: str
    value: Any = field(repr=False)
    frequency: str
    winner: Source
    losers: tuple[Source, ...]
    rule: str
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One record that takes part: its rank (0 is the user), how far above the start it is nested, its name, its settings."""

    rank: int
    depth: int
    kind: str
    record: Record

    def settings(self) -> Iterator[Settings]:
        """Its settings; none when it has no flags, because clients do not load them then."""
        mcx = of(self.record)
        if mcx.flags is not None or mcx.flags_problem is not None:
            yield from mcx.settings()


class _Group:
    """A list or group, with what is asked of it for every member."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.guid = (record.guid or "").upper()
        self.number = record.text("gidNumber")
        self.managed = bool(of(record).values)
        attribute = "apple-computers" if record.kind == "ComputerLists" else "memberUid"
        self._names = {name.lower() for name in record.texts(attribute)}
        self._guids = {guid.upper() for guid in record.texts("apple-group-memberguid")}
        self.nested = {guid.upper() for guid in record.texts("apple-group-nestedgroup")}

    def has(self, member: Record) -> bool:
        """Whether a record is a member, by any of its names or its GUID."""
        guid = (member.guid or "").upper()
        return (bool(guid) and guid in self._guids) or any(name.lower() in self._names for name in member.names)


class Composer:
    """Composes what users get on computers; reads the groups of an export once.

    Args:
        od: the export.
    """

    def __init__(self, od: Directory) -> None:
        self.od = od
        self._groups = [_Group(record) for record in od.groups.records()]
        self._computer_groups = [_Group(record) for record in od.computer_groups.records()]
        self._lists = [_Group(record) for record in od.computer_lists.records()]
        # the record of that name stands for all computers without one of their own (seen in vendors' scripts; its rule: medium confidence)
        self._guest = od.computers.get("guest")

    def _with_parents(self, groups: list[_Group], start: _Group) -> Iterator[tuple[int, _Group]]:
        """A group and the groups that it is nested in, nearest first; a loop ends where it closes."""
        seen = {start.record.dn}
        layer, depth = [start], 0
        while layer:
            yield from ((depth, group) for group in layer)
            above = [g for g in groups if any(each.guid and each.guid in g.nested for each in layer) and g.record.dn not in seen]
            seen.update(group.record.dn for group in above)
            layer, depth = above, depth + 1

    def workgroups(self, user: Record) -> list[Record]:
        """The groups with settings, their own or a parent's, that a user can choose as workgroup; the primary group is one, too."""
        number = user.text("gidNumber")
        mine = [g for g in self._groups if g.has(user) or (number is not None and g.number == number)]
        return [g.record for g in mine if any(each.managed for _, each in self._with_parents(self._groups, g))]

    def levels(self, user: Record | None, computer: Record | None, workgroup: Record | None) -> list[Level]:
        """The records that take part, most specific first; a computer without a record has that of the guest computer."""
        out = []
        noun = "computer"
        if computer is None and self._guest is not None:
            computer, noun = self._guest, "guest computer"
        if user is not None:
            out.append(Level(0, 0, "user", user))
        if computer is not None:
            out.append(Level(1, 0, noun, computer))
            for group in self._computer_groups:
                if group.has(computer):
                    out += [Level(2, d, "computer group", g.record) for d, g in self._with_parents(self._computer_groups, group)]
            # clients of 10.5 and later go by computer groups; lists count where there are none
            if not any(level.rank == 2 for level in out):
                out += [Level(2, 0, "computer list", g.record) for g in self._lists if g.has(computer)]
        if workgroup is not None:
            start = next(g for g in self._groups if g.record.dn == workgroup.dn)
            out += [Level(3, d, "workgroup", g.record) for d, g in self._with_parents(self._groups, start)]
        return list({(level.rank, level.record.dn): level for level in reversed(out)}.values())[::-1]

    def effective(self, user: str | None, computer: str | None, workgroup: str | None = None) -> list[Effective]:
        """What a user gets on a computer.

        Args:
            user: any of the user's names; None for nobody.
            computer: any of the computer's names; None for a computer without a record.
            workgroup: the group that the user chooses at login; None for the only one that there is.

        Raises:
            UsageError: a record that the export does not hold; several workgroups, and none was chosen.
        """
        found_user = _find(self.od, "Users", user, "user")
        found_computer = _find(self.od, "Computers", computer, "computer")
        chosen = _find(self.od, "Groups", workgroup, "group")
        if chosen is None and found_user is not None:
            choice = self.workgroups(found_user)
            if len(choice) > 1:
                names = ", ".join(escape(group.name) for group in choice)
                raise UsageError(
                    f"{escape(found_user.name)} may choose one of several workgroups at login: {names}; say which with --workgroup"
                )
            chosen = choice[0] if choice else None
        return compose(self.levels(found_user, found_computer, chosen))


def compose(found: Iterable[Level]) -> list[Effective]:
    """Compose levels.

    Args:
        found: the records that take part.

    Returns:
        Every effective key, sorted by domain and key.
    """
    candidates: dict[tuple[str, str], list[tuple[int, int, Source, str]]] = {}
    unions: dict[tuple[str, str], tuple[set[str], bool]] = {}
    for level in found:
        for settings in level.settings():
            domain = settings.domain.lower()
            for union in settings.unions:
                inputs, remove = unions.get((domain, union.output), (set(), False))
                unions[domain, union.output] = (inputs | set(union.inputs), remove or union.remove_duplicates)
            for key, value in settings.keys.items():
                source = Source(level.kind, level.record.name, settings.frequency, value)
                candidates.setdefault((domain, key), []).append((level.rank, level.depth, source, settings.domain))
    out = []
    used: set[tuple[str, str]] = set()
    for (domain, output), (inputs, remove) in unions.items():
        parts = [each for name in sorted(inputs | {output}) for each in candidates.get((domain, name), [])]
        used |= {(domain, name) for name in inputs | {output}}
        if parts:
            out.append(_combined(output, sorted(parts, key=lambda each: each[:2]), remove=remove))
    for (domain, key), each in candidates.items():
        if (domain, key) not in used:
            out.append(_decided(key, sorted(each, key=lambda c: c[:2])))
    return sorted(out, key=lambda e: (e.domain.lower(), e.key))


def _decided(key: str, candidates: list[tuple[int, int, Source, str]]) -> Effective:
    rank, depth, winner, domain = candidates[0]
    same = [c for c in candidates if c[:2] == (rank, depth)]
    ambiguous = len({canonical(c[2].value) for c in same}) > 1
    if ambiguous:
        rule = f"several records of the level {winner.level} set it, and no rule of Apple's orders them"
    elif len(candidates) == 1:
        rule = f"only the {winner.level} sets it"
    else:
        rule = f"the {winner.level} is the most specific level that sets it"
    return Effective(domain, key, winner.value, winner.frequency, winner, tuple(c[2] for c in candidates[1:]), rule, ambiguous)


def _combined(output: str, parts: list[tuple[int, int, Source, str]], *, remove: bool) -> Effective:
    values = [part[2].value for part in parts]
    value: Any
    if all(isinstance(each, list) for each in values):
        value = [item for each in values for item in each]
        if remove:
            value = list({canonical(item): item for item in reversed(value)}.values())[::-1]
    elif all(isinstance(each, dict) for each in values):
        value = {key: item for each in reversed(values) for key, item in each.items()}
    else:
        decided = _decided(output, parts)
        return Effective(
            decided.domain, output, decided.value, decided.frequency, decided.winner, decided.losers, decided.rule, len(parts) > 1
        )
    winner = parts[0][2]
    rule = "a union policy combines the lists; their order is not documented" if len(parts) > 1 else "a union policy with one part"
    return Effective(parts[0][3], output, value, winner.frequency, winner, tuple(part[2] for part in parts[1:]), rule, len(parts) > 1)


def _find(od: Directory, kind: str, name: str | None, what: str) -> Record | None:
    if name is None:
        return None
    try:
        return od.of_type(kind)[name]
    except KeyError:
        raise UsageError(f"the export holds no {what} {escape(name)}") from None

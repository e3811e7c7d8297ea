"""Composition: what a user gets on a computer.

Each key is decided by itself: the most specific level that sets it wins - user, then computer, then computer group (or, for 10.4 and
before, computer list), then workgroup (Apple, "Managing Mac OS X Preferences"; facts R1, R2, R3).  Frequency does not rank (R7).
A child group overrides its parents (R10).  Keys that are inputs of a union policy are combined into its output (R8, R9).  Where
Apple says nothing - several computer groups (R11), several parents, the order of combined lists - the answer says "ambiguous".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from odkit.directory import Directory, Record
from odkit.errors import UsageError
from odkit.mcx._groups import Groups
from odkit.mcx._model import Settings, of
from odkit.mcx._union import joined, output_of, removes_duplicates
from odkit.plist import canonical
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
    """One record that takes part: its rank (0 is the user), how far above the start it is nested, its name, its settings.

    Without flags there are none: clients do not load them then.
    """

    rank: int
    depth: int
    kind: str
    record: Record
    settings: tuple[Settings, ...] = field(repr=False)
    content: tuple[bytes, ...] = field(repr=False)  # the values that the settings were read from


class Composer:
    """Composes what users get on computers; reads the groups of an export once.

    Args:
        od: the export.
    """

    def __init__(self, od: Directory) -> None:
        self.od = od
        self._groups = Groups(od.groups.records())
        self._computer_groups = Groups(od.computer_groups.records())
        self._lists = Groups(od.computer_lists.records())
        self._settings: dict[tuple[bytes, ...], tuple[Settings, ...]] = {}
        # the record of that name stands for all computers without one of their own (seen in vendors' scripts; its rule: medium confidence)
        self._guest = od.computers.get("guest")

    def workgroups(self, user: Record) -> list[Record]:
        """The groups with settings, their own or a parent's, that a user can choose as workgroup; the primary group is one, too.

        That a computer list can allow some of them only (R13) is not looked at.
        """
        mine = self._groups.of_member(user, user.text("gidNumber"))
        return [g.record for g in mine if any(each.managed for _, each in self._groups.with_parents(g.record.dn))]

    def _level(self, rank: int, depth: int, kind: str, record: Record) -> Level:
        mcx = of(record)
        loaded = mcx.flags is not None or mcx.flags_problem is not None
        content = tuple(value.raw for value in mcx.values) if loaded else ()
        if content not in self._settings:  # of records with one policy, once
            self._settings[content] = tuple(mcx.settings()) if loaded else ()
        return Level(rank, depth, kind, record, self._settings[content], content)

    def levels(self, user: Record | None, computer: Record | None, workgroup: Record | None) -> list[Level]:
        """The records that take part, most specific first; a computer without a record has that of the guest computer."""
        out: dict[tuple[int, str], Level] = {}
        noun = "computer"

        def add(rank: int, depth: int, kind: str, record: Record) -> None:
            known = out.get((rank, record.dn))
            # a parent whose child takes part stays above it, even where the member is in both (R10)
            if known is None or known.depth < depth:
                out[rank, record.dn] = self._level(rank, depth, kind, record)

        if computer is None and self._guest is not None:
            computer, noun = self._guest, "guest computer"
        if user is not None:
            add(0, 0, "user", user)
        if computer is not None:
            add(1, 0, noun, computer)
            grouped = list(self._computer_groups.of_member(computer))
            for group in grouped:
                for depth, each in self._computer_groups.with_parents(group.record.dn):
                    add(2, depth, "computer group", each.record)
            # clients of 10.5 and later go by computer groups; lists count where there are none
            for group in self._lists.of_member(computer) if not grouped else ():
                add(2, 0, "computer list", group.record)
        if workgroup is not None:
            for depth, each in self._groups.with_parents(workgroup.dn):
                add(3, depth, "workgroup", each.record)
        return sorted(out.values(), key=lambda level: (level.rank, level.depth))

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
    candidates: dict[tuple[str, str], list[_Candidate]] = {}
    unions: dict[tuple[str, str], list[_Candidate]] = {}
    removing: set[tuple[str, str]] = set()  # outputs without repeats
    levels = list(found)
    named = _named(levels)
    for level in levels:
        for settings in level.settings:
            domain = settings.domain.lower()
            for key, value in settings.keys.items():
                source = Source(level.kind, level.record.name, settings.frequency, value)
                each = (level.rank, level.depth, source, settings.domain)
                output = output_of(settings, key)
                # an input without a policy of its own, which the policy of another level names
                output = output if output is not None else named.get((domain, key))
                if output is None:
                    candidates.setdefault((domain, key), []).append(each)
                else:
                    unions.setdefault((domain, output), []).append(each)
                    if removes_duplicates(settings, output):
                        removing.add((domain, output))
    out = []
    for place, parts in unions.items():
        parts += candidates.pop(place, [])
        out.append(_combined(place[1], sorted(parts, key=lambda each: each[:2]), remove=place in removing))
    out += [_decided(key, sorted(each, key=lambda c: c[:2])) for (_, key), each in candidates.items()]
    return sorted(out, key=lambda e: (e.domain.lower(), e.key))


_Candidate = tuple[int, int, Source, str]


def _named(levels: Iterable[Level]) -> dict[tuple[str, str], str]:
    """Inputs of which all policies that name them say the same output."""
    found: dict[tuple[str, str], set[str]] = {}
    for level in levels:
        for settings in level.settings:
            for union in settings.unions:
                for name in union.inputs:
                    found.setdefault((settings.domain.lower(), name), set()).add(union.output)
    return {key: next(iter(outputs)) for key, outputs in found.items() if len(outputs) == 1}


def _decided(key: str, candidates: list[_Candidate]) -> Effective:
    rank, depth, winner, domain = candidates[0]
    same = [c for c in candidates if c[:2] == (rank, depth)]
    ambiguous = len({(canonical(c[2].value), c[2].frequency) for c in same}) > 1
    if ambiguous and len({c[2].name for c in same}) == 1:
        rule = f"one {winner.level} sets it twice, and no rule of Apple's orders its values"
    elif ambiguous:
        rule = f"several records of the level {winner.level} set it, and no rule of Apple's orders them"
    elif len(candidates) == 1:
        rule = f"only the {winner.level} sets it"
    else:
        rule = f"the {winner.level} is the most specific level that sets it"
    return Effective(domain, key, winner.value, winner.frequency, winner, tuple(c[2] for c in candidates[1:]), rule, ambiguous)


def _combined(output: str, parts: list[_Candidate], *, remove: bool) -> Effective:
    values = [part[2].value for part in parts]
    value: Any
    if all(isinstance(each, list) for each in values):
        value = joined(values, remove=remove)
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

"""Composition: what a user gets on a computer.

Each key is decided by itself: the most specific level that sets it wins - user, then computer, then computer group (or, for 10.4 and
before, computer list), then workgroup (Apple, "Managing Mac OS X Preferences").  Frequency does not rank.  A child group overrides its
parents.  Keys that are inputs of a union policy are combined into its output.  Where Apple says nothing - several computer groups,
several parents, the order of combined lists, settings with a fault - the answer says "ambiguous".  What does not count is in the
reasons, by the same judgement as the findings of `verify_mcx`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory import Record
from odkit.ldif.rules import UNFETCHED_URL
from odkit.mcx._faults import faults
from odkit.mcx.rules import MCX_EMPTY
from odkit.plist import canonical
from odkit.text import escape
from odkit.values.mcx import McxRecord, Settings
from odkit.values.mcx_union import joined, output_of, removes_duplicates

__all__ = ["Effective", "Level", "Origin", "Reason", "compose"]


@dataclass(frozen=True, slots=True)
class Origin:
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
    winner: Origin
    losers: tuple[Origin, ...]
    rule: str
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why settings of a record that takes part do not count, or may not.

    Attributes:
        level, name: of the record; empty when no record that takes part has settings.
        code: of the rule that `verify_mcx` reports it by; empty where it reports nothing.
        text: for people.
        fault: whether something is wrong, so that people should look at it.
        unknown: whether the export does not show what the settings are.
    """

    level: str
    name: str
    code: str
    text: str
    fault: bool = True
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One record that takes part.

    Attributes:
        rank: 0 is the user.
        depth: how far above the start it is nested.
        kind, record: what it is.
        mcx: of the record.
    """

    rank: int
    depth: int
    kind: str
    record: Record
    mcx: McxRecord = field(repr=False)

    @property
    def settings(self) -> Iterator[Settings]:
        """The settings that clients load."""
        return self.mcx.settings() if self.mcx.loaded else iter(())

    @property
    def content(self) -> tuple[bytes, ...]:
        """The values that the settings come from; with equal ones, equal settings."""
        if not self.mcx.loaded or not self.mcx.values:
            return ()
        certain = b"1" if self.mcx.flags and self.mcx.flags.get("has_mcx_settings") else b"0"
        return (certain, *(value.raw for value in self.mcx.values))

    def doubt(self, settings: Settings) -> str:
        """Return why it is not certain that settings of the record count as they are; empty when nothing prevents it."""
        if self.mcx.flags_unknown:
            return "the export does not show the flags of the record"
        if not self.mcx.flags or not self.mcx.flags.get("has_mcx_settings"):
            return "clients may not load the settings of the record: has_mcx_settings is not true"
        if settings.unions_damaged:
            return "a union policy of the record cannot be read"
        holding = sum(settings.domain.lower() in {name.lower() for name in value.domains} for value in self.mcx.values)
        return "several values of the record hold the domain" if holding > 1 else ""

    def reasons(self, *, remarks: bool) -> Iterator[Reason]:
        """Yield its faults; with ``remarks`` also what is only worth a remark."""
        for name in self.mcx.unasked:
            yield Reason(self.kind, self.record.name, "", f"the export was not asked for {name}", unknown=True)
        if self.mcx.in_other_files:
            yield Reason(
                self.kind, self.record.name, UNFETCHED_URL.code, "values are in other files (ldapsearch -t), and not known", unknown=True
            )
        for fault in faults(self.mcx):
            if fault.counts or (remarks and fault.rule is MCX_EMPTY):
                yield Reason(self.kind, self.record.name, fault.rule.code, fault.text.lstrip(":, "), fault.counts)


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
            domain, uncertain = settings.domain.lower(), level.doubt(settings)
            for key, value in settings.keys.items():
                source = Origin(level.kind, level.record.name, settings.frequency, value)
                output = output_of(settings, key)
                doubt = uncertain
                if output is not None and not any(key in union.inputs for union in settings.unions):
                    doubt = doubt or f"the record has no union policy for {escape(key)}"
                each = (level.rank, level.depth, source, settings.domain, doubt)
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


_Candidate = tuple[int, int, Origin, str, str]  # rank, depth, source, domain as written, doubt


def _named(levels: Iterable[Level]) -> dict[tuple[str, str], str]:
    """Return inputs of which all policies that name them say the same output."""
    found: dict[tuple[str, str], set[str]] = {}
    for level in levels:
        for settings in level.settings:
            for union in settings.unions:
                for name in union.inputs:
                    found.setdefault((settings.domain.lower(), name), set()).add(union.output)
    return {key: next(iter(outputs)) for key, outputs in found.items() if len(outputs) == 1}


def _decided(key: str, candidates: list[_Candidate]) -> Effective:
    rank, depth, winner, domain, _ = candidates[0]
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
    found = Effective(domain, key, winner.value, winner.frequency, winner, tuple(c[2] for c in candidates[1:]), rule, ambiguous)
    return _doubted(found, same)


def _combined(output: str, parts: list[_Candidate], *, remove: bool) -> Effective:
    values = [part[2].value for part in parts]
    value: Any
    if all(isinstance(each, tuple) for each in values):
        value = joined(values, remove=remove)
    elif all(isinstance(each, Mapping) for each in values):
        value = MappingProxyType({key: item for each in reversed(values) for key, item in each.items()})
    else:
        decided = _decided(output, parts)
        return replace(decided, ambiguous=decided.ambiguous or len(parts) > 1)
    winner = parts[0][2]
    rule = "a union policy combines the lists; their order is not documented" if len(parts) > 1 else "a union policy with one part"
    found = Effective(parts[0][3], output, value, winner.frequency, winner, tuple(part[2] for part in parts[1:]), rule, len(parts) > 1)
    return _doubted(found, parts)


def _doubted(found: Effective, parts: list[_Candidate]) -> Effective:
    """Return the key as ambiguous, when it is not certain that all of its parts count."""
    doubts = dict.fromkeys(part[4] for part in parts if part[4])
    return replace(found, rule="; ".join([found.rule, *doubts]), ambiguous=True) if doubts else found

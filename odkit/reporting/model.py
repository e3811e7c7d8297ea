"""The page as a value: what each part says, in words and numbers, without a word of HTML.

All texts are for people: names of an export are escaped (`odkit.text.escape`), secrets are not in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.reporting.shapes import Marked, Matrix, Picture, Tone

__all__ = [
    "Block",
    "Case",
    "Fact",
    "Outcomes",
    "Page",
    "PolicyRecord",
    "RuleBlock",
    "Section",
    "TypeRow",
    "Verdict",
    "Written",
]

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of facts: of the older, or only, export, and of the newer one, None where there is only one."""

    what: str
    was: str
    now: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The first thing on the page.

    Attributes:
        head: the answer.
        lines: what it is made of: each a name, and a text with its tone.
        first: codes of the rules to look at first, worst first.
    """

    head: Marked
    lines: tuple[tuple[str, Marked], ...]
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A finding of a rule: how bad it is, where, what it is about, and what is wrong."""

    severity: str
    where: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class RuleBlock:
    """The findings of a rule.

    Attributes:
        code, name, severity, advice: of the rule; the severity is that of its worst finding.
        count: number of its findings.
        cases: the first of them.
        more: returns the others.
    """

    code: str
    name: str
    severity: str
    advice: str
    count: int
    cases: tuple[Case, ...] = ()
    more: Callable[[], Iterator[Case]] = field(default=lambda: iter(()), repr=False)


@dataclass(frozen=True, slots=True)
class TypeRow:
    """The number of records of a type; `now` is None for one export, and `width` is of a bar, in hundredths."""

    kind: str
    was: int
    now: int | None
    width: int


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """The settings that records of a type have in common.

    Attributes:
        title: the first of them, and how many there are.
        domains: names of the domains.
        names: of the records, each with its line.
        left: number of further records.
        rows: domain, key, frequency and value.
    """

    title: str
    domains: str
    names: tuple[str, ...]
    left: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What changes for whom: people, and rows of what, domain and key; and who was not compared."""

    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A titled table, with the number of rows that are not shown.

    Attributes:
        title: with its count.
        head: names of the columns.
        rows: as many as are shown.
        left: number of further rows.
        note: what the block means, or what to do.
        tone: of the title.
        where: a command that shows all rows.
    """

    title: str
    head: Row
    rows: tuple[Row, ...]
    left: int = 0
    note: str = ""
    tone: Tone = Tone.CALM
    where: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page made of blocks: the plan, mounts and homes.

    Attributes:
        lines: what comes before the blocks.
        matrix: hosts by services, None without one.
    """

    lines: tuple[str, ...]
    blocks: tuple[Block, ...] = ()
    matrix: Matrix | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A table that may be long: the first rows for readers without scripts, and all of them for the search.

    Attributes:
        kind: "users", "groups", "computers" or "lists".
        head: of the columns, each a name and what it says.
        first: the first rows.
        count: number of rows.
        data: yields JSON, in pieces, with as many rows as fit.
    """

    kind: str
    head: tuple[tuple[str, str], ...]
    first: tuple[Row, ...]
    count: int
    data: Callable[[], Iterator[str]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page; a part that there is nothing for is None or empty.

    Attributes:
        title: the domain.
        people: whether names of people are in it.
        facts: what the exports are.
        checks: of `odkit verify`: name and result.
        unjudged: what `odkit verify` does not judge.
    """

    title: str
    people: bool
    two: bool
    verdict: Verdict
    facts: tuple[Fact, ...]
    checks: tuple[tuple[str, Marked], ...]
    unjudged: str
    pictures: tuple[Picture, ...]
    matrix: Matrix
    rules: tuple[RuleBlock, ...]
    types: tuple[TypeRow, ...]
    domains: Block | None
    policies: tuple[PolicyRecord, ...]
    policies_left: int
    outcomes: Outcomes | None
    shares: Section | None
    plan: Section | None
    carry: Section | None
    tables: tuple[Written, ...]

"""A migration as phases and steps: what is done, where, by which command, and how sure that command is."""

from __future__ import annotations

from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.project import Server

__all__ = ["ARCHIVE", "Command", "How", "Phase", "Purpose", "Step"]


# the folder of an archive; the script of its machine takes the first number that is free
ARCHIVE = "/var/root/odkit-archive-N"


class Purpose(StrEnum):
    """What a runbook is for."""

    MIGRATION = "migration"  # of the domain to a newer release
    LEAVE = "leave"  # of Open Directory
    REMOVAL = "removal"  # of retired servers alone


class How(StrEnum):
    """How a command is run by the script of its server."""

    READ = "read"  # looks only; run in every run
    CHANGE = "change"  # run with --apply
    CONFIRM = "confirm"  # run with --apply, after a word was typed that names what is at stake
    CALL = "call"  # a function of binding.sh, which looks, and with --apply changes what is not done yet
    ODKIT = "odkit"  # a command of odkit on the administrator's own machine; printed
    PERSON = "person"  # printed; done by hand


@dataclass(frozen=True, slots=True)
class Command:
    """One command line, or one sentence for a person.

    Attributes:
        how: see `How`.
        words: its words; of a sentence, one; of a call the function and its arguments.
        confirm: the word to be typed.
        shown: what a call does, for people.
        probe: a verb that the program's own -help must know before it is run; "" for none.
    """

    how: How
    words: tuple[str, ...]
    confirm: str = ""
    probe: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a phase.

    Attributes:
        title: of it.
        server: where it is done; None for the administrator's own machine.
        commands: in order.
        story: the steps of the story that it stands for.
        confidence: "high", "medium" or "low", by the facts that its commands come from.
        expect: what a good outcome looks like.
        back: the way back from it, "" where there is nothing to undo.
    """

    title: str
    server: Server | None
    commands: tuple[Command, ...] = ()
    story: tuple[str, ...] = ()
    confidence: str = "high"
    expect: str = ""
    back: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the migration that is done or not done as a whole.

    Attributes:
        name: short, for file names.
        title: for people.
        go: what must be true before it is begun.
        back: the point to which one can go back after it.
        steps: in order; of several servers one after the other.
    """

    name: str
    title: str
    go: tuple[str, ...]
    back: str
    steps: tuple[Step, ...] = ()

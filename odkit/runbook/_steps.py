"""How the phases write their steps and commands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from odkit.errors import UsageError
from odkit.project import Project, Server
from odkit.releases import Release, release_of
from odkit.runbook._model import Command, How, Phase, Step

__all__ = ["call", "change", "confirm", "odkit", "person", "phase", "read", "release_after", "release_now", "running_today", "step"]


def read(*words: str) -> Command:
    """Return a command that changes nothing; the script runs it."""
    return Command(How.READ, words)


def change(*words: str, probe: str = "") -> Command:
    """Return a command that changes the server; the script runs it with ``--apply``."""
    return Command(How.CHANGE, words, probe=probe)


def confirm(word: str, *words: str, probe: str = "") -> Command:
    """Return a command that cannot be taken back; the script asks for a word before it runs it."""
    return Command(How.CONFIRM, words, word, probe)


def person(text: str) -> Command:
    """Return what only a person can do; the script shows it."""
    return Command(How.PERSON, (text,))


def odkit(*words: str) -> Command:
    """Return a command of odkit, run on the administrator's own machine."""
    return Command(How.ODKIT, ("odkit", *words))


def call(shown: str, *words: str) -> Command:
    """Return a call of a shell function of the script, and how the page shows it."""
    return Command(How.CALL, words, shown=shown)


def step(
    title: str,
    server: Server | None,
    commands: Iterable[Command],
    story: tuple[str, ...] = (),
    confidence: str = "high",
    expect: str = "",
    back: str = "",
) -> Step:
    """Return a step of a phase."""
    return Step(title, server, tuple(commands), story, confidence, expect, back)


def phase(name: str, title: str, go: tuple[str, ...], back: str, steps: Iterable[Step]) -> Phase:
    """Return a phase."""
    return Phase(name, title, go, back, tuple(steps))


def release_now(server: Server) -> Release:
    """Return the release that a server runs today; without one, that which it will run."""
    return release_of(server.release or server.target)


def release_after(server: Server) -> Release:
    """Return the release that a server will run; without one, that which it runs today."""
    return release_of(server.target or server.release)


def running_today(project: Project) -> list[Server]:
    """Return the servers, each with the release that it runs today as the one that it is written for.

    Raises:
        UsageError: a server of which the plan does not tell.
    """
    out = [
        replace(s, release=s.release or s.target or project.target, target=s.release or s.target or project.target) for s in project.servers
    ]
    for s in out:
        if not s.release:
            raise UsageError(f"{project.path}: {s.name} has no release, and the domain no target: give the release that it runs")
    return out

"""How the phases write their steps and commands."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.project import Server
from odkit.releases import Release, release_of
from odkit.runbook._model import Command, How, Phase, Step

__all__ = ["call", "change", "confirm", "person", "phase", "read", "release_after", "release_now", "step"]


def read(*words: str) -> Command:
    return Command(How.READ, words)


def change(*words: str, probe: str = "") -> Command:
    return Command(How.CHANGE, words, probe=probe)


def confirm(word: str, *words: str, probe: str = "") -> Command:
    return Command(How.CONFIRM, words, word, probe)


def person(text: str) -> Command:
    return Command(How.PERSON, (text,))


def call(shown: str, *words: str) -> Command:
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
    return Step(title, server, tuple(commands), story, confidence, expect, back)


def phase(name: str, title: str, go: tuple[str, ...], back: str, steps: Iterable[Step]) -> Phase:
    return Phase(name, title, go, back, tuple(steps))


def release_now(server: Server) -> Release:
    return release_of(server.release or server.target)


def release_after(server: Server) -> Release:
    return release_of(server.target or server.release)

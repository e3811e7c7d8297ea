"""What was tried so far: kept in a file, so that the next run goes on from the last seed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from soak.corpus import ROOT

__all__ = ["FOLDER", "State", "Tally"]

FOLDER = ROOT / ".soak"


@dataclass(slots=True)
class Tally:
    """The sums of one thing that is tried.

    Attributes:
        seed: the next one.
        tries: how many were tried.
        seconds: of processor time.
        failures: seeds that failed, each with what went wrong.
        counts: of what came out, by name.
    """

    seed: int = 0
    tries: int = 0
    seconds: float = 0
    failures: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, name: str) -> None:
        """Count what came out."""
        self.counts[name] = self.counts.get(name, 0) + 1


class State:
    """All sums, by the name of what is tried.

    Args:
        path: of the file; it may not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        given = json.loads(path.read_text()) if path.exists() else {}
        self.tallies = {name: Tally(**each) for name, each in given.items()}

    def __getitem__(self, name: str) -> Tally:
        return self.tallies.setdefault(name, Tally())

    def save(self) -> None:
        """Write the file whole."""
        self._path.parent.mkdir(exist_ok=True)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({name: asdict(each) for name, each in self.tallies.items()}, indent=1) + "\n")
        new.replace(self._path)

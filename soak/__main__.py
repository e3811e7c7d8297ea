"""Command of ``script/soak``."""

from __future__ import annotations

import argparse
import sys
import time

from soak import report
from soak.readers import READERS, Reader
from soak.state import FOLDER, State
from soak.trying import Failure, case, minimal, tried

_SAVED = 20.0  # seconds between two writes of the sums


def main() -> int:
    """Run what the command line asks for; 1 where something failed."""
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    parser.add_argument("what", choices=("readers", "rehearsals", "large", "docs"), help="docs writes docs/soak.md from the sums")
    parser.add_argument("--minutes", type=float, default=45, help="of readers (45)")
    parser.add_argument("--runs", type=int, default=200, help="rehearsals (200)")
    parser.add_argument("--users", type=int, default=1_000_000, help="of the large domain (1,000,000)")
    parser.add_argument("--only", metavar="NAME", help="one reader, or one fault")
    parser.add_argument("--seed", type=int, help="this one alone, with all that it prints")
    given = parser.parse_args()
    state = State(FOLDER / f"{given.what}.json")
    match given.what:
        case "readers":
            return _readers(state, given.minutes, given.only, given.seed)
        case "rehearsals":
            from soak import rehearsals

            return rehearsals.run(state, given.runs, given.only, given.seed)
        case "large":
            from soak import large

            return large.run(state, given.users)
        case _:
            report.write()
            return 0


def _readers(state: State, minutes: float, only: str | None, seed: int | None) -> int:
    chosen = [reader for reader in READERS if only in {None, reader.name}]
    if not chosen:
        print(f"no reader {only}; there are: {', '.join(reader.name for reader in READERS)}")
        return 2
    if seed is not None:
        found = [each for reader in chosen if (each := tried(reader, seed, case(reader, seed))) is not None]
        print(*(f"{each.reader} {each.seed}: {each.what}" for each in found), sep="\n")
        return 1 if found else 0
    until, saved, failed = time.monotonic() + minutes * 60, time.monotonic(), 0
    while time.monotonic() < until:
        for reader in chosen:
            failed += _turn(state, reader)
        if time.monotonic() - saved > _SAVED:
            state.save()
            saved = time.monotonic()
    state.save()
    return 1 if failed else 0


def _turn(state: State, reader: Reader) -> int:
    """Give a reader a second of the processor; returns how many inputs failed."""
    tally = state[reader.name]
    start, failed = time.process_time(), 0
    while time.process_time() - start < 1:
        found = tried(reader, tally.seed, case(reader, tally.seed))
        if found is not None:
            failed += 1
            if found.what not in tally.failures.values():
                _keep(minimal(reader, found))
            tally.failures[str(tally.seed)] = found.what
        tally.seed += 1
        tally.tries += 1
    tally.seconds += time.process_time() - start
    return failed


def _keep(failure: Failure) -> None:
    """Write the smallest input that fails in this way, and say how to try it again."""
    folder = FOLDER / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{failure.reader.replace(' ', '-').replace(',', '')}-{failure.seed}"
    path.write_bytes(failure.data)
    print(f"{failure.reader}: {failure.what}: script/soak readers --only '{failure.reader}' --seed {failure.seed}; {path}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

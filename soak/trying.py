"""A reader fed with a broken input: what comes out is an answer, or an error of ours."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from odkit.errors import OdkitError
from soak.mutation import mutated
from soak.readers import Reader

__all__ = ["Failure", "case", "minimal", "tried"]

SECONDS = 30  # for one input; what takes longer counts as a failure


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that a reader failed on.

    Attributes:
        reader: its name.
        seed: of the input.
        what: type of the exception and its place, or "takes more than 30 seconds".
        data: the input.
    """

    reader: str
    seed: int
    what: str
    data: bytes


class _TooLong(BaseException):
    """No handler of a library may take it for its own."""


def case(reader: Reader, seed: int) -> bytes:
    """Return the input that a seed means."""
    random = Random(f"{reader.name} {seed}")
    given = reader.corpus()
    return mutated(random.choice(given), random, given, reader.words)


def tried(reader: Reader, seed: int, data: bytes) -> Failure | None:
    """Feed a reader.

    Returns:
        What it did wrong; None for an answer or an error of ours.
    """
    with _limited():
        try:
            reader.read(data, Random(seed))
        except OdkitError:
            return None
        except _TooLong:
            return Failure(reader.name, seed, f"takes more than {SECONDS} seconds", data)
        except Exception as error:  # noqa: BLE001 - that none else comes is what is tried
            place = error.__traceback__
            while place is not None and place.tb_next is not None:
                place = place.tb_next
            where = f" at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place is not None else ""
            return Failure(reader.name, seed, type(error).__name__ + where, data)
    return None


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def minimal(reader: Reader, failure: Failure, seconds: float = 60) -> Failure:
    """Return the same failure of a smaller input: pieces are left out as long as it fails in the same way."""
    until = time.monotonic() + seconds
    size = len(failure.data) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(failure.data) and time.monotonic() < until:
            data = failure.data[:at] + failure.data[at + size :]
            found = tried(reader, failure.seed, data)
            if found is not None and found.what == failure.what:
                failure = found
            else:
                at += size
        size //= 2
    return failure

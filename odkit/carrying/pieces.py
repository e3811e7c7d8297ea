"""Files in pieces, so that a large one is written with few calls and is never in memory as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import field

from odkit.dataclass import dataclass

__all__ = ["PlannedFile", "pieces"]

_PIECE = 1 << 18


def pieces(records: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the records, joined to pieces of about 256 KiB."""
    held, size = [], 0
    for data in records:
        held.append(data)
        size += len(data)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of the folder; its content is made when it is written, in pieces, so that a large one is never in memory.

    Attributes:
        name: inside the folder.
        content: makes the pieces; called once for each time that the file is written.
        secret: it holds keys or verifiers (CARRY.txt says so; every file is 0600).
        what: one line for CARRY.txt.
    """

    name: str
    content: Callable[[], Iterable[bytes]] = field(repr=False)
    what: str
    secret: bool = False

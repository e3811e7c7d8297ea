"""Joins records to pieces of a file, so that a large one is written with few calls and is never in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = ["pieces"]

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

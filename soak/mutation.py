"""Valid inputs, broken in one to four places: one seed gives one input, on every machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

__all__ = ["mutated"]

_LARGEST = 1 << 20  # bytes; a mutation that repeats must not make each input larger than the one before
# what counts, lengths and lines of these formats trip over
_BYTES = (b"\0", b"\xff", b"\x7f", b"\x80", b"\n", b"\r\n", b"\t", b" ", b"-", b":", b"=", b"%", b"<", b">", b"&", b"\\", b'"', b"'", b"@")
_NUMBERS = (b"0", b"-1", b"255", b"65536", b"2147483647", b"4294967296", b"9223372036854775808", b"1e9", b"0x1F", b"007", "\uff11".encode())

Mutation = Callable[[bytes, Random, Sequence[bytes], Sequence[bytes]], bytes]


def mutated(data: bytes, random: Random, others: Sequence[bytes] = (), words: Sequence[bytes] = ()) -> bytes:
    """Return an input that was changed in one to four places.

    Args:
        data: a valid one.
        random: everything is drawn from it.
        others: more valid ones, parts of which get in.
        words: of the format.
    """
    for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
        data = random.choice(_MUTATIONS)(data, random, others, words)[:_LARGEST]
    return data


def _span(data: bytes, random: Random) -> tuple[int, int]:
    """Return start and end of a piece: mostly a short one."""
    start = random.randrange(len(data) + 1)
    return start, min(len(data), start + random.choice((1, 1, 2, 4, 8, 64, random.randrange(len(data) + 1))))


def _flip(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    if not data:
        return data
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def _replace(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    start, end = _span(data, random)
    return data[:start] + random.choice(_BYTES) * random.choice((1, 1, 2, end - start)) + data[end:]


def _drop(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    start, end = _span(data, random)
    return data[:start] + data[end:]


def _double(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    start, end = _span(data, random)
    return data[:end] + data[start:end] * random.choice((1, 1, 2, 50)) + data[end:]


def _cut(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def _splice(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    if not others:
        return _double(data, random, others, words)
    other = random.choice(others)
    start, end = _span(other, random)
    at = random.randrange(len(data) + 1)
    return data[:at] + other[start:end] + data[random.choice((at, _span(data, random)[1])) :]


def _word(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    if not words:
        return _replace(data, random, others, words)
    start, end = _span(data, random)
    return data[:start] + random.choice(words) + data[random.choice((start, end)) :]


def _number(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    at = [i for i, byte in enumerate(data[:_LARGEST]) if 48 <= byte <= 57]
    if not at:
        return _replace(data, random, others, words)
    start = random.choice(at)
    end = start
    while end < len(data) and 48 <= data[end] <= 57:
        end += 1
    return data[:start] + random.choice(_NUMBERS) + data[end:]


def _lines(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Drop, double, join or exchange whole lines."""
    lines = data.split(b"\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(5):
        case 0:
            del lines[at : at + random.choice((1, 2, 10))]
        case 1:
            lines.insert(other, lines[at])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            lines[at : at + 2] = [b"".join(lines[at : at + 2])]
        case _:
            lines[at] = random.choice((b" ", b"\t", b"#", b"")) + lines[at]
    return b"\n".join(lines)


def _length(data: bytes, random: Random, others: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """Write a number where a binary format may have a length."""
    size = random.choice((1, 2, 4, 8))
    if len(data) < size:
        return data
    at = random.randrange(len(data) - size + 1)
    value = random.choice((0, 1, (1 << 8 * size) - 1, 1 << 8 * size - 1, len(data), random.randrange(1 << 8 * size)))
    order = random.choice(("big", "little"))
    return data[:at] + (value % (1 << 8 * size)).to_bytes(size, "big" if order == "big" else "little") + data[at + size :]


_MUTATIONS: tuple[Mutation, ...] = (_flip, _flip, _replace, _drop, _double, _cut, _splice, _word, _number, _lines, _lines, _length)

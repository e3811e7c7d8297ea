"""Long lists of values of one attribute, taken out of the bytes of an entry as they are: a group has a hundred thousand members.

It is an optimisation of the grammar, and nothing else: `without_runs` takes nothing out, or what the grammar reads as the values of an
attribute (tests/property/test_many_laws.py).  To take nothing out is always a correct answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from odkit.patterns import regex

__all__ = ["without_runs"]

# lines of one name, each with a value that begins on its line: blanks before a value are none of it; hardly any has one
_RUN = regex(rb"(\n[^:\n]++: )[^ \n][^\n]*+(?:\1[^ \n][^\n]*+)*+")


def without_runs(raw: bytes, names: Iterable[bytes], known: Iterable[tuple[int, int]] = ()) -> tuple[bytes, dict[bytes, bytes]]:
    """Take attributes out of an entry whose lines follow each other, each with one value in ASCII.

    Args:
        raw: bytes of the entry.
        names: what lines of each of the attributes usually begin with: the line end before it, its description, a colon and a blank.
        known: where such lines begin and end, if somebody has seen that (see `odkit.ldif.Batch`).

    Returns:
        The entry without these lines; and by the names of what was taken out its lines, with the line end before the first one: to take the
        values out of them costs three times as much.  The entry may have further values of them, which it still shows.
    """
    found: dict[bytes, bytes] = {}
    if b"\r" in raw or b"\0" in raw:
        return raw, found
    ends = dict(known)
    for start in names:
        first = raw.find(start)
        if first < 0:
            continue
        end = ends.get(first) or _end(raw, start, first)
        # none of the lines is folded
        if end < 0 or raw[end : end + 2] == b"\n " or not (run := raw[first:end]).isascii():
            continue
        found[start] = run
        raw = raw[:first] + raw[end:]
        ends = {(at if at < first else at - len(run)): (behind if at < first else behind - len(run)) for at, behind in ends.items()}
    return raw, found


def _end(raw: bytes, start: bytes, first: int) -> int:
    """Return where the lines of a name end; -1 if another line is between them."""
    end = raw.find(b"\n", raw.rfind(start) + 1)
    end = len(raw) if end < 0 else end
    lines = _RUN.match(raw, first, end)
    return end if lines is not None and lines.end() == end else -1

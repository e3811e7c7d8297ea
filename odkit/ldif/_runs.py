"""Long lists of values of one attribute, taken out of the bytes of an entry as they are: a group has a hundred thousand members.

It is an optimisation of the grammar, and nothing else: `without_runs` takes nothing out, or what the grammar reads as the values of an
attribute (tests/property/test_many_laws.py).  To take nothing out is always a correct answer.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["without_runs"]


def without_runs(raw: bytes, names: Iterable[str]) -> tuple[bytes, dict[str, str]]:
    """Take attributes out of an entry whose lines follow each other, each with one value in ASCII.

    Args:
        raw: bytes of the entry.
        names: attribute descriptions, as they are usually spelled.

    Returns:
        The entry without these lines; and by the names of what was taken out the values, joined by line feeds.  The entry may have further
        values of them, which it still shows.
    """
    found: dict[str, str] = {}
    if b"\r" in raw or b"\0" in raw:
        return raw, found
    for name in names:
        start = b"\n%b: " % name.encode("ascii")
        first = raw.find(start)
        if first < 0:
            continue
        last = raw.rfind(start)
        end = raw.find(b"\n", last + 1)
        end = len(raw) if end < 0 else end
        run = raw[first:end]
        values = run.replace(start, b"\n")
        # as often as a line begins, the name stands there: no other line, and none that is folded, is between them
        taken_off = len(run) - len(values)
        if taken_off != values.count(b"\n") * (len(start) - 1) or raw[end : end + 2] == b"\n " or not values.isascii():
            continue
        if b" " in values and b"\n " in values:  # blanks before a value are none of it; hardly any has one
            continue
        found[name] = values[1:].decode("ascii")
        raw = raw[:first] + raw[end:]
    return raw, found

"""Patterns for the continuations of a line: any, or those that the width tells at which the input folds."""

from __future__ import annotations

__all__ = ["CONTINUED", "LINE_ENDS", "continuations", "continued"]

CONTINUED = rb"(?:\n [^\n]*+)*+"  # as every pattern writes them
LINE_ENDS = rb"(?=\n[^ ]|\Z)"  # behind a line that is not continued


def continued(width: int, but: bytes) -> bytes:
    """Return a pattern for continuations, each behind a line of the width at which the input folds, where that is known.

    Args:
        width: see `Folding`.
        but: what none of them may start with.
    """
    if not width:
        return rb"(?:\n " + but + rb"[^\n]*+)*+"
    return rb"(?:(?<=[^\n]{%d})%b)?+" % (width, continuations(width, but))


def continuations(width: int, but: bytes) -> bytes:
    """Return the same for what stands behind a line of that width: lines of it, and a shorter one."""
    return rb"(?:\n %b[^\n]{%d})*+(?:\n %b[^\n]{0,%d})?+" % (but, width - 1, but, max(width - 2, 0))

"""The releases of Mac OS X as readers of property lists, and what a deviation is.  The rows are in `odkit.plist.table`."""

from __future__ import annotations

from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.releases import VERSIONS

__all__ = ["EVERY", "RELEASES", "Confidence", "Deviation", "phrase", "releases_text", "span"]

RELEASES = VERSIONS
EVERY = frozenset(RELEASES)


class Confidence(StrEnum):
    """How well the source supports a row."""

    HIGH = "high"  # the code of these releases says so
    MEDIUM = "medium"  # the code of a neighbouring release says so
    LOW = "low"  # no source was found


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which a document differs from what Apple's writers write.

    Attributes:
        code: its name in the table.
        what: the words of messages.
        example: a document that shows it; empty where a short one does not exist.
        refused: releases that refuse the whole value.
        otherwise: releases that read another value than odkit gives, or one that the source does not determine.
        warns: people should look at it although every release reads the same.
        confidence: of the releases.
    """

    code: str
    what: str
    example: bytes
    refused: frozenset[str] = frozenset()
    otherwise: frozenset[str] = frozenset()
    warns: bool = False
    confidence: Confidence = Confidence.HIGH

    @property
    def harmless(self) -> bool:
        """Whether every release reads the value, and all read the same."""
        return not self.refused and not self.otherwise and not self.warns


def span(first: str, last: str = RELEASES[-1]) -> frozenset[str]:
    """Return the releases from one to another, both included."""
    return frozenset(RELEASES[RELEASES.index(first) : RELEASES.index(last) + 1])


def releases_text(releases: frozenset[str]) -> str:
    """Return a set of releases in words: "10.3 and 10.4", "10.5 to 10.7", "10.13 and later", "every release"."""
    if releases >= EVERY:
        return "every release"
    parts: list[str] = []
    at = 0
    while at < len(RELEASES):
        end = at
        while end < len(RELEASES) and RELEASES[end] in releases:
            end += 1
        if end > at:
            run = RELEASES[at:end]
            if end == len(RELEASES):
                parts.append(f"{run[0]} and later")
            else:
                parts.append(run[0] if len(run) == 1 else f"{run[0]} {'and' if len(run) == 2 else 'to'} {run[-1]}")
        at = max(end, at + 1)
    return ", ".join(parts)


def phrase(deviation: Deviation) -> str:
    """Return what a deviation means for clients, to be put behind its words."""
    doubt = f" ({deviation.confidence} confidence)" if deviation.confidence is not Confidence.HIGH else ""
    if deviation.refused >= EVERY:
        return f": no release of Mac OS X reads the value{doubt}"
    parts = []
    if deviation.refused:
        rest = EVERY - deviation.refused
        parts.append(f"Mac OS X {releases_text(deviation.refused)} refuse the whole value, {releases_text(rest)} read it")
    if deviation.otherwise:
        which = "no release reads it in a way that Apple's source determines" if deviation.otherwise >= EVERY else ""
        parts.append(which or f"Mac OS X {releases_text(deviation.otherwise)} read another value")
    return f": {'; '.join(parts)}{doubt}" if parts else ""

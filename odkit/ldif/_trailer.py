"""Reads what ldapsearch and slapcat write beside the entries, and judges from it whether the export is complete."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.findings import Finding, Hides, Rule, Severity, finding
from odkit.patterns import regex
from odkit.text import escape, shorten

__all__ = ["Completeness", "Trailer"]

SEARCH_REFERENCE = Rule(
    "OD007", "search-reference", Severity.INFO, "Export from the other server, too. Its entries are not in this export."
)
DAMAGED_DATABASE = Rule(
    "OD008",
    "damaged-database",
    Severity.ERROR,
    "Restore the entry from an archive. slapcat could not read it from the database.",
    hides=Hides.RECORDS,
    is_damage=True,
)


# without -L ldapsearch writes these words without a comment sign, before results, references and controls
WORDS = regex(rb"(?i)(search|result|ref|text|matchedDN|control|pagedresults|sortResult|vlvResult|# numEntries|# numReferences):")
_HEADER = regex(rb"(?m)^# (extended LDIF|LDAPv[0-9]|filter: |requesting: )")
_COUNT = regex(rb"(?mi)^# numEntries: ([0-9]{1,18})\s*$")
_RESULT = regex(rb"(?mi)^(?:# )?result: ([0-9]{1,9})\b *([^\n]*)$")
_COOKIE = regex(rb"(?mi)^(?:# )?pagedresults: cookie=([^\n]*?)\s*$")
_DAMAGE = regex(rb"(?m)^# (?:no|bad) data for entry[^\n]*")
_PAGES = "the last page of a search is not its last: the pages behind it are missing"
# OpenLDAP's default, a common setting, Apple's default
_LIMITS = frozenset({500, 1000, 11000})


class Completeness(StrEnum):
    """Whether an export holds all that was asked for."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Search:
    """Result code and entry count that a finished search printed, and the number of entries before its end; None: not printed."""

    result: int | None
    count: int | None
    entries: int


class Trailer:
    """Collects the headers, results and counts of a file, which may hold several searches, one after the other.

    Attributes:
        searches: the searches that ended with a count.
    """

    def __init__(self) -> None:
        self.searches: list[_Search] = []
        self._failed = ""
        self._result: int | None = None  # of a search whose count has not been read yet
        self._open = False  # a header was read, and no result or count after it
        self._more = False  # the last page was not the last
        self._at = self._last = 0  # entries before the last result, before the last count

    def read(self, text: bytes, entries: int, path: str, line: Callable[[int], int]) -> Iterator[Finding]:
        """Read the lines of a paragraph that are no part of an entry.

        Args:
            text: the paragraph, unfolded.
            entries: number of entries before it.
            path: for findings.
            line: returns the physical line of a position in the text.

        Yields:
            Findings OD007 and OD008.
        """
        events: list[tuple[int, Callable[[], None]]] = []
        events += [(m.start(), self._begin) for m in _HEADER.finditer(text)]
        if b"\ndn:" not in text:
            events += [(m.start(), lambda m=m: self._end(m, entries)) for m in _RESULT.finditer(text)]  # type: ignore[misc]
        events += [(m.start(), lambda m=m: self._page(m[1])) for m in _COOKIE.finditer(text)]  # type: ignore[misc]
        events += [(m.start(), lambda m=m: self._count(int(m[1]), entries)) for m in _COUNT.finditer(text)]  # type: ignore[misc]
        for _, act in sorted(events, key=lambda each: each[0]):
            act()
        if text[:4].lower() == b"ref:" or b"\nref:" in text or b"# refldap" in text:
            message = "the server answered with a reference to another server"
            yield finding(SEARCH_REFERENCE, shorten(text, 100), message, path=path, line=line(0))
        for match in _DAMAGE.finditer(text):
            yield finding(DAMAGED_DATABASE, "", f"slapcat wrote: {shorten(match[0], 100)}", path=path, line=line(match.start()))

    def _begin(self) -> None:
        self._open = True

    def _end(self, match: re.Match[bytes], entries: int) -> None:
        self._result, self._at = int(match[1]), entries
        self._open = False
        if self._result:
            self._failed = self._failed or f"the search ended with result {self._result} {escape(match[2].strip())}".rstrip()

    def _page(self, cookie: bytes) -> None:
        self._more = bool(cookie)

    def _count(self, count: int, entries: int) -> None:
        if self._more:  # the count follows the last page
            self._failed = self._failed or _PAGES
        self.searches.append(_Search(self._result, count, entries - self._last))
        self._result, self._open, self._more, self._last = None, False, False, entries

    def judge(self, entries: int) -> tuple[Completeness, str] | None:
        """Judge a file from its searches.

        Args:
            entries: number of entries in the file.

        Returns:
            The verdict and its reason; None if the searches do not tell.
        """
        if self._failed:
            return Completeness.INCOMPLETE, self._failed
        for search in self.searches:
            if search.count != search.entries:
                return Completeness.INCOMPLETE, f"the trailer counts {search.count:,} entries, the file holds {search.entries:,}"
        if self._more:
            return Completeness.INCOMPLETE, _PAGES
        if self._open:
            return Completeness.INCOMPLETE, "the file has ldapsearch's header but not its trailer: it is cut"
        rest = entries - self._last
        parts = [search.entries for search in self.searches if search.result is None] + ([rest] if self._result is None else [])
        for part in parts if self.searches else ():
            if (found := self.limited(part)) is not None:
                return found
        ended = [*self.searches, *([_Search(self._result, None, entries - self._last)] if self._result is not None else [])]
        if not ended or entries > (self._last if self._result is None else self._at):
            return None
        if all(search.result == 0 for search in ended):
            return Completeness.COMPLETE, f"the trailer confirms {entries:,} entries"
        return Completeness.UNKNOWN, "the count is right, but how the search ended is not in the file: ldapsearch -L does not write it"

    @staticmethod
    def limited(entries: int) -> tuple[Completeness, str] | None:
        """Return the verdict for a number of entries at which a server's size limit has probably cut the search, else None."""
        if entries in _LIMITS:
            return Completeness.INCOMPLETE, f"exactly {entries:,} entries: a server's size limit has cut the search"
        return None

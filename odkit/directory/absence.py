"""Findings that would follow from absence are withheld, and counted, where an export does not show what they are about.

A check asks `Absences.withholds` before it adds a finding.  `Rule.about` says what that is: attributes of the finding's record, the
record itself on one side, or the export as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from odkit.directory._directory import Directory
from odkit.directory._views import Record
from odkit.findings import About, Finding, Rule, Severity, finding
from odkit.ldif import Answer
from odkit.text import plural

__all__ = ["NOT_JUDGED", "Absences"]

NOT_JUDGED = Rule(
    "OD013", "not-judged", Severity.WARNING, "Export all of the domain, and run the command again. What an export does not show is unknown."
)


_IDENTITY = ("uid", "cn", "apple-generateduid")


class Absences:
    """Asks one export, or both sides of a comparison, whether what a finding is about is shown at all.

    Args:
        newest: the only export, or the newer one.
        older: the older one.
        like: returns the id in the older export of a record of the newer one, which may have had another name, None for none; without it
            a record is the one of the same DN.
    """

    def __init__(self, newest: Directory, older: Directory | None = None, like: Callable[[int], int | None] = lambda _: None) -> None:
        self.newest = newest
        self.older = older
        self._like = like
        self._count: dict[tuple[Answer, str], set[str]] = {}
        self._said: dict[tuple[str, str, str], bool] = {}

    def withholds(self, rule: Rule, key: str | None, attribute: str = "") -> bool:
        """Tell whether a finding must not be added, because what it is about is not shown; it is counted then.

        Args:
            rule: of the finding.
            key: of its record, in normal form; None for none.
            attribute: that it names; empty for none.
        """
        about = rule.about
        if about is None:
            return False
        asked = (rule.code, key or "", attribute)
        if asked not in self._said:
            known = {Answer.KNOWN, Answer.ABSENT}
            unknown = [each for each in self._answers(about, key, attribute) if each[0] not in known]
            for each in unknown:
                self._count.setdefault(each, set()).add(key or rule.code)
            self._said[asked] = bool(unknown)
        return self._said[asked]

    def kept(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Return those that may be added."""
        return (each for each in findings if not self.withholds(each.rule, each.key, each.attribute or ""))

    def _answers(self, about: About, key: str | None, attribute: str) -> Iterator[tuple[Answer, str]]:
        sides = [self.newest] if self.older is None else [self.newest, self.older]
        for od in sides if about.whole else []:
            if not od.answers.whole:
                yield (Answer.CUT if any(info.reliance.cut for info in od.sources) else Answer.NOT_ASKED), "other records"
                return
        if key is None:
            return
        names = (attribute.partition(";")[0],) if about.own and attribute else about.attributes
        for missing, side in ((about.newer, self.newest), (about.older, self.older)):
            if missing and side is not None:
                yield side.answers.record(key), "record"
                names = _IDENTITY  # a record of that name may be there, and what it is known by not be shown
        for od in sides:
            record = self._record(od, key) if names else None
            if record is not None:
                yield from ((od.answers.attribute(record, name), name) for name in names)

    def _record(self, od: Directory, key: str) -> Record | None:
        """Return the record of one side that a finding about a key is about."""
        newer = self.newest.by_key(key) if od is self.older else None
        number = None if newer is None else self._like(newer.record_id)
        return od.by_key(key) if number is None else od.shared_view(number, od.kind_of(number))

    @property
    def keys(self) -> set[str]:
        """The records of which something was withheld, by the normal form of their DN."""
        return {key for found in self._count.values() for key in found}

    def findings(self) -> Iterator[Finding]:
        """Yield what was withheld, counted: one finding for each thing and why it is not shown."""
        path = self.newest.sources[0].path
        for (answer, what), keys in sorted(self._count.items()):
            count = plural(len(keys), "record")
            told = count if what == "record" else f"what depends on {what}" if what == "other records" else f"{what} of {count}"
            yield finding(NOT_JUDGED, "", f"{answer.value}, and not judged: {told}", path=path)

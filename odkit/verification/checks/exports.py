"""Whether two exports can be compared at all: one domain, two states of it, the older one first."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import Directory
from odkit.directory.order import changed_later
from odkit.findings import Finding, Rule, Severity, finding
from odkit.ldif import Answer
from odkit.text import escape, plural
from odkit.values.attributes import text_of
from odkit.verification.pair import Pair
from odkit.verification.rules import OLDER_SECOND

__all__ = ["check_exports"]

SAME_EXPORT = Rule(
    "OD621",
    "same-export",
    Severity.WARNING,
    "Give the export from before the migration, and the one from after it.",
)
OTHER_DOMAIN = Rule("OD623", "other-domain", Severity.ERROR, "Give two exports of one domain. These two cannot be compared.")

_SINCE_10_5 = ("computer_groups", "augments", "resources", "presets_computers", "presets_computer_groups")  # containers


def check_exports(pair: Pair) -> Iterator[Finding]:
    """Report the same export twice (OD621), an older one in place of the newer (OD622), and one of another domain (OD623)."""
    before, after = pair.before, pair.after
    path = after.sources[0].path
    if before is after or _same_bytes(before, after):
        yield finding(SAME_EXPORT, path, f"{escape(path)} is compared with itself", path=path)
        return
    if before.suffix_key and after.suffix_key and before.suffix_key != after.suffix_key:
        one, other = (f"{escape(od.suffix_key)} in {escape(od.sources[0].path)}" for od in (before, after))
        message = f"the suffix is {one}, and {other}"
        yield finding(OTHER_DOMAIN, path, message, path=path)
        return
    sign = next(_signs_of_order(pair), "")
    if sign:
        yield finding(OLDER_SECOND, path, sign, path=path)


def _signs_of_order(pair: Pair) -> Iterator[str]:
    """Yield what tells that the second export is the older state of the domain: times first, then what no migration takes back."""
    before, after = pair.before, pair.after
    first, second = (escape(od.sources[0].path) for od in (before, after))
    if times := changed_later(before, after):
        yield f"the newest change in {second} is of {times[1]}, that in {first} of {times[0]}"
    if any(source.reliance.lacks for source in after.sources):
        return  # what it does not show may be the later part
    yield from _changed_back(pair, first, second)
    if not before.authdata and (before.generation, after.generation) == (2, 1):  # else the second one may only have been given without it
        yield f"{second} is of 10.4 to 10.6, {first} of 10.7 or later"
    gone = [name for name in _SINCE_10_5 if _container(before, name) is Answer.KNOWN and _container(after, name) is Answer.ABSENT]
    if len(gone) > 1 and not any(_container(after, name) is Answer.KNOWN for name in _SINCE_10_5):
        yield f"{second} has no {' and no '.join(f'cn={name}' for name in gone)}, which 10.5 brought, and {first} has"


def _changed_back(pair: Pair, first: str, second: str) -> Iterator[str]:
    """Yield that every record that was changed on one side alone was changed in the first export."""
    old, new = pair.before.column("stamps"), pair.after.column("stamps")
    changed = [
        (n, other) for n in pair.matching.changed_ids()[0] if (other := pair.matching.newer(n)) is not None and old[n] and new[other]
    ]
    if any(new[other] > old[n] for n, other in changed):
        return
    back = [(n, other) for n, other in changed if new[other] < old[n] and _made(pair.before, n) == _made(pair.after, other)]
    if back:
        n, other = back[0]
        dn = escape(pair.before.entry(n).dn)
        records = f"{plural(len(back), 'record')} {'was' if len(back) == 1 else 'were'}"
        yield f"{records} last changed at an earlier time in {second} than in {first}, and none later: {dn} at {new[other]}, not {old[n]}"


def _made(od: Directory, record_id: int) -> str | None:
    """Return when a record was made: one that was made again is not the same."""
    return text_of(od.entry(record_id).attributes, "createTimestamp")


def _container(od: Directory, name: str) -> Answer:
    return od.answers.record(f"cn={name},{od.suffix_key}")


def _same_bytes(before: Directory, after: Directory) -> bool:
    one, other = (sorted((info.size, info.entries) for info in od.sources) for od in (before, after))
    return one == other and {info.digest for info in before.sources} == {info.digest for info in after.sources}

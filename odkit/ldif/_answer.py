"""What a record answers: a value, that there is none, or that it cannot be known.

*Absent* is what the input shows not to be there.  What could not be read, what is in another file and what may have been cut off is
unknown, and nothing may be decided or written from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.ldif._entry import Entry
from odkit.ldif._fast import lines_before_dn
from odkit.ldif._grammar import Fault, attrval_spec, is_attribute_description, is_version_spec, logical_lines
from odkit.ldif._values import UnfetchedURL
from odkit.text import decode

__all__ = ["Answer", "Unknown", "torn", "unknowns"]


class Answer(StrEnum):
    """What an input says about a record or an attribute."""

    KNOWN = "known"
    ABSENT = "absent"
    NOT_ASKED = "not asked"
    UNREADABLE = "unreadable"
    ELSEWHERE = "elsewhere"
    CUT = "cut off"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something of a record that its input does not tell.

    Attributes:
        answer: why; neither `Answer.KNOWN` nor `Answer.ABSENT`.
        attribute: the attribute description; "" where any attribute of the record may be meant.
        line: 1-based physical line, 0 for a record that comes from no file.
    """

    answer: Answer
    attribute: str
    line: int

    def __str__(self) -> str:
        what = self.attribute or "a line"
        return {
            Answer.ELSEWHERE: f"{what} is in another file (ldapsearch -t)",
            Answer.NOT_ASKED: f"{what} was not asked for",
            Answer.CUT: "the file ends in the record, or the record in another: its end may be missing",
        }.get(self.answer, f"{what} cannot be read")


def unknowns(entry: Entry) -> tuple[Unknown, ...]:
    """Return what of an entry cannot be known by its own lines, in their order; empty for nearly every one."""
    raw = entry.raw
    if raw is None:
        urls = [name for name, values in entry.attributes.items() if any(isinstance(value, UnfetchedURL) for value in values)]
        return tuple(Unknown(Answer.ELSEWHERE, name, entry.line) for name in urls)
    if entry.is_plain():
        return ()
    joined = entry.joined_line()
    if joined is not None:  # the attribute whose line it was can be any, also one that has other values
        at, name = joined
        return (Unknown(Answer.UNREADABLE, decode(name), at), Unknown(Answer.CUT, "", at))
    common = entry.common()
    if common is not None:  # no line of it can be anything but known
        return _only_names(common.get("objectClass", ()), entry)
    first = entry.line - lines_before_dn(raw)
    lines = logical_lines(raw, first)
    if lines and is_version_spec(lines[0]):
        del lines[0]
    out: list[Unknown] = []
    classes: list[bytes] = []
    for line in lines[1:]:
        number, text = line
        name = text.partition(b":")[0]
        shown = name.decode("ascii") if b":" in text and is_attribute_description(name) else ""
        if shown.lower() == "dn":
            return (*out, Unknown(Answer.CUT, "", number))
        try:
            value = attrval_spec(line)[1]
        except Fault:
            out.append(Unknown(Answer.UNREADABLE, shown, number))
            continue
        if shown.lower() == "changetype":
            out.append(Unknown(Answer.UNREADABLE, "", number))
        elif isinstance(value, UnfetchedURL):
            out.append(Unknown(Answer.ELSEWHERE, shown, number))
        elif shown.lower() == "objectclass":
            classes.append(value)
    return (*out, *_only_names(classes, entry))


def _only_names(classes: Sequence[bytes], entry: Entry) -> tuple[Unknown, ...]:
    """Return an entry has a class, and a class has a name (RFC 4512, 2.4): ldapsearch -A gives the names of attributes only."""
    if not classes or any(classes):
        return ()
    return (Unknown(Answer.NOT_ASKED, "", entry.line - lines_before_dn(entry.raw or b"")),)


def torn(offsets: Iterable[int], breaks: Iterable[int]) -> set[int]:
    """Return the records of a file that a break follows, at which the lines of a record may have been torn off.

    Args:
        offsets: of the records.
        breaks: offsets of paragraphs that could not be read as records.

    Returns:
        Offsets of records.
    """
    out: set[int] = set()
    left = sorted(breaks, reverse=True)
    if not left:
        return out
    before = -1
    for offset in sorted(offsets):
        while left and left[-1] < offset:
            out.add(before)
            left.pop()
        before = offset
    if left:
        out.add(before)
    out.discard(-1)
    return out

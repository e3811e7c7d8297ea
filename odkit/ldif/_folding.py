"""Finds lines that a leading blank has made a part of the line before: a continuation where no writer would have folded.

RFC 2849 lets a line be folded anywhere, so that such a line is no fault of the grammar, and the attribute that it held is gone without
a trace in the values.  Real writers fold at one width (OpenLDAP's ldif_sput: 78 bytes; others 76 or 80).  Two things tell:

* a line is continued though it is shorter than that width, where the beginning of the input shows the width;
* the continuation reads like an attribute that the input has: ``" uidNumber: 1025"``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from odkit.dataclass import dataclass
from odkit.ldif._grammar import normalised
from odkit.patterns import compiled, regex

__all__ = ["LARGE", "SAMPLE", "Folding", "dn_is_folded", "folding_of", "may_be_folded"]

LARGE = 1 << 16  # bytes of a record in which to look for anything takes its time
SAMPLE = 1 << 15  # bytes that show how an input folds
_FOLDS = 3  # that many show a width, if nearly all of them agree
_AGREE = 0.9
_CUT_CHARACTER = 3  # a writer that does not part the bytes of a character folds up to so many earlier
# a pattern that begins with a line feed looks at nothing but those: it takes half the time of one that begins with ^
_NAME = regex(rb"\n([A-Za-z][A-Za-z0-9-]*+)(?:;[A-Za-z0-9-]++)*+::? ")
_READS_LIKE_ONE = regex(rb"\n ([A-Za-z][A-Za-z0-9-]*)(?:;[A-Za-z0-9-]+)*::? ")
_COMMENT = regex(rb"(?m)^#[^\n]*(?:\n [^\n]*)*\n?")
_FOLD = regex(rb"\n([^#\r\n][^\r\n]*+)\r?+(?=\n )")


@cache
def _short(width: int) -> re.Pattern[bytes]:
    """A line of less than this width, and the first byte of its continuation."""
    return compiled(rb"(?m)^([^\r\n]{1,%d})\r?\n (?=([^\r\n]))" % (width - 1))


@cache
def _suspect(width: int) -> re.Pattern[bytes]:
    """A continuation behind a line of less than this width, or one that reads like an attribute; of records without CR.

    The line feed and the blank come first: a pattern that begins with plain bytes looks at nothing but them.
    """
    short = rb"(?<![^\n]{%d}\n )(?=[^\n])|" % width if width else b""
    return compiled(rb"\n (?:" + short + rb"(?=[A-Za-z][A-Za-z0-9-]*+(?:;[A-Za-z0-9-]++)*+::? ))")


@dataclass(frozen=True, slots=True)
class Folding:
    """How an input folds its lines, as far as its beginning shows.

    Attributes:
        width: bytes of a line that is continued; 0 where that is not known.
        names: of attributes, in lower case.
    """

    width: int = 0
    names: frozenset[bytes] = frozenset()

    def suspects(self, data: bytes) -> Iterator[int]:
        """Find all continuations that `joined` may find, and some that it does not: it costs a tenth of that.

        Args:
            data: bytes of any number of records.

        Yields:
            The positions of the line ends before them.
        """
        return (match.start() for match in _suspect(self.width).finditer(data))

    def joined(self, raw: bytes) -> tuple[int, bytes] | None:
        """Find the first line of a record that is probably none of its own only because of a leading blank.

        Args:
            raw: bytes of the record.

        Returns:
            The number of the physical line, counted from 0, and the name of the attribute it is joined to; None for nearly every record.
        """
        if b"\r" in raw and b"\r" not in (text := normalised(raw)):
            raw = text
        if b"\r" not in raw and _suspect(self.width).search(raw) is None:
            return None  # nearly every record
        text = _COMMENT.sub(_blank_lines, raw) if raw[:1] == b"#" or b"\n#" in raw else raw
        places = [match.start() for match in _READS_LIKE_ONE.finditer(text) if match[1].lower() in self.names]
        if self.width:
            for match in _short(self.width).finditer(text):
                slack = _CUT_CHARACTER if max(match[1][-1:] + match[2]) >= 0x80 else 0
                if len(match[1]) < self.width - slack:
                    places.append(text.index(b"\n", match.end(1)))  # behind a CR, if there is one
                    break
        if not places:
            return None
        at = min(places)
        start = at
        while start >= 0 and text[start + 1 : start + 2] == b" ":
            start = text.rfind(b"\n", 0, max(start, 0))
            if start < 0:
                break
        return text.count(b"\n", 0, at) + 1, text[start + 1 :].partition(b":")[0]


def _blank_lines(match: re.Match[bytes]) -> bytes:
    """As many line ends as a comment has, so that the lines behind it keep their numbers."""
    return b"\n" * match[0].count(b"\n")


def dn_is_folded(data: bytes, start: int = 0, stop: int | None = None) -> bool:
    """Tell whether the first line of a record is continued.

    Args:
        data: bytes with the record in them.
        start: of the record, which begins with its dn.
        stop: its end; that of the bytes by default.
    """
    end = data.find(b"\n", start, stop)
    return end >= 0 and data[end + 1 : end + 2] == b" "


def may_be_folded(raw: bytes) -> bool:
    """Tell whether a record may have folded lines; one that is large may, and whoever asks for them looks at it."""
    return len(raw) >= LARGE or b"\n " in raw


def folding_of(data: bytes) -> Folding:
    """See how an input folds.

    Args:
        data: its first bytes.
    """
    sample = b"\n" + data[:SAMPLE]
    names = frozenset({name.lower() for name in {*_NAME.findall(sample)}}) - {b"version"}
    widths = Counter(len(line) for line in _FOLD.findall(sample))
    if not widths:
        return Folding(0, names)
    width, count = max(widths.items(), key=lambda each: each[1])
    known = count >= _FOLDS and count >= _AGREE * widths.total()
    return Folding(width if known else 0, names)

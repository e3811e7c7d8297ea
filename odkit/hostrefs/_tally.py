"""Counting where hosts are named, for all hosts at once: by record type, attribute and host, without an object for each place.

What is counted is what `Search.places` gives (tests/property/test_reference_laws.py).  A line is read once for all records that
have it; lines of one attribute that name nobody are found by one question to all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from odkit.directory import Directory, Stretch
from odkit.hostrefs._match import HitKind
from odkit.hostrefs._search import Search
from odkit.hostrefs._sieve import FEW, WORDS, Sieve
from odkit.ldif import BulkLines, Lines, value_of_line
from odkit.patterns import compiled, regex
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.values.texts import is_plist

__all__ = ["Edge", "tally"]

Edge = tuple[str, str, str]  # record type, attribute as written, host

_DOUBT = regex(rb"\.(?![a-z0-9])")  # a dot that ends a name: what `Matcher.find` must look at
# a pattern that begins with plain bytes finds them in half to four fifths of the time that `in` takes
_XML, _BINARY = regex(rb"<(?:\?xml|plist)"), regex(rb"bplist")  # how property lists begin
_MEMORY = 1 << 13  # lines that are remembered
_STRETCH = 1 << 20  # bytes that are looked at at once: what is asked of each attribute is asked half as often as with the usual half


def tally(od: Directory, search: Search) -> Counter[Edge]:
    """Count the places of an export that name any host of a search."""
    found: Counter[Edge] = Counter()
    if not search.matcher.words:
        return found
    counted = _Tally(od, search, found)
    kinds = od.kinds()
    for stretch in od.stretches(_STRETCH):
        first = 0
        for kind, run in groupby(kinds[stretch.numbers.start : stretch.numbers.stop]):
            behind = first + sum(1 for _ in run)
            counted.add(kind, stretch.part(first, behind))
            first = behind
    return found


class _Tally:
    """The counts, and what was learnt on the way."""

    def __init__(self, od: Directory, search: Search, found: Counter[Edge]) -> None:
        self._od = od
        self._search = search
        self._found = found
        self._sieve: Sieve = search.sieve
        matcher = search.matcher
        self._lines = BulkLines()
        self._clean: set[bytes] = set()  # lines that can name none of them
        self._known: dict[str, dict[bytes, tuple[str, list[str]]]] = {}  # record type -> line -> attribute, hosts
        self._labels = frozenset(label.encode() for label in matcher.labels)
        self._find_label = [compiled(re.escape(label)).search for label in self._labels] if len(self._labels) <= FEW else []
        self._owners: dict[bytes, tuple[str, ...]] = {}
        for word, owners in matcher.words.items():
            hosts = tuple(host for host, kind in owners if kind is not HitKind.SHORT or host not in matcher.labels)
            if hosts:
                self._owners[word.encode()] = hosts
        # where an odd word, a realm or a name in letters may be meant, only the matcher knows
        odd = any(":" in word or "._" in word or ".-" in word for word in matcher.words)
        realms = {realm.lower() for realm in search.realms}
        named = any(realm in matcher.words or realm.partition(".")[0] in matcher.labels for realm in realms)
        self._exactly = odd or named or matcher.international

    def add(self, kind: str | None, stretch: Stretch) -> None:
        """Count the places of consecutive records of one type."""
        numbers = stretch.numbers
        known = self._known.setdefault(kind or "", {})
        lines = None if kind is None else self._lines.take(stretch.text(), len(numbers), self._clean, known)
        met = [(*known[line], count) for line, count in Counter(lines.known).items()] if lines is not None else []
        found = None if lines is None or kind is None else self._in_values(kind, lines.values)
        if found is None or lines is None or kind is None:
            self._one_by_one(kind, numbers)
            return
        for name, hosts, count in met:
            for host in hosts:
                found[kind, name, host] += count
        self._found.update(found)
        for index in self._named(lines.dns):
            for spot in self._search.in_name(self._od.shared_view(numbers[index], kind)):
                self._found[kind, "dn", spot.hit.host] += 1

    def _one_by_one(self, kind: str | None, numbers: Sequence[int]) -> None:
        for number in numbers:
            record = self._od.view(number, self._od.kind_of(number) if kind is None else kind)
            for attribute, _, spot in self._search.places(record):
                self._found[record.kind, attribute, spot.hit.host] += 1

    def _named(self, dns: list[bytes]) -> Iterator[int]:
        """Which of the records may have a host in their own names."""
        names = [line.partition(b"=")[2].partition(b",")[0] for line in dns]
        if not self._in_doubt(b"\n".join(names)) and not any(line[3:4] == b":" for line in dns):
            return
        for index, (line, name) in enumerate(zip(dns, names, strict=True)):
            if line[3:4] == b":" or self._in_doubt(name):
                yield index

    def _in_doubt(self, name: bytes) -> bool:
        return b"\\" in name or b'"' in name or self._sieve.words(name)

    def _in_values(self, kind: str, values: Mapping[str, Lines]) -> Counter[Edge] | None:
        """Count the places of values; None if the records must be looked at one by one."""
        found: Counter[Edge] = Counter()
        for name, (lines, text, coded) in values.items():
            plain = len(lines)
            if coded or _may_be_plist(text):
                texts = self._in_plists(kind, name, lines, text, found)
                if texts is None:
                    return None
                text, plain = b"\n".join(texts), len(texts)
            elif self._is_called_like_one(name):
                text = (b"\n" + text).replace(b"\n" + name.encode() + b":", b"\n")
            words = text.translate(WORDS)
            if self._exactly or _DOUBT.search(words):
                named = self._one_line_at_a_time(kind, name, lines, found) if self._sieve.words(text) else False
            else:
                named = self._count(kind, name, words, found)
            if not named and plain == len(lines):
                self._remember(lines)
        return found

    def _is_called_like_one(self, name: str) -> bool:
        """Tell whether an attribute description has a word of a host in it, which is then taken off its lines."""
        words = self._search.matcher.words
        return any(part in words or part.partition(".")[0] in words for part in name.lower().split(";"))

    def _one_line_at_a_time(self, kind: str, name: str, lines: list[bytes], found: Counter[Edge]) -> bool:
        """Count the places of values that are no property lists, where the matcher must look.  Returns True."""
        for line in lines:
            value = value_of_line(line, len(name))
            if value is not None and not is_plist(value):
                for spot in self._search.in_value(kind, name, value):
                    found[kind, name, spot.hit.host] += 1
        return True

    def _count(self, kind: str, name: str, text: bytes, found: Counter[Edge]) -> bool:
        """Count the hosts among the words of values that are no property lists.  Returns whether there is one."""
        owners, words = self._owners, text.split()
        named = [] if owners.keys().isdisjoint(words) else [*filter(owners.__contains__, words)]
        hosts = [host for word in named for host in owners[word]]
        if self._has_label(text):
            hosts += [label.decode() for word in words if (label := word.partition(b".")[0]) in self._labels]
        if hosts and sensitivity_of(name) is not Sensitivity.SECRET:
            for host, count in Counter(hosts).items():
                found[kind, name, host] += count
        return bool(hosts)

    def _has_label(self, text: bytes) -> bool:
        """Tell whether a word of a text may begin with a label: hardly any does, and to part each word costs more than all the rest."""
        if len(self._labels) > FEW:
            return not self._labels.isdisjoint(text.replace(b".", b" ").split())
        return any(find(text) is not None for find in self._find_label)

    def _in_plists(self, kind: str, name: str, lines: Sequence[bytes], text: bytes, found: Counter[Edge]) -> list[bytes] | None:
        """Count the places of property lists.  Returns the values that are none; None if a value cannot be read."""
        known = self._known[kind]
        rest: list[bytes] = []
        if not _may_be_plist(text) and not self._is_called_like_one(name):  # property lists are in base64 alone
            begin = name.encode() + b"::"
            rest = [line for line in lines if not line.startswith(begin)]
            lines = [line for line in lines if line.startswith(begin)] if rest else lines
        values = [value_of_line(line, len(name)) for line in lines]
        for line, value in zip(lines, values, strict=True):
            if value is None:
                return None
            if not is_plist(value):
                rest.append(value)
                continue
            if line not in known:
                if len(known) > _MEMORY:
                    known.clear()
                known[line] = name, [spot.hit.host for spot in self._search.in_value(kind, name, value)]
            for host in known[line][1]:
                found[kind, name, host] += 1
        return rest

    def _remember(self, lines: list[bytes]) -> None:
        """Learn lines that name nobody, unless each of them stands in one record alone."""
        different = set(lines)
        if 2 * len(different) > len(lines):
            return
        if len(self._clean) + len(different) > _MEMORY:
            self._clean.clear()
        self._clean |= different


def _may_be_plist(text: bytes) -> bool:
    """Tell whether a property list that is not in base64 may stand in a text."""
    return (b"<" in text and _XML.search(text) is not None) or _BINARY.search(text) is not None

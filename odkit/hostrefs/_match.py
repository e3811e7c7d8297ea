"""Finds a server's names in text: whole names only, each kind by its own rule.

A full name counts unless a letter, digit, ``-``, ``_`` or ``.`` precedes it, or one of these (a dot only with a name behind it)
after it; ``srv`` never counts inside ``mysrv``, ``srv2``, ``srv.example.com`` or ``www.srv``.  An address counts unless a digit or dot
continues it, one of IPv6 unless a digit or colon does.  A name in the letters of an alphabet is that of its ``xn--…`` form.  (Apple's
changeip takes a dot for a boundary, so that its ``srv`` matches in ``srv.example.com``.)

A text is cut into words once, and each word is looked up: thousands of hosts cost no more than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.names import address_of, host_key, idn_twin, is_fqdn, is_label, short_name
from odkit.patterns import compiled, regex
from odkit.text import escape
from odkit.values.principal import LKDC

__all__ = ["Hit", "HitKind", "Matcher", "host_of"]

_WORD = regex(r"[A-Za-z0-9_.\-]+")  # as long as can be, so that nothing stands before it that would make it another name
_END = regex(r"\.(?![a-z0-9])")  # a dot with no name behind it ends a name
_LABELLED = regex(r"[a-z0-9_\-]+(?:\.[a-z0-9_\-]+)*")
_LETTERS = regex(r"[\w.\-\u0300-\u036f]+")  # accents, too, which Apple's file systems take off their letters
_BEFORE = r"(?<![A-Za-z0-9_.\-])"
_AFTER = r"(?![A-Za-z0-9_\-])(?!\.[A-Za-z0-9])"
_BEFORE_IPV6 = r"(?<![A-Za-z0-9_.:\-])"
_AFTER_IPV6 = r"(?![A-Za-z0-9_:\-])(?!\.[A-Za-z0-9])"
_MAX_NAME = 254  # a name with its final dot (RFC 1035 section 2.3.4)


class HitKind(StrEnum):
    """The kind of name that was found."""

    FQDN = "fqdn"
    SHORT = "short"
    ADDRESS = "address"
    LKDC = "lkdc"
    IDN = "idn"  # in the letters of an alphabet, where it is known by its xn--… form


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in a text.

    Attributes:
        host: the server's name as it was asked for.
        kind: of the name.
        start, end: positions.
    """

    host: str
    kind: HitKind
    start: int
    end: int


Owner = tuple[str, HitKind]


def host_of(name: str) -> str:
    """Return the identity of a server, by whatever it is called: a name of letters is the same as its ``xn--…`` form.

    Raises:
        UsageError: neither a host name, an address nor a Local KDC's realm.
    """
    bare = name.strip()
    if LKDC.match(bare.upper()):
        return bare.upper()
    key = host_key(bare)
    if not key.isascii():
        key = idn_twin(key) or key
    # what still ends in a dot had two: an empty label is in no name
    if not key.endswith(".") and (address_of(key) is not None or is_fqdn(key) or is_label(key)):
        return key
    raise UsageError(f"neither a host name, an address nor a Local KDC's realm: {escape(name)!r}")


class Matcher:
    """Finds servers; each of them as if it were sought alone.

    Args:
        hosts: full names, short names, addresses, or Local KDC realms; a full name is also sought by its short name, a short name
            also as the first label of any full name.
        addresses: host -> its addresses, sought for it, too.

    Attributes:
        hosts: as `host_of` has them.
        words: what is sought, in ASCII lower case, each with the hosts that it may mean.
        labels: those words that are found as the first label of full names, too.
        international: whether a host has a form in letters.

    Raises:
        UsageError: a text that is none of these.
    """

    def __init__(self, hosts: Iterable[str], addresses: Mapping[str, Iterable[str]] | None = None) -> None:
        self.hosts: list[str] = list(dict.fromkeys(map(host_of, hosts)))
        own: dict[str, dict[str, HitKind]] = {host: {} for host in self.hosts}
        self.labels: frozenset[str] = frozenset(filter(is_label, self.hosts))
        for host, words in own.items():
            if host.startswith("LKDC:"):
                words[host.lower()] = HitKind.LKDC
            elif (address := address_of(host)) is not None:
                words[address.lower()] = HitKind.ADDRESS
            else:
                words[host] = HitKind.SHORT if host in self.labels else HitKind.FQDN
                words.setdefault(short_name(host), HitKind.SHORT)
        for host, found in (addresses or {}).items():
            for each in found:
                own.setdefault(host_of(host), {}).setdefault(each.lower(), HitKind.ADDRESS)
        self.words: dict[str, tuple[Owner, ...]] = {}
        for host, words in own.items():
            for word, kind in words.items():
                self.words[word] = (*self.words.get(word, ()), (host, kind))
        self.international = any("xn--" in host for host in own)
        colons = sorted((word for word in self.words if ":" in word), key=len, reverse=True)
        # ASCII case only: letters of other alphabets may share a small form, and no host name holds them
        self._colons = compiled("|".join(map(_whole, colons)), re.IGNORECASE | re.ASCII).finditer if colons else None

    def find(self, text: str) -> Iterator[Hit]:
        """Yield all places in a text, in order; each host's for itself."""
        found = [*self._words_of(text)]
        if self._colons is not None:
            found += [
                Hit(host, kind, match.start(), match.end()) for match in self._colons(text) for host, kind in self.words[match[0].lower()]
            ]
        if self.international and not text.isascii():
            found += self._in_letters(text)
        if len(found) < 2:
            yield from found
            return
        found.sort(key=lambda hit: (hit.start, -hit.end))
        ends: dict[str, int] = {}
        for hit in found:
            if hit.start >= ends.get(hit.host, 0):
                ends[hit.host] = hit.end
                yield hit

    def _words_of(self, text: str) -> Iterator[Hit]:
        words, labels = self.words, self.labels
        for match in _WORD.finditer(text):
            word = match[0].lower()
            if word in words:
                for host, kind in words[word]:
                    if host not in labels or kind is not HitKind.SHORT:
                        yield Hit(host, kind, match.start(), match.end())
            if "." in word:
                for end in reversed([each.start() for each in _END.finditer(word)]):
                    for host, kind in words.get(word[:end], ()):
                        if host not in labels or kind is not HitKind.SHORT:
                            yield Hit(host, kind, match.start(), match.start() + end)
            if labels and (label := word.partition(".")[0]) in labels:
                whole = _LABELLED.match(word)
                assert whole is not None
                yield Hit(label, HitKind.SHORT, match.start(), match.start() + whole.end())

    def _in_letters(self, text: str) -> Iterator[Hit]:
        """Names that are not ASCII, by their other form."""
        for match in _LETTERS.finditer(text):
            name = match[0].rstrip(".")
            known = idn_twin(name) if len(name) < _MAX_NAME and not name.isascii() else None
            if known is not None and "xn--" in known:
                for host, _ in self.words.get(known, ()):
                    yield Hit(host, HitKind.IDN, match.start(), match.start() + len(name))


def _whole(word: str) -> str:
    """The pattern of an address of IPv6, or of a Local KDC."""
    before, after = (_BEFORE, _AFTER) if word.startswith("lkdc:") else (_BEFORE_IPV6, _AFTER_IPV6)
    return f"{before}{re.escape(word)}{after}"

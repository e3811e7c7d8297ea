"""Finds a server's names in text: whole names only, each kind by its own rule.

A full name counts unless a letter, digit, ``-``, ``_`` or ``.`` precedes it, or one of these (a dot only with a name behind it)
after it; ``srv`` never counts inside ``mysrv``, ``srv2``, ``srv.example.com`` or ``www.srv``.  An address counts unless a digit or dot
continues it, one of IPv6 unless a digit or colon does.  (Apple's changeip takes a dot for a boundary, so that its ``srv`` matches in
``srv.example.com``.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.names import address_of, host_key, is_fqdn, is_label, short_name
from odkit.text import escape
from odkit.values.principal import LKDC

__all__ = ["Hit", "HitKind", "Matcher"]

_BEFORE = r"(?<![A-Za-z0-9_.\-])"
_AFTER = r"(?![A-Za-z0-9_\-])(?!\.[A-Za-z0-9])"
_BEFORE_IPV6 = r"(?<![A-Za-z0-9_.:\-])"
_AFTER_IPV6 = r"(?![A-Za-z0-9_:\-])(?!\.[A-Za-z0-9])"


class HitKind(StrEnum):
    """The kind of name that was found."""

    FQDN = "fqdn"
    SHORT = "short"
    ADDRESS = "address"
    LKDC = "lkdc"


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


class Matcher:
    """Finds servers.

    Args:
        hosts: full names, short names, addresses, or Local KDC realms; a full name is also sought by its short name, a short name
            also as the first label of any full name.
        addresses: host -> its addresses, sought for it, too.

    Raises:
        UsageError: a text that is none of these.
    """

    def __init__(self, hosts: Iterable[str], addresses: dict[str, Iterable[str]] | None = None) -> None:
        self.hosts: list[str] = []
        words: dict[str, tuple[str, HitKind]] = {}
        labels: set[str] = set()
        for host in hosts:
            key = host_key(host.strip())
            address = address_of(key)
            self.hosts.append(key)
            if LKDC.match(host.strip().upper()):
                words.setdefault(host.strip().lower(), (host.strip().upper(), HitKind.LKDC))
            elif address is not None:
                words.setdefault(address.lower(), (key, HitKind.ADDRESS))
            elif is_fqdn(key):
                words[key] = (key, HitKind.FQDN)
                words.setdefault(short_name(key), (key, HitKind.SHORT))
            elif is_label(key):
                words.setdefault(key, (key, HitKind.SHORT))
                labels.add(key)
            else:
                raise UsageError(f"neither a host name, an address nor a Local KDC's realm: {escape(host)!r}")
        for host, found in (addresses or {}).items():
            for each in found:
                words.setdefault(each.lower(), (host_key(host), HitKind.ADDRESS))
        self._words = words
        ordered = sorted(words, key=len, reverse=True)
        # ASCII case only: letters of other alphabets may share a small form, and no host name holds them
        self._find = (
            re.compile("|".join(_whole(word, word in labels) for word in ordered), re.IGNORECASE | re.ASCII).finditer if ordered else None
        )
        # the cheap test comes first: most values hold none of the names
        self._quick = re.compile("|".join(re.escape(word) for word in ordered).encode(), re.IGNORECASE).search if ordered else None

    def may_hold(self, data: bytes) -> bool:
        """Tell whether bytes can hold one of the names at all."""
        return self._quick is not None and self._quick(data) is not None

    def find(self, text: str) -> Iterator[Hit]:
        """Yield all places in a text, in order."""
        for match in self._find(text) if self._find is not None else ():
            word = match[0].lower()
            host, kind = self._words.get(word) or self._words[word.partition(".")[0]]
            yield Hit(host, kind, match.start(), match.end())


def _whole(word: str, label: bool) -> str:
    """Return the pattern of a whole word; a short name that was asked for also matches as the first label of a full name."""
    if label:
        return f"{_BEFORE}{re.escape(word)}(?:\\.[A-Za-z0-9_\\-]+)*{_AFTER}"
    before, after = (_BEFORE_IPV6, _AFTER_IPV6) if ":" in word and not word.startswith("lkdc:") else (_BEFORE, _AFTER)
    return f"{before}{re.escape(word)}{after}"

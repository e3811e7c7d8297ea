"""When two values of an attribute mean the same, although their bytes differ.

Property lists compare by content (types count, the order of keys does not), DNs in normal form, GUIDs, host names and addresses without
case, home URLs by part, authentication authorities by field.  Everything else compares byte for byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from odkit.directory import home_of
from odkit.dn import dn_key
from odkit.ldif import UnfetchedURL
from odkit.patterns import regex
from odkit.plist import PlistError, canonical, read
from odkit.text import decode

__all__ = ["Meanings", "differences"]

ORDERED = frozenset({"authauthority"})  # clients take the first authority that they understand
_PLISTS = (
    "apple-mcxsettings apple-mcxsettings2 apple-mcxflags apple-xmlplist apple-serviceinfo apple-user-passwordpolicy apple-accountpolicy"
)
_DNS = "member owner manager seealso secretary aliasedobjectname"
_LOWER = (
    "apple-generateduid apple-group-memberguid apple-group-nestedgroup apple-ownerguid authguid userlinkage entryuuid apple-hwuuid "
    "macaddress iphostnumber apple-dnsname objectclass apple-ldap-replica apple-ldap-writable-replica"
)


def _plist(value: bytes) -> object:
    found = read(value)  # raises for an invalid one, which compares byte for byte
    return ("plist", canonical([found.value, *found.more]), found.refused)  # not the same where releases refuse one


def _dn(value: bytes) -> object:
    key = dn_key(decode(value))
    return value if key is None else ("dn", key)


def _lower(value: bytes) -> object:
    return value.lower()


_HOME_PARTS = regex(rb"<(url|path)(?:>[^<]*</\1|/)>")


def _home(value: bytes) -> object:
    home = home_of(decode(value), None)
    if not home.url or _HOME_PARTS.sub(b"", value).translate(None, b" \t\r\n") not in {b"", b"<home_dir></home_dir>"}:
        return value  # what has more, or other, tags than Apple writes is not the same home to every reader
    scheme, colon, rest = home.url.partition("://")
    credentials, at, place = rest.rpartition("@")
    host, slash, path = place.partition("/")
    return ("home", scheme.lower() + colon, credentials + at, host.lower().removesuffix("."), slash + path.rstrip("/"), home.path)


def _authority(value: bytes) -> object:
    """Return fields of ``;tag;data;…``: the tag and a slot's digits without case."""
    parts = value.split(b";")
    if len(parts) > 1:
        parts[1] = parts[1].lower()
    return tuple(part.lower() if part[:2].lower() == b"0x" and b"," not in part else _slot(part) for part in parts)


def _slot(part: bytes) -> bytes:
    slot, comma, key = part.partition(b",")
    return slot.lower() + comma + key if comma and slot[:2].lower() == b"0x" else part


_MEANINGS: dict[str, Callable[[bytes], object]] = {
    **dict.fromkeys(_PLISTS.split(), _plist),
    **dict.fromkeys(_DNS.split(), _dn),
    **dict.fromkeys(_LOWER.split(), _lower),
    "apple-user-homeurl": _home,
    "apple-group-homeurl": _home,
    "authauthority": _authority,
}
_SMALL = 1 << 16


class Meanings:
    """What values mean, in a form that can be compared.

    It remembers property lists that were parsed, because many records hold one policy.  Each comparison has its own: a policy may hold
    passwords, which must not stay in memory after it.
    """

    def __init__(self) -> None:
        self._readers: dict[str, Callable[[bytes], object] | None] = {}
        self._small_plist = lru_cache(maxsize=256)(_plist_or_value)

    def meaning(self, attribute: str, value: bytes) -> object:
        """Return a hashable form of a value: equal forms, equal meaning.

        Args:
            attribute: description; options and case do not matter.
            value: one of its values.
        """
        if isinstance(value, UnfetchedURL):
            return ("url", bytes(value))
        read = self._reader(attribute)
        return value if read is None else read(value)

    def _reader(self, attribute: str) -> Callable[[bytes], object] | None:
        """Return what reads values of an attribute; None where each means itself."""
        if attribute not in self._readers:
            known = _MEANINGS.get(attribute.partition(";")[0].lower())
            self._readers[attribute] = self._plist if known is _plist else known
        return self._readers[attribute]

    def _plist(self, value: bytes) -> object:
        return self._small_plist(value) if len(value) < _SMALL else _plist_or_value(value)

    def meanings(self, attribute: str, values: Iterable[bytes]) -> object:
        """Return the form of all values of an attribute: a multiset, or a sequence where the order counts."""
        return _together(attribute, self._each(attribute, values))

    def _each(self, attribute: str, values: Iterable[bytes]) -> list[object]:
        read = self._reader(attribute)
        return [("url", bytes(each)) if isinstance(each, UnfetchedURL) else each if read is None else read(each) for each in values]

    def differences(self, attribute: str, before: list[bytes], after: list[bytes]) -> tuple[list[bytes], list[bytes]] | None:
        """Return the values that one side has and the other has not; None when both mean the same.

        Where only the order differs, and it counts, all values are given.
        """
        if before == after:
            return None
        old, new = self._each(attribute, before), self._each(attribute, after)
        if _together(attribute, old) == _together(attribute, new):
            return None
        if len(old) == len(new) == 1:
            return before, after
        was, now = Counter(old), Counter(new)
        removed, added = _left(before, old, was - now), _left(after, new, now - was)
        return (removed, added) if removed or added else (before, after)


def _together(attribute: str, found: list[object]) -> object:
    """Return the form of all values of an attribute, whose forms these are."""
    if attribute.lower() in ORDERED:
        return tuple(found)
    if len(found) == 1:  # as most attributes have
        return frozenset(((found[0], 1),))
    return frozenset(Counter(found).items())


def _left(values: list[bytes], found: list[object], wanted: Counter[object]) -> list[bytes]:
    """Return the values whose forms are wanted, each as often as it is."""
    out = []
    for value, key in zip(values, found, strict=True):
        if wanted[key] > 0:
            wanted[key] -= 1
            out.append(value)
    return out


def _plist_or_value(value: bytes) -> object:
    try:
        return _plist(value)
    except PlistError:
        return value


def differences(attribute: str, before: list[bytes], after: list[bytes]) -> tuple[list[bytes], list[bytes]] | None:
    """Compare the values of one attribute outside a comparison; see `Meanings.differences`."""
    return Meanings().differences(attribute, before, after)

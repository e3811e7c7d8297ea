"""Texts: every word, number and address is replaced, and what stands between them is kept.

What is Open Directory's own by its place is kept, too: the attribute type in a DN, a container's name, the scheme of a URL, the folders in
which Macs show servers and homes, the service of a principal, Apple's reverse domain names.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable

from odkit.anonymizing.replacer import Replacer
from odkit.anonymizing.words import ALWAYS, APPLE, ATTRIBUTES, CONTAINERS, FOLDERS, OIDS, SCHEMES, SERVICES
from odkit.patterns import regex

__all__ = ["Texts"]

_NOT_BEFORE = r"(?<![0-9A-Za-z_])"
_END = r"(?![0-9A-Za-z_])"
_HEX4 = "[0-9A-Fa-f]{4}"
# letters, digits, and every sign beyond Latin-1's first half but marks of punctuation; a surrogate is a byte that is no UTF-8 (PEP 383)
_SIGN = "0-9A-Za-z\u00aa\u00b2\u00b3\u00b5\u00b9-\u00ba\u00bc-\u00be\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2070-\u2fff\u3004-\ud7ff"
_SIGN += "\ue000-\ufefe\uff00-\ufffc\U00010000-\U0010ffff"
_OWN = "|".join(
    (
        rf"(?P<type>{_NOT_BEFORE}[A-Za-z][A-Za-z0-9-]*(?=[ ]?[~<>]?=))",
        r"(?P<container>(?<=[cCoO][nNuU]=)[A-Za-z_]+(?=\s*(?:[,+]|\Z)))",
        r"(?P<scheme>(?<![0-9A-Za-z+.\-])[A-Za-z][A-Za-z0-9+.\-]{1,20}(?=://))",
        rf"(?P<apple>{_NOT_BEFORE}(?:com\.apple|edu\.mit)(?:\.[A-Za-z0-9_-]+)+)",
        r"(?P<local>LKDC:SHA1\.(?=[0-9A-Fa-f]{40}))",
        r"(?P<folder>(?<=/)[A-Za-z]+(?=[/,;<>\s]|\Z))",
        rf"(?P<master>{_NOT_BEFORE}K/M(?=[@,;\s]|\Z))",
        r"(?P<service>(?<![0-9A-Za-z_./\\@$-])[A-Za-z]+(?=/[^/\s]))",
        r"(?P<instance>(?<=/)(?:admin|root|changepw|kerberos)(?=[@,;\s]|\Z))",
        rf"(?P<user>{_NOT_BEFORE}(?:_ldap_replicator|_krb_(?:anonymous|changepw|kadmin|kerberos|krbtgt)){_END}|{_NOT_BEFORE}passwordserver_(?=[0-9A-Fa-f]{{32}}{_END})|{_NOT_BEFORE}vpn_(?=[0-9a-f]{{12}}{_END}))",
        r"(?P<null>\(null\))",
        r"(?P<bits>(?<![0-9])[0-9]{3,5} [0-9]{1,5}(?= [0-9]{50}))",
        r"(?P<known>(?i:ABCDEFAB-CDEF-ABCD-EFAB-CDEF|FFFFEEEE-DDDD-CCCC-BBBB-AAAA)(?P<low>[0-9A-Fa-f]{8})(?![0-9A-Za-z]))",
    )
)
_TOKEN = regex(
    _OWN
    + "|"
    + "|".join(
        (
            rf"(?P<guid>{_NOT_BEFORE}[0-9A-Fa-f]{{8}}(?:-{_HEX4}){{3}}-[0-9A-Fa-f]{{12}}(?![0-9A-Za-z]))",
            r"(?P<mac>(?<![0-9A-Za-z:-])[0-9A-Fa-f]{1,2}(?P<sep>[:-])[0-9A-Fa-f]{1,2}(?:(?P=sep)[0-9A-Fa-f]{1,2}){4}(?![0-9A-Za-z:-]))",
            r"(?P<ip6>(?<![0-9A-Za-z:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:.]))",
            r"(?P<ip4>(?<![0-9A-Za-z.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9A-Za-z]|\.[0-9A-Za-z]))",
            r"(?P<x>(?<![0-9A-Za-z])0[xX][0-9A-Fa-f]+(?![0-9A-Za-z]))",
            rf"(?P<idn>{_NOT_BEFORE}[xX][nN]--[0-9A-Za-z-]+)",
            r"(?P<hex>(?<![0-9A-Za-z])(?=[A-Fa-f]*[0-9])(?=[0-9]*[A-Fa-f])(?:[0-9a-f]{16,}|[0-9A-F]{16,}|[0-9A-Fa-f]{32}|[0-9A-Fa-f]{40}|[0-9a-f]{12}|[0-9A-F]{12})(?![0-9A-Za-z]))",
            rf"(?P<word>(?:[{_SIGN}][\u0300-\u036f]*)+)",
            r"(?P<byte>[\udc80-\udcff])",
        )
    )
)
_HOST = regex(
    r"(?<![0-9A-Za-z_.\-])[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)+(?![0-9A-Za-z_\-])"
)
_REALM = regex(r"@([A-Z0-9][A-Z0-9.-]*[A-Z0-9])(?![0-9A-Za-z_])")
_KEY = regex(r"[0-9]{3,5} [0-9]{1,5} [0-9]{50,}(?: [^:;,\n]*)?")
_MANY, _LONG = 20_000, 256  # texts that are remembered, and the letters of one that is not


class Texts:
    """Replaces the words of texts.

    Args:
        replacer: gives the replacements.
    """

    def __init__(self, replacer: Replacer) -> None:
        self.replacer = replacer
        self._keys: set[str] = set()
        self._met: dict[tuple[str, frozenset[str]], str] = {}
        self._handlers: dict[str, Callable[[str, re.Match[str], frozenset[str]], str]] = {
            "type": lambda text, _, kept: text if text.lower() in ATTRIBUTES else self._words(text, kept),
            "container": lambda text, _, kept: text if text.lower() in CONTAINERS else self._words(text, kept),
            "scheme": lambda text, _, kept: text if text.lower() in SCHEMES else self._words(text, kept),
            "apple": lambda text, _, kept: self._apple(text, kept),
            "folder": lambda text, _, kept: text if text in FOLDERS else self._words(text, kept),
            "service": lambda text, _, kept: text if text in SERVICES else self._words(text, kept),
            "known": lambda text, found, _: self._known(text, found["low"]),
            "guid": lambda text, _, __: self._guid(text),
            "mac": lambda text, _, __: self._mac(text),
            "ip6": self._ip6,
            "ip4": self._ip4,
            "x": lambda text, _, __: text[:2] + self.replacer.hex(text[2:]),
            "idn": lambda text, _, kept: self._idn(text, kept),
            "hex": lambda text, _, __: self._hex(text),
            "word": lambda text, _, kept: self.word(text, kept),
            "byte": lambda text, _, __: self._byte(text),
        }

    def rewrite(self, text: str, kept: frozenset[str] = frozenset()) -> str:
        """Return a text with its words replaced.  What many values hold is looked at once.

        Args:
            text: bytes that are not UTF-8 are surrogates.
            kept: words that are Open Directory's own in this place; in lower case.
        """
        found = self._met.get((text, kept))
        if found is None:
            found = self._rewritten(text, kept)
            if len(text) <= _LONG:
                if len(self._met) > _MANY:
                    self._met.clear()
                self._met[text, kept] = found
        return found

    def _rewritten(self, text: str, kept: frozenset[str] = frozenset()) -> str:
        if self.replacer.collecting:
            self.replacer.realms.update(_REALM.findall(text))
            self.replacer.hosts.update(each.lower() for each in _HOST.findall(text))
            self._keys.update(_KEY.findall(text))

        def change(found: re.Match[str]) -> str:
            handler = self._handlers.get(found.lastgroup or "")
            return found[0] if handler is None else handler(found[0], found, kept)

        new = _TOKEN.sub(change, text)
        return text if self.replacer.collecting else new

    def seal(self) -> None:
        """End the collecting; the MD5 of a Password Server's key, by which it is named, becomes that of the key's replacement."""
        self.replacer.seal()
        self._met.clear()
        for old in sorted(self._keys):
            new = self._rewritten(old)
            bare = " ".join(old.split(" ")[:3]), " ".join(new.split(" ")[:3])
            for was, now in ((old, new), bare, (old + " ", new + " "), (old + "\n", new + "\n"), (bare[0] + "\n", bare[1] + "\n")):
                self.replacer.learn(_md5(was), _md5(now))

    def word(self, text: str, kept: frozenset[str] = frozenset()) -> str:
        """Return one word replaced."""
        low = text.lower()
        return text if low in ALWAYS or low in kept else self.replacer.word(text)

    def oid(self, text: str) -> str:
        """Return an OID replaced where it names an enterprise."""
        if text.startswith(OIDS):
            return text
        arc = next((each for each in ("1.3.6.1.4.1.", "1.2.840.113556.1.8000.", "") if text.startswith(each)), "")
        return arc + ".".join(self.replacer.word(each) for each in text[len(arc) :].split("."))

    def _words(self, text: str, kept: frozenset[str]) -> str:
        return re.sub(f"[{_SIGN}]+", lambda found: self.word(found[0], kept), text)

    def _apple(self, text: str, kept: frozenset[str]) -> str:
        if text.lower() in APPLE:
            return text
        labels = text.split(".")
        known = {label for each in APPLE for label in each.split(".")}
        return ".".join(label if index < 2 or label.lower() in known else self._words(label, kept) for index, label in enumerate(labels))

    def _known(self, text: str, low: str) -> str:
        """Replace the number in a GUID that Mac OS X makes from a uid or gid."""
        number = int(low, 16)
        new = int(self.number(str(number)))
        made = f"{new:08x}"
        return text[:-8] + (made.upper() if low != low.lower() or text[:1].isupper() else made) if len(made) == 8 else text

    def _guid(self, text: str) -> str:
        new = self.replacer.hex(text.replace("-", ""))
        return "-".join((new[:8], new[8:12], new[12:16], new[16:20], new[20:]))

    def _hex(self, text: str) -> str:
        return self.replacer.hardware(text) if len(text) == 12 and text == text.lower() else self._upper(text)

    def _upper(self, text: str) -> str:
        return self.replacer.hardware(text).upper() if len(text) == 12 else self.replacer.hex(text)

    def _mac(self, text: str) -> str:
        mark = ":" if ":" in text else "-"
        groups = text.split(mark)
        new = self.replacer.hardware("".join(group.zfill(2) for group in groups))
        pairs = [new[index : index + 2][-len(group) :] for index, group in zip(range(0, 12, 2), groups, strict=True)]
        made = mark.join(pairs)
        return made.upper() if text != text.lower() else made

    def _ip6(self, text: str, found: re.Match[str], kept: frozenset[str]) -> str:
        try:
            address = ipaddress.IPv6Address(text)
        except ValueError:
            return self._words(text, kept)
        if address.is_loopback or address.is_unspecified:
            return text
        groups = text.split(":")
        return ":".join(group if not group or group.lower() in {"0", "fe80", "ff02"} else self._group(group) for group in groups)

    def _group(self, group: str) -> str:
        if self.replacer.collecting:
            return group
        bare = group.lower().lstrip("0") or "0"
        draw = self.replacer.draw(f"ip6 {bare}")
        low = 16 ** (len(bare) - 1)
        made = f"{low + draw.below(15 * low):x}".zfill(len(group))
        return made.upper() if group != group.lower() else made

    def _ip4(self, text: str, found: re.Match[str], kept: frozenset[str]) -> str:
        if any(int(part) > 255 or str(int(part)) != part for part in text.split(".")):
            return self._words(text, kept)
        return self.replacer.address(text)

    def _idn(self, text: str, kept: frozenset[str]) -> str:
        try:
            plain = text.lower().encode("ascii").decode("idna")
            return self.rewrite(plain, kept).encode("idna").decode("ascii") if plain != text.lower() else self._words(text[4:], kept)
        except UnicodeError:
            return text[:4] + self._words(text[4:], kept)

    def _byte(self, text: str) -> str:
        if self.replacer.collecting:
            return text
        return chr(0xDCF8 + self.replacer.draw(f"byte {ord(text)}").below(8))  # no UTF-8 has one of these

    def number(self, text: str) -> str:
        """Return a number replaced, but for those that mean the same in every domain."""
        digits = text.lstrip("-")
        if digits in {"0", "20", "80", "99", "65534", "4294967294"} or text in {"-1", "-2"} or not digits.isdigit():
            return text
        return text[: len(text) - len(digits)] + self.replacer.word(digits)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()

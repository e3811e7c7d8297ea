"""What a server accepts as a value of each syntax, and when it takes two values for one (RFC 4517, slapd's schema_init.c).

``slapadd`` does not check values by itself: what it lets in may stop replication for good, so they are checked here.  A test gives the
same values to slapd.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from functools import lru_cache
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.dn import dn_key, parse_dn
from odkit.errors import InputError
from odkit.patterns import regex

__all__ = ["SLAPD", "Syntaxes", "match_key", "needs_schema"]

_ARC = "1.3.6.1.4.1.1466.115.121.1."
_NAMES = frozenset({_ARC + "12", _ARC + "34"})  # of a DN; with a unique identifier behind it

_PRINTABLE = rb"[A-Za-z0-9'()+,\-./:? =]"  # slap.h SLAP_PRINTABLE
_TIME = regex(
    rb"[0-9]{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:[0-5][0-9]|60)?)?"
    rb"(?:[.,][0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3])(?:[0-5][0-9])?)"
)
_UTC = regex(
    rb"[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?"
    rb"(?:Z|[+-](?:[01][0-9]|2[0-3])[0-5][0-9])?"
)
_BACKSLASH = regex(rb"\\(?!24|5[Cc])")  # in a postal address it stands for $ or itself
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _utf8(value: bytes) -> bool:
    if value.isascii():
        return True
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _directory_string(value: bytes) -> bool:
    return (value.isascii() or _utf8(value)) and value != b""


def _postal_address(value: bytes) -> bool:
    return _utf8(value) and _BACKSLASH.search(value) is None


def _matching(pattern: bytes) -> Callable[[bytes], bool]:
    compiled = regex(pattern, re.DOTALL)
    return lambda value: compiled.fullmatch(value) is not None


def _day_exists(month: bytes, day: bytes, year: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return int(day) <= (28 if month == b"02" and not leap else _DAYS[int(month) - 1])


def _generalized_time(value: bytes) -> bool:
    return _TIME.fullmatch(value) is not None and _day_exists(value[4:6], value[6:8], int(value[:4]))


def _utc_time(value: bytes) -> bool:
    year = int(value[:2]) if value[:2].isdigit() else 0
    return _UTC.fullmatch(value) is not None and _day_exists(value[2:4], value[4:6], year + (1900 if year >= 70 else 2000))


def _dn(value: bytes) -> bool:
    try:
        return dn_key(value.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def _certificate(value: bytes) -> bool:
    """Tell whether it starts as a certificate does, and is as long as it says (certificateValidate of schema_init.c)."""
    outer = _sequence(value, 0)
    if outer is None or outer[1] != len(value):
        return False
    inner = _sequence(value, outer[0])
    return inner is not None and inner[1] < len(value)


def _sequence(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the contents of a DER sequence start and end; None when there is none, or it is cut."""
    if data[at : at + 1] != b"\x30" or len(data) < at + 2:
        return None
    size, start = data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4:
            return None
        size, start = int.from_bytes(data[start : start + count], "big"), start + count
    return (start, start + size) if start + size <= len(data) else None


def _never(_: bytes) -> bool:
    return False  # slapd has no validator for the syntax, and takes no value of it


_PARTS = _PRINTABLE + rb"+(?:\$" + _PRINTABLE + rb"+)*"
_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "6": _matching(rb"'[01]*'B"),
    "7": _matching(rb"TRUE|FALSE"),
    "8": _certificate,
    "9": _certificate,
    "10": lambda value: value[:1] == b"\x30" and len(value) > 1,
    "11": _matching(_PRINTABLE + rb"{2}"),
    "12": _dn,
    "14": _never,
    "15": _directory_string,
    "19": _never,
    "21": _never,
    "22": _matching(_PARTS),
    "23": _never,
    "24": _generalized_time,
    "25": _never,
    "26": bytes.isascii,
    "27": _matching(rb"0|-?[1-9][0-9]*"),
    "34": _dn,
    "36": _matching(rb"[0-9 ]+"),  # never empty (RFC 4517 section 3.3.23)
    "38": _matching(rb"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*"),
    "39": bytes.isascii,
    "41": _postal_address,
    "42": _never,
    "43": _never,
    "44": _matching(_PRINTABLE + rb"+"),
    "50": _matching(_PRINTABLE + rb"+"),
    "51": _never,
    "52": _matching(_PARTS),
    "53": _utc_time,
}
_WANTED = {
    "8": "a certificate", "11": "a country code of two letters", "12": "a DN", "15": "UTF-8", "24": "a time such as 20080131120000Z",
    "27": "a whole number", "34": "a DN", "50": "a telephone number",
}  # fmt: skip
_BY_OID = {_ARC + number: check for number, check in _CHECKS.items()} | {
    "1.3.6.1.1.1.0.0": _matching(rb"\([^,()]*,[^,()]*,[^,()]*\)"),  # nisNetgroupTriple
    "1.3.6.1.1.1.0.1": _matching(rb"[^=:]+=[^=:]+:[^=:]+"),  # bootParameter
}


@dataclass(frozen=True)
class Syntaxes:
    """What a server accepts as a value.

    Attributes:
        checks: tell whether it takes a value, by OID of the syntax; of a syntax without one everything is a value.
        any_type: it takes a DN with attribute types that its schema does not know.
        equal_bytes: it takes equal bytes for one value also where an attribute has no matching rule.
        composed: it takes letters for the same that Unicode composes otherwise (NFKC).
        refusal: what it does with a value that is none, for people.
    """

    checks: Mapping[str, Callable[[bytes], bool]]
    any_type: bool
    equal_bytes: bool
    composed: bool
    refusal: str

    def check_of(self, syntax: str) -> Callable[[bytes], bool] | None:
        """Return what tells whether the server takes a value of a syntax.

        None where it takes all, or where a schema is needed to tell (`is_valid`).
        """
        return None if syntax in _NAMES else self.checks.get(syntax)

    def is_valid(self, syntax: str, value: bytes, known: Container[str] | None = None) -> bool:
        """Tell whether the server takes a value of a syntax.

        Args:
            syntax: OID; of one that the server does not look into, everything is a value.
            value: as it would be written.
            known: attribute types of the schema, lower case; None to take any.
        """
        check = self.checks.get(syntax)
        if check is None:
            return True
        if syntax in _NAMES and value and known is not None:
            return check(value) and _is_name(value.decode("utf-8"), None if self.any_type else known)
        return check(value)

    def why_refused(self, syntax: str, value: bytes) -> str:
        """Return why a value of a syntax is none, as a sentence; nothing of the value is in it."""
        if not value:
            return "an empty value, which its syntax does not have"
        if not value.isascii() and syntax == _ARC + "26":
            return "letters beyond ASCII, which its syntax (IA5 string) does not have"
        return f"not {_WANTED.get(syntax.rpartition('.')[2], 'what its syntax asks for')}: {self.refusal}"

    def match_key(self, equality: str, value: bytes) -> bytes:
        """Return what two values have in common that the server takes for one by a matching rule; see `match_key`."""
        return match_key(equality, value, composed=self.composed)


def needs_schema(syntax: str) -> bool:
    """Tell whether only a schema tells if a value is one: a DN names attribute types."""
    return syntax in _NAMES


def _is_name(dn: str, known: Container[str] | None) -> bool:
    try:
        rdns = parse_dn(dn).rdns
        return not dn.isspace() and (known is None or all(kind.lower() in known for rdn in rdns for kind, _ in rdn))
    except InputError:
        return False


def match_key(equality: str, value: bytes, *, composed: bool = True) -> bytes:
    """Return what two values have in common that a server takes for one by a matching rule (RFC 4517 section 4.2, RFC 4518).

    Args:
        equality: name of the rule, lower case; of one that is not known the bytes count.
        value: a valid value.
        composed: letters that Unicode composes otherwise are the same (RFC 4518 section 2.3, which 389-DS leaves out).
    """
    match equality:
        case "caseignorematch" | "caseignorelistmatch" | "caseignoreia5match":
            return _text(value, True, composed)
        case "caseexactmatch" | "caseexactia5match":
            return _text(value, False, composed)
        case "telephonenumbermatch":
            return value.replace(b" ", b"").replace(b"-", b"").lower()
        case "numericstringmatch":
            return value.replace(b" ", b"")
        case "distinguishednamematch" | "uniquemembermatch":
            return (dn_key(value.decode("utf-8", "surrogateescape")) or "").encode("utf-8", "surrogateescape") or value
        case "objectidentifiermatch":
            return value.lower()
    return value


def _text(value: bytes, fold: bool, composed: bool) -> bytes:
    if not value.isascii():
        return _prepared(value, fold, composed)
    if b"  " in value or value[:1] == b" " or value[-1:] == b" ":
        value = b" ".join(part for part in value.split(b" ") if part)
    return value.lower() if fold else value


# a pure function of the few values that are not ASCII: names and descriptions, which records share
@lru_cache(maxsize=1024)
def _prepared(value: bytes, fold: bool, composed: bool) -> bytes:
    text = value.decode("utf-8", "surrogateescape")
    text = unicodedata.normalize("NFKC", text) if composed else text
    if fold:
        text = unicodedata.normalize("NFKC", text.lower()) if composed else text.lower()
    return " ".join(part for part in text.split(" ") if part).encode("utf-8", "surrogateescape")


SLAPD = Syntaxes(
    MappingProxyType(_BY_OID),
    any_type=False,
    equal_bytes=False,
    composed=True,
    refusal="slapd would store it, and no replica would ever take it",
)

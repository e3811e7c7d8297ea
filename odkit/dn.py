"""Distinguished names as values (RFC 4514), with the identity that slapd gives them.

Two spellings of a DN are one name when their `key` is equal: attribute types without case, white space around separators and
runs of it inside values folded, values without case (every naming attribute of Open Directory - uid, cn, dc, ou, authGUID -
matches by caseIgnoreMatch, RFC 4517 section 4.2.11, with the preparation of RFC 4518).
"""

from __future__ import annotations

import unicodedata

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.patterns import regex

__all__ = ["DN", "RDN", "at_or_below", "dn_key", "escape_value", "first_value", "key_or_text", "parent_key", "parse_dn"]

_UNICODE = unicodedata.ucd_3_2_0
RDN = tuple[tuple[str, str], ...]

_TYPE = regex(r"(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:\.[0-9]+)*)(?:;[A-Za-z0-9-]+)*")
_SPECIAL = frozenset('"+,;<>\\')
_HEX_PAIR = regex(r"[0-9A-Fa-f]{2}")
# the shape of nearly every DN in an export: nothing escaped, no blanks at the separators
_SIMPLE = regex(r"[A-Za-z][A-Za-z0-9-]*+=[^\s,+\"\\<>;=#][^,+\"\\<>;=]*+(?:,[A-Za-z][A-Za-z0-9-]*+=[^\s,+\"\\<>;=#][^,+\"\\<>;=]*+)*+\Z")


def escape_value(value: str) -> str:
    """Escape a value for the string form (RFC 4514 section 2.4)."""
    out = []
    last = len(value) - 1
    for i, char in enumerate(value):
        if char in _SPECIAL or (char == "#" and i == 0) or (char == " " and i in {0, last}):
            out.append("\\" + char)
        elif char < " " or char == "\x7f":
            out.append(f"\\{ord(char):02X}")
        else:
            out.append(char)
    return "".join(out)


def _fold(value: str) -> str:
    """Prepare a value for caseIgnoreMatch as slapd does: lower letter by letter, compose, collapse blanks.

    Letter by letter: to slapd ``straße`` and ``strasse`` are two names, and so are the two small sigmas.  Its tables are those of Unicode
    3.2, which RFC 4518 names: a letter that is younger has no other case.  Tried on slapd 2.5 with every character of today.
    """
    lower = value.lower() if value.isascii() else _UNICODE.normalize("NFKC", "".join(map(_lower, value)))
    return " ".join(part for part in lower.split(" ") if part)


def _lower(char: str) -> str:
    # slapd lowers letters, no other signs that have a small form
    if _UNICODE.category(char) not in {"Lu", "Lt"}:
        return char
    lower = char.lower()[:1]
    return lower if _UNICODE.category(lower) != "Cn" else char


@dataclass(frozen=True, slots=True)
class DN:
    """A distinguished name, first RDN leftmost.

    Attributes:
        rdns: each a tuple of (attribute type, value) pairs as written; values unescaped.
    """

    rdns: tuple[RDN, ...]

    def __str__(self) -> str:
        return ",".join("+".join(f"{t}={escape_value(v)}" for t, v in rdn) for rdn in self.rdns)

    @property
    def key(self) -> str:
        """Identity of the name: equal keys, same entry.  A comma in it always separates two RDNs."""
        parts = []
        for rdn in self.rdns:
            pairs = sorted((t.lower(), _fold(v)) for t, v in rdn)
            parts.append("+".join(f"{t}={_key_value(v)}" for t, v in pairs))
        return ",".join(parts)

    @property
    def parent(self) -> DN:
        """The name without its first RDN."""
        return DN(self.rdns[1:])


def _key_value(value: str) -> str:
    # a number sign only in front, where it would start a hexadecimal value: elsewhere `dn_key` leaves it as it is
    return "".join(f"\\{ord(c):02x}" if c in _SPECIAL or c == "=" or (c == "#" and not i) else c for i, c in enumerate(value))


def _parse_value(text: str, pos: int) -> tuple[str, int]:
    """Read one attribute value from ``pos``; return it unescaped and the position of the separator behind it."""
    if pos < len(text) and text[pos] == '"':  # RFC 2253 section 4: quoted form, to be understood
        return _parse_quoted(text, pos + 1)
    out = bytearray()
    kept = 0  # length of out up to the last character that is not an unescaped trailing space
    while pos < len(text) and text[pos] not in ",+;":
        char = text[pos]
        if char == "\\":
            pair = _HEX_PAIR.match(text, pos + 1)
            if pair:
                out.append(int(pair[0], 16))
                pos += 3
            elif pos + 1 < len(text):
                out += text[pos + 1].encode("utf-8", "surrogateescape")
                pos += 2
            else:
                raise ValueError("ends in a backslash")
            kept = len(out)
            continue
        if char in '"<>':
            raise ValueError(f"unescaped {char}")
        out += char.encode("utf-8", "surrogateescape")
        pos += 1
        if char != " ":
            kept = len(out)
    return out[:kept].decode("utf-8", "surrogateescape"), pos


def _parse_quoted(text: str, pos: int) -> tuple[str, int]:
    out = bytearray()
    while pos < len(text) and text[pos] != '"':
        if text[pos] == "\\" and pos + 1 < len(text):
            pair = _HEX_PAIR.match(text, pos + 1)
            out += bytes([int(pair[0], 16)]) if pair else text[pos + 1].encode("utf-8", "surrogateescape")
            pos += 3 if pair else 2
        else:
            out += text[pos].encode("utf-8", "surrogateescape")
            pos += 1
    if pos >= len(text):
        raise ValueError("a quote is not closed")
    pos += 1
    while pos < len(text) and text[pos] == " ":
        pos += 1
    if pos < len(text) and text[pos] not in ",+;":
        raise ValueError("text behind a closing quote")
    return out.decode("utf-8", "surrogateescape"), pos


def _skip(text: str, pos: int) -> int:
    while pos < len(text) and text[pos] == " ":
        pos += 1
    return pos


def _parse(text: str) -> DN:
    rdns: list[RDN] = []
    pairs: list[tuple[str, str]] = []
    pos = 0
    if not text.strip(" "):
        return DN(())
    while True:
        pos = _skip(text, pos)
        kind = _TYPE.match(text, pos)
        if not kind:
            raise ValueError(f"an attribute type is missing at character {pos + 1}")
        pos = _skip(text, kind.end())
        if pos >= len(text) or text[pos] != "=":
            raise ValueError(f"'=' is missing at character {pos + 1}")
        value, pos = _parse_value(text, _skip(text, pos + 1))
        pairs.append((kind[0], value))
        if pos >= len(text):
            rdns.append(tuple(pairs))
            return DN(tuple(rdns))
        if text[pos] != "+":
            rdns.append(tuple(pairs))
            pairs = []
        pos += 1


def parse_dn(text: str, *, path: str = "<dn>", line: int | None = None) -> DN:
    """Read the string form of a DN (RFC 4514; also blanks around separators, ``;`` and quotes, RFC 2253 section 4).

    Args:
        text: the name; empty for the root.
        path: named in the error.
        line: named in the error.

    Raises:
        InputError: not a distinguished name.
    """
    try:
        return _parse(text)
    except ValueError as error:
        raise InputError(path, line, f"not a distinguished name: {error}") from error


def dn_key(text: str) -> str | None:
    """Return `DN.key` of a DN in string form, by a short way for the usual shape; None when it is no DN."""
    if text.isascii() and text.isprintable() and _SIMPLE.match(text) and "  " not in text and " ," not in text and text[-1:] != " ":
        return text.lower()
    try:
        return _parse(text).key
    except ValueError:
        return None


def key_or_text(text: str) -> str:
    """Return `DN.key` of a DN in string form; the text itself when it is no DN, so that every record has a key."""
    return dn_key(text) or text


def parent_key(text: str) -> str:
    """Return the normal form of the DN above a DN; "" for the topmost one, and when it is no DN."""
    try:
        return DN(_parse(text).rdns[1:]).key
    except ValueError:
        return ""


def at_or_below(key: str | None, base: str) -> bool:
    """Tell whether a name is a base or is below it; both in the normal form of `dn_key`.  None, no DN, is nowhere."""
    return key is not None and (key == base or key.endswith("," + base))


def first_value(text: str) -> str:
    """Return the value of a DN's first RDN, unescaped; of any other text what is between the first ``=`` and the first comma."""
    try:
        rdns = _parse(text).rdns
    except ValueError:
        return text.partition(",")[0].partition("=")[2]
    return rdns[0][0][1] if rdns else ""

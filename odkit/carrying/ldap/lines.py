"""A record that arrives nearly as it stands, written from the lines that were read: an optimisation of `Converter`, nothing else.

Most records of a large directory are users of whom a few lines go and one comes.  To read, convert and write such a record costs several
times what its lines cost.  `RecordLines.of` returns what the others would have written, or None; None is always a correct answer.
tests/property/test_carry_laws.py holds it to that, and so does every export that is carried in the tests.
"""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable

from odkit.carrying.ldap.authorities import authority_at_target, identity_at_target
from odkit.carrying.ldap.checks import Checks
from odkit.carrying.ldap.entries import Login
from odkit.carrying.ldap.passwords import CRAM_MD5
from odkit.carrying.ldap.server import Server
from odkit.carrying.ldap.writing import WRAP, encoded_line
from odkit.dataclass import dataclass
from odkit.ldif import format_value, is_safe_string

__all__ = ["RecordLines"]

_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\n"
_FOLD = b"\0"  # stands for a line feed and a blank: one byte of a continuation is no other
_STARTS = b" :<"  # of values that are written in base64 though they are printable; an empty one is in it, too
_ENDS = b" \0"
_SAME, _GONE = b"same", b"gone"  # compared as objects: the value stays as it stands, or is left out


@dataclass(frozen=True, slots=True)
class _Line:
    """What is to be done with lines that start with one attribute description.

    Attributes:
        name: at the target; empty where they are left out.
        plain: the value stands as it is, and nothing is done with it.
        encoded: it is in base64.
        rename: name at the target where it is spelled otherwise there; else empty.
        becomes: makes the value at the target; None for a value that is left out.
    """

    name: bytes
    plain: bool
    encoded: bool
    rename: bytes = b""
    becomes: Callable[[bytes], bytes | None] | None = None


class RecordLines:
    """Writes records from their lines.

    Args:
        checks: of the target's schema.
        realms: the realm that is carried, and the target's.
        server: the target.
    """

    def __init__(self, checks: Checks, realms: tuple[bytes | None, bytes | None], server: Server) -> None:
        self._checks, self._lock, self._schemes = checks, server.lock.encode(), server.passwords.schemes
        self._from, self._to = realms
        self._lines: dict[bytes, _Line | None] = {}

    def of(self, raw: bytes, dn: str, login: Login) -> bytes | None:
        """Return a record as it is written for the target, with the blank line behind it; None where it has to be converted.

        Args:
            raw: as it was read, without a final line feed.  It has passed every check of the target, and is no group.
            dn: of the record, as the target spells it.
            login: what it gets.
        """
        if raw.translate(None, _PRINTABLE):
            return None
        lines = raw.replace(b"\n ", _FOLD).split(b"\n")
        if lines[0] != b"dn: " + dn.encode("utf-8", "surrogateescape") or len(lines[0]) > WRAP:
            return None
        out = self._kept(lines)
        if out is None:
            return None
        if login.cram is not None:
            out.append(format_value(CRAM_MD5.encode(), login.cram, WRAP))
        if login.locked and self._lock:
            out.append(self._lock + b": true")
        if login.value is not None:
            out.append(encoded_line("userPassword", login.value, self._schemes))
        out.append(b"\n")
        return b"\n".join(out).replace(_FOLD, b"\n ")

    def _kept(self, lines: list[bytes]) -> list[bytes] | None:
        """Logical lines as they are written, each fold as one byte; None where one is not sure."""
        out, names, last = [lines[0]], set(), b""
        values: set[bytes] = set()
        for text in lines[1:]:
            key, _, value = text.partition(b": ")
            try:
                line = self._lines[key]
            except KeyError:
                line = self._lines[key] = self._first_sight(key)
            if line is None:
                return None
            name = line.name
            if not name:
                continue
            if name != last:
                if name in names:  # values of one attribute stand together at the target
                    return None
                names.add(name)
                last, values = name, set()
            if text[-1] in _ENDS or (_FOLD in text if len(text) <= WRAP else not _is_well_folded(text)):
                return None
            made = (None if value[:1] in _STARTS else _SAME) if line.plain else _becomes(line, value, values)
            if made is None:
                return None
            if made is _SAME:
                out.append(line.rename + text[len(line.rename) :])
            elif made is not _GONE:
                out.append(format_value(name, made, WRAP))
        return out

    def _first_sight(self, key: bytes) -> _Line | None:
        encoded = key[-1:] == b":"
        text = (key[:-1] if encoded else key).decode("ascii", "replace")
        name = self._checks.name_at_target(text)
        if name is None or not self._checks.stands(text) or len(name) not in {0, len(text)} or name.lower().endswith(";binary"):
            return None
        becomes: Callable[[bytes], bytes | None] | None = None
        if name.lower() == "authauthority":
            becomes = self._authority
        elif name.lower() == "altsecurityidentities" and self._from != self._to:
            becomes = self._identity
        return _Line(name.encode(), not encoded and becomes is None, encoded, name.encode() if name != text else b"", becomes)

    def _authority(self, value: bytes) -> bytes | None:
        return authority_at_target(value, self._from, self._to)

    def _identity(self, value: bytes) -> bytes:
        return identity_at_target(value, self._from, self._to)


def _becomes(line: _Line, value: bytes, values: set[bytes]) -> bytes | None:
    """The value that stands at the target in place of one; None where that is not sure."""
    read = value.replace(_FOLD, b"")
    if line.encoded:
        decoded = _decoded(read)
        if decoded is None:
            return None
        read = decoded
    elif read[:1] in _STARTS:
        return None
    if line.becomes is None:
        return _SAME
    made = line.becomes(read)
    if made is None:
        return _GONE
    if made in values:  # two values become one
        return None
    values.add(made)
    return _SAME if made == read else made


def _is_well_folded(text: bytes) -> bool:
    """Whether a logical line that is longer than one line is folded as odkit folds it."""
    folds = text[WRAP::WRAP]
    return text.count(_FOLD) == len(folds) == folds.count(_FOLD)


def _decoded(text: bytes) -> bytes | None:
    """A value in base64; None where it would not be written so."""
    try:
        value = a2b_base64(text, strict_mode=True)
    except Base64Error:
        return None
    return value if not is_safe_string(value) and b2a_base64(value, newline=False) == text else None

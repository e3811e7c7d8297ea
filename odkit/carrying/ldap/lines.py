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
_MOST, _LONG = 2048, 4096  # lines that are remembered, and bytes of the longest
_GONE = b"gone"  # compared as an object: the value is left out
_LEFT_OUT = (b"", b"")


@dataclass(frozen=True, slots=True)
class _Line:
    """What is to be done with lines that start with one attribute description.

    Attributes:
        name: at the target; empty where they are left out.
        encoded: it is in base64.
        rename: name at the target where it is spelled otherwise there; else empty.
        becomes: makes the value at the target; None for a value that is left out.
    """

    name: bytes
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
        self._known: dict[bytes, tuple[bytes, bytes]] = {}  # lines, with a name and what is written in place of them

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
        known = self._known
        for text in lines[1:]:
            found = known.get(text) or self._look(text)
            if found is None:
                return None
            name, written = found
            if not name:
                continue
            if name != last:
                if name in names:  # values of one attribute stand together at the target
                    return None
                names.add(name)
                last, values = name, set()
            made = written or self._becomes(text, values)
            if made is None:
                return None
            if made is not _GONE:
                out.append(made)
        return out

    def _look(self, text: bytes) -> tuple[bytes, bytes] | None:
        """Name and line at the target of a line: no name where it is left out, no line where that depends on others; None: not sure."""
        key, _, value = text.partition(b": ")
        try:
            line = self._lines[key]
        except KeyError:
            line = self._lines[key] = self._first_sight(key)
        if line is None:
            return None
        if not line.name:
            return _LEFT_OUT
        if text[-1] in _ENDS or (_FOLD in text if len(text) <= WRAP else not _is_well_folded(text)):
            return None
        if line.becomes is not None:
            return line.name, b""
        if _decoded(value.replace(_FOLD, b"")) is None if line.encoded else value[:1] in _STARTS:
            return None
        found = line.name, line.rename + text[len(line.rename) :]
        if len(self._known) < _MOST and len(text) <= _LONG:
            self._known[text] = found
        return found

    def _becomes(self, text: bytes, values: set[bytes]) -> bytes | None:
        """The line that stands at the target in place of one, or `_GONE`; None where that is not sure."""
        key, _, value = text.partition(b": ")
        line = self._lines[key]
        assert line is not None
        assert line.becomes is not None
        folded = value.replace(_FOLD, b"")
        read = _decoded(folded) if line.encoded else folded
        if read is None or (not line.encoded and read[:1] in _STARTS):
            return None
        made = line.becomes(read)
        if made is None:
            return _GONE
        if made in values:  # two values become one
            return None
        values.add(made)
        return line.rename + text[len(line.rename) :] if made == read else format_value(line.name, made, WRAP)

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
        return _Line(name.encode(), encoded, name.encode() if name != text else b"", becomes)

    def _authority(self, value: bytes) -> bytes | None:
        return authority_at_target(value, self._from, self._to)

    def _identity(self, value: bytes) -> bytes:
        return identity_at_target(value, self._from, self._to)


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

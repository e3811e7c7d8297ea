"""Reads one name of a list; its errors show nothing of the line, which may hold a key."""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Iterable, Iterator

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.findings import Finding, Rule, Severity, finding
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import Listed
from odkit.patterns import regex
from odkit.text import plural
from odkit.values.principal import NameFault, Principal, PrincipalError, parse_principal

__all__ = [
    "Key",
    "NoNameError",
    "bare_realm",
    "heimdal_name",
    "heimdal_realm",
    "heimdal_time",
    "listed_name",
    "newest",
    "null_entries",
    "whole_text",
]

EMPTY_KEYTAB = Rule(
    "OD212",
    "empty-keytab",
    Severity.INFO,
    "Add keys with ktadd or sso_util configure if the keytab should have any. A clean-up of retired names leaves it empty.",
)
NULL_ENTRY = Rule(
    "OD213", "null-entry", Severity.INFO, "Do nothing: empty entries are skipped. Other tools leave them when they remove keys."
)


_MAX = 1 << 28  # bytes of what must be read at once
_REALMLESS = "names without a realm, and no single krbtgt/REALM that tells it; say which with --realm"
_KRBTGT = regex(rb"(?m)^krbtgt/([^@/\s\\]+)(?: .*)?$")
_BLANK = regex(rb"(?<!\\)(?:\\\\)*[ \t]")  # not escaped


class NoNameError(InputError):
    """A line of a list is not a principal name."""


def listed_name(
    text: bytes, file: Input, number: int, *, realm: bytes | None = None, raw_blanks: bool = False, realmless: str | None = None
) -> Principal:
    """Read a name of a list.

    Args:
        text: the name, as it is in the file.
        file: named in the error.
        number: its line.
        realm: of a name without one.
        raw_blanks: whether the program that made the list leaves blanks unescaped (MIT's kadmin.local; never in a realm).
        realmless: what to say of a name without a realm.

    Raises:
        NoNameError: it is not a principal name.  The message shows nothing of it.
    """
    try:
        principal = parse_principal(text, realm=realm, path=file.path, line=number)
    except PrincipalError as error:
        if error.fault is NameFault.NO_REALM and realmless is not None:
            raise NoNameError(file.path, number, realmless) from None
        raise NoNameError(file.path, number, f"not a principal name ({error.fault})") from None
    if b" " in principal.realm:
        raise NoNameError(file.path, number, "not a principal name (a blank in the realm)")
    if b"\t" in text or (b" " in text and not raw_blanks and _BLANK.search(text) is not None):
        raise NoNameError(file.path, number, "not a principal name (a blank or tab that is not escaped)")
    return principal


def whole_text(file: Input) -> bytes:
    """Return the whole list; it can still be read by lines.

    Raises:
        InputError: it is larger than any list of principals.
    """
    return file.peek(_MAX)


def bare_realm(text: bytes) -> bytes | None:
    """Return the realm of names without one: that of the only ``krbtgt/REALM`` in plain lines; None when none or several stand there."""
    found = set(_KRBTGT.findall(text))
    return found.pop() if len(found) == 1 else None


def heimdal_realm(file: Input) -> bytes | None:
    """Return the realm that Heimdal's kadmin left away: the caller's, else the one of the list's own krbtgt; None when nothing tells it."""
    return file.realm if file.realm is not None else bare_realm(whole_text(file))


def heimdal_name(text: bytes, file: Input, number: int, realm: bytes | None) -> Principal:
    """Read a name of Heimdal's kadmin, which escapes blanks.

    Raises:
        NoNameError: it is no principal name, or has no realm and ``realm`` is None.
    """
    return listed_name(text, file, number, realm=realm, realmless=_REALMLESS)


def heimdal_time(text: bytes) -> int | None:
    """Return a time as Heimdal prints it in UTC, ``YYYYMMDDHHMMSS`` with anything between, in seconds since 1970; None for other text."""
    digits = re.sub(rb"[^0-9]", b"", text).decode("ascii")
    try:
        return calendar.timegm(time.strptime(digits, "%Y%m%d%H%M%S")) if len(digits) == 14 else None
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of a keytab, without the key.

    Attributes:
        number: 1-based line, or number of the entry.
        kvno: version.
        text: the name's spelling.
        principal: the name.
        enctype: name of the encryption type (`odkit.values.enctypes`), None where the format does not tell.
    """

    number: int
    kvno: int
    text: bytes
    principal: Principal
    enctype: str | None


def newest(rows: Iterable[Key | Finding], file: Input) -> Iterator[Listed | Finding]:
    """Yield one row for each name of a keytab, where it is first: its newest version with the types of that.

    A keytab without an entry is what a clean-up leaves; it gets a finding of its own.
    """
    found: dict[Principal, tuple[Key, int, dict[str, None]]] = {}
    nothing = True
    for row in rows:
        nothing = False
        if isinstance(row, Finding):
            yield row
            continue
        first, version, kinds = found.get(row.principal, (row, row.kvno, {}))
        if row.kvno > version:
            version, kinds = row.kvno, {}
        if row.kvno == version and row.enctype is not None:
            kinds[row.enctype] = None
        found[row.principal] = (first, version, kinds)
    for principal, (first, version, kinds) in found.items():
        yield Listed(first.text, principal, first.number, version, tuple(kinds))
    if nothing:
        yield finding(EMPTY_KEYTAB, "", "the keytab holds no key", path=file.path)


def null_entries(count: int, path: str, line: int) -> Finding:
    """Return the finding about entries that consist of zeros."""
    return finding(NULL_ENTRY, "", f"{plural(count, 'entry', 'entries')} of zeros without a name", path=path, line=line)

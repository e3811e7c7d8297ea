"""One name of a list: what becomes a principal, and an error that shows nothing of a line, which may hold a key."""

from __future__ import annotations

import re

from odkit.errors import InputError
from odkit.kerberos.inventory._input import Input
from odkit.values.principal import NameFault, Principal, PrincipalError, parse_principal

__all__ = ["HOW", "NoNameError", "listed_name"]

HOW = "make the list with: LC_ALL=C kadmin.local -q listprincs, or on 10.7 and later: kadmin -l list '*'"
_BLANK = re.compile(rb"(?<!\\)(?:\\\\)*[ \t]")  # not escaped


class NoNameError(InputError):
    """A line of a list is no principal name."""


def listed_name(
    text: bytes, file: Input, number: int, *, realm: bytes | None = None, raw_blanks: bool = False, realmless: str | None = None
) -> Principal:
    """Read a name of a list.

    Args:
        text: the name, as it stands in the file.
        file: named in the error.
        number: its line.
        realm: of a name without one.
        raw_blanks: whether the program that made the list leaves blanks unescaped (MIT's kadmin.local; never in a realm).
        realmless: what to say of a name without a realm.

    Raises:
        NoNameError: it is no principal name.  The message shows nothing of it.
    """
    try:
        principal = parse_principal(text, realm=realm, path=file.path, line=number)
    except PrincipalError as error:
        if error.fault is NameFault.NO_REALM and realmless is not None:
            raise NoNameError(file.path, number, realmless) from None
        raise NoNameError(file.path, number, f"not a principal name ({error.fault})") from None
    if b" " in principal.realm:
        raise NoNameError(file.path, number, "not a principal name (a blank in the realm)")
    if b"\t" in text or (not raw_blanks and _BLANK.search(text) is not None):
        raise NoNameError(file.path, number, "not a principal name (a blank or tab that is not escaped)")
    return principal

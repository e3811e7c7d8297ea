r"""Writes a principal for Heimdal's kadmin in its own unparsed form, and tells what a script must refuse.

Heimdal escapes a blank, too (``\ ``).  The argument of ``delete`` is a glob when it holds an unescaped ``* ? [ ]``: ``delete '*'`` empties
the database without asking.  The scripts therefore put a backslash before each of these (krb5_parse_name takes it away again) and give
one name a command, behind ``--``, never on standard input, whose parser skips characters and loses all that is not ASCII.
"""

from __future__ import annotations

from collections.abc import Sequence

from odkit.kerberos.kadmin import MAX_LINE
from odkit.patterns import regex
from odkit.values.principal import Principal

__all__ = ["glob_escaped", "heimdal_text", "manual_alias_command", "manual_delete_command", "why_undeletable_in_heimdal"]

_CONTROL = regex(rb"[\x00-\x1f\x7f]")
_REALM = regex(rb"[^\\/@\x00-\x20\x7f]+\Z")
_GLOB = regex(rb"[*?\[\]]")


def heimdal_text(principal: Principal) -> bytes:
    """Return the unparsed form as Heimdal writes it, with the realm (krb5_unparse_name of Heimdal)."""
    return bytes(principal).replace(b" ", b"\\ ")


def glob_escaped(text: bytes) -> bytes:
    """Return a name as an argument of ``kadmin delete`` that can match no other."""
    return _GLOB.sub(rb"\\\g<0>", text)


def why_undeletable_in_heimdal(principal: Principal, _text: bytes) -> str | None:
    """Return why a principal cannot be deleted (and put back) by name, None when it can."""
    if any(_CONTROL.search(part) for part in (*principal.components, principal.realm)):
        return "a control character in the name"
    if not _REALM.match(principal.realm):
        return "a backslash, slash, '@' or blank in the realm"
    if principal.components == (b"",):
        return "an empty name"
    if any(b" " in part for part in principal.components):
        return "Heimdal's loader cannot read a blank in a name, so that it could not be put back"
    if len(glob_escaped(heimdal_text(principal))) > MAX_LINE:
        return f"longer than {MAX_LINE} bytes"
    return None


def _quoted(part: bytes) -> str:
    return "'" + part.decode("utf-8", "surrogateescape").replace("'", "'\\''") + "'"


def manual_delete_command(realm: bytes, text: bytes) -> str | None:
    """Return the command with which a person deletes a listed name; None when a command line cannot carry it."""
    command = f"kadmin -l -r {_quoted(realm)} delete -- {_quoted(glob_escaped(text))}"
    return command if command.isprintable() else None


def manual_alias_command(realm: bytes, text: bytes, aliases: Sequence[bytes]) -> str | None:
    """Return the command with which a person gives a listed name these aliases and no other ones.

    None when a command line cannot carry it.
    """
    words = " ".join(f"--alias={_quoted(alias)}" for alias in aliases) or "--alias="
    command = f"kadmin -l -r {_quoted(realm)} modify {words} -- {_quoted(glob_escaped(text))}"
    return command if command.isprintable() else None

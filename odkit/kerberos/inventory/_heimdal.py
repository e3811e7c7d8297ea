r"""Heimdal's ``kadmin -l``: ``list`` (plain, ``-l``, ``-s``, ``-t``) and ``get``, and its own ``dump``.

Names stand in krb5_unparse_name's form of Heimdal: blank, LF, TAB, BS, ``\``, ``/`` and ``@`` are escaped.  ``list`` leaves the realm
away where it is the default one; it is then the one of the only ``krbtgt/REALM`` without a realm.

A dump has one record a line: ``principal keys created modified start end pwend life renew flags generation [extensions]``, the name up to
the first blank that is not escaped, a key as ``mkvno:enctype:HEX:salt``.  Nothing of the keys but version and type is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.kerberos.inventory._input import Input
from odkit.kerberos.inventory._model import Listed
from odkit.kerberos.inventory._name import listed_name
from odkit.values.enctypes import ENCTYPES
from odkit.values.principal import Principal

__all__ = ["bare_realm", "dump_like", "long_like", "read_dump", "read_long", "read_plain", "read_short", "short_like"]

_NAME = rb"(?:[^ \\\n]|\\.)+"
_DUMP = re.compile(rb"(" + _NAME + rb") (\d{1,10}):(.*?) \d{14}:", re.DOTALL)
_LONG = re.compile(rb" *Principal: ")
_SHORT = re.compile(rb"Principal +Expiration +PW-exp ")
_KEY = re.compile(rb"(?:^|:)\d*:(\d{1,10}):[0-9A-Fa-f]*:")
_REALMLESS = "names without a realm, and no single krbtgt/REALM that tells it; say which with --realm"
_TYPE = re.compile(rb"([a-z0-9-]+)\(")


def dump_like(head: bytes) -> bool:
    """Tell whether the beginning is that of ``kadmin -l dump``."""
    return _DUMP.match(head) is not None


def long_like(head: bytes) -> bool:
    """Tell whether it is ``list -l`` or ``get``."""
    return _LONG.match(head) is not None


def short_like(head: bytes) -> bool:
    """Tell whether it is ``list -s`` or ``get -s``."""
    return _SHORT.match(head) is not None


def bare_realm(text: bytes) -> bytes | None:
    """The realm of names without one: that of the only ``krbtgt/REALM`` in plain lines; None when none or several stand there."""
    found = set(re.findall(rb"(?m)^krbtgt/([^@/\s\\]+)(?: .*)?$", text))
    return found.pop() if len(found) == 1 else None


def _principal(text: bytes, realm: bytes | None, file: Input, number: int) -> Principal:
    return listed_name(text, file, number, realm=realm, realmless=_REALMLESS)


def read_dump(file: Input) -> Iterator[Listed]:
    """Read ``kadmin -l dump``.

    Raises:
        InputError: a line that is no record, a cut end.
    """
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the dump ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        match = _DUMP.match(line)
        if match is None:  # the line is not shown: it may hold keys
            raise InputError(file.path, number, "not a record of Heimdal's dump: it is cut or damaged; make it again")
        kinds = dict.fromkeys(int(kind) for kind in _KEY.findall(match[3]))
        enctypes = tuple(ENCTYPES.get(kind, str(kind)) for kind in kinds)
        yield Listed(match[1], _principal(match[1], None, file, number), number, int(match[2]), enctypes)


def read_long(file: Input, realm: bytes | None) -> Iterator[Listed]:
    """Read ``list -l`` or ``get``: blocks of ``name: value``.

    Raises:
        InputError: a cut end.
    """
    current: Listed | None = None
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        field, colon, value = line.partition(b":")
        name = field.strip()
        value = value.removeprefix(b" ")
        if name == b"Principal" and colon:
            if current is not None:
                yield current
            current = Listed(value, _principal(value, realm, file, number), number)
        elif current is None and line.strip():
            raise InputError(file.path, number, "not a list of Heimdal's kadmin")
        elif current is not None and name == b"Kvno" and value.strip().isdigit() and len(value.strip()) <= 10:
            current = Listed(current.text, current.principal, current.line, int(value), current.enctypes)
        elif current is not None and name == b"Keytypes":
            kinds = tuple(dict.fromkeys(kind.decode("ascii") for kind in _TYPE.findall(value)))
            current = Listed(current.text, current.principal, current.line, current.kvno, kinds)
    if current is not None:
        yield current


def read_short(file: Input, realm: bytes | None) -> Iterator[Listed]:
    """Read ``list -s`` or ``get -s``: a table whose first column holds the names, padded with blanks.

    Raises:
        InputError: a cut end, a line that is no row.
    """
    width = 0
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        if number == 1 or not width:
            width = line.index(b"Expiration")
            continue
        name = line[:width].rstrip(b" ")
        if (len(name) - len(name.rstrip(b"\\"))) % 2:  # the blank at the end belongs to the name
            name += b" "
        if not name or line[width - 2 : width] != b"  ":
            raise InputError(file.path, number, "not a row of the table that Heimdal's kadmin prints")
        yield Listed(name, _principal(name, realm, file, number), number)


def read_plain(file: Input, realm: bytes | None) -> Iterator[Listed]:
    """Read ``list`` or ``get -t``: one name a line.

    Raises:
        InputError: a cut end, a line that is no name.
    """
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if line:
            yield Listed(line, _principal(line, realm, file, number), number)

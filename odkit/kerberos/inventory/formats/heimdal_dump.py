r"""Heimdal's own ``kadmin -l dump``: one record a line.

    principal keys created modified start end pwend life renew flags generation [extensions]

The name goes up to the first blank that is not escaped; a key is ``mkvno:enctype:HEX:salt``.  Nothing of the keys but version and type is
kept.  ``extensions`` are HDB-extension values in hexadecimal, ``:`` between them (Heimdal lib/hdb/print.c, hdb.asn1):

    HDB-extension   ::= SEQUENCE { mandatory [0] BOOLEAN, data [1] CHOICE { …, aliases [6] HDB-Ext-Aliases, … } }
    HDB-Ext-Aliases ::= SEQUENCE { case-insensitive [0] BOOLEAN, aliases [1] SEQUENCE OF Principal }
    Principal       ::= SEQUENCE { name [0] SEQUENCE { name-type [0] INTEGER, name-string [1] SEQUENCE OF GeneralString }, realm [1] Realm }
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.errors import InputError, InputReason
from odkit.findings import Finding, finding
from odkit.kerberos.heimdal import heimdal_text
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import heimdal_name, heimdal_time
from odkit.kerberos.rules import ALIASES_UNKNOWN
from odkit.patterns import regex
from odkit.values.der import DerError, elements, only
from odkit.values.enctypes import enctype_name
from odkit.values.principal import Principal

__all__ = ["FORMAT"]

_NAME = rb"(?:[^ \\\n]|\\.)+"
_RECORD = regex(rb"(" + _NAME + rb") (\d{1,10}):(.*?) (\d{14}):", re.DOTALL)
_KEY = regex(rb"(?:^|:)\d*:(\d{1,10}):[0-9A-Fa-f]*:")
_EVENT = regex(rb"(?:[^ \\\n]|\\.)* (\d{14}):", re.DOTALL)  # who made it, and when it was changed
_EXTENSIONS = regex(rb" (30[0-9A-Fa-f]+(?::30[0-9A-Fa-f]+)*)\r?\Z")
_SEQUENCE, _STRING = 0x30, 0x1B
_ALIASES = 0xA6


def _looks_like(file: Input) -> bool:
    return _RECORD.match(file.head) is not None


def _read(file: Input) -> Iterator[Listed | Finding]:
    """Read the records: each principal, and behind it its aliases.

    Raises:
        InputError: a line that is no record, a cut end.
    """
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the dump ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        if not line:
            continue
        match = _RECORD.match(line)
        if match is None:  # the line is not shown: it may hold keys
            raise InputError(file.path, number, "not a record of Heimdal's dump: it is cut or damaged; make it again")
        kinds = dict.fromkeys(int(kind) for kind in _KEY.findall(match[3]))
        principal = heimdal_name(match[1], file, number, None)
        changed = _EVENT.match(line, match.end())
        modified = heimdal_time(changed[1] if changed is not None else match[4])
        yield Listed(match[1], principal, number, int(match[2]), tuple(enctype_name(kind) for kind in kinds), modified=modified)
        extensions = _EXTENSIONS.search(line, match.end())
        if extensions is None:
            continue
        try:
            aliases = [alias for each in extensions[1].split(b":") for alias in _aliases(bytes.fromhex(each.decode("ascii")))]
        except (DerError, ValueError):
            message = f"the extensions of {principal} cannot be read: whether it has aliases is unknown"
            yield finding(ALIASES_UNKNOWN, str(principal), message, path=file.path, line=number)
            continue
        for alias in aliases:
            yield Listed(heimdal_text(alias), alias, number, alias=True, target=principal)


def _aliases(extension: bytes) -> Iterator[Principal]:
    """Yield the names in an extension that holds aliases; none in another one.

    Raises:
        DerError: it is no extension, or no list of names.
    """
    fields = dict(elements(only(extension, _SEQUENCE)))
    for tag, content in elements(fields.get(0xA1, b"")):
        if tag != _ALIASES:
            continue
        parts = dict(elements(only(content, _SEQUENCE)))
        for name_tag, name in elements(only(parts.get(0xA1, b""), _SEQUENCE)):
            if name_tag != _SEQUENCE:
                raise DerError("a name that is no sequence")
            yield _name(name)


def _name(data: bytes) -> Principal:
    fields = dict(elements(data))
    name = dict(elements(only(fields.get(0xA0, b""), _SEQUENCE)))
    components = tuple(content for _, content in elements(only(name.get(0xA1, b""), _SEQUENCE)))
    return Principal(components, only(fields.get(0xA1, b""), _STRING))


FORMAT = Format("heimdal dump", InventoryKind.KDC, PrincipalStore.HEIMDAL, _looks_like, _read, copied=Copied.HEIMDAL_DUMP)

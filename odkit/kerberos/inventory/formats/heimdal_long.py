r"""Heimdal's ``kadmin -l``: ``list -l`` and ``get``, blocks of ``name: value``.

    Principal: NAME
    Kvno: N
    Last successful login: TIME | never              TIME is YYYY-MM-DD HH:MM:SS UTC
    Last modified: TIME
    Keytypes: TYPE(SALTTYPE[(SALT)])[KVNO], …        the salt where it is not the one of the name: after a renaming
    Aliases: NAME NAME …                             (heimdal kadmin/get.c)

A value is cut at 1,023 bytes.  Aliases are no principals of their own: `list` and the plain forms do not show them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.dataclass import dataclass
from odkit.errors import InputError, InputReason
from odkit.findings import Finding, finding
from odkit.kerberos.inventory.formats import Copied, Format
from odkit.kerberos.inventory.input import Input
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.kerberos.inventory.names import NoNameError, heimdal_name, heimdal_realm, heimdal_time
from odkit.kerberos.rules import ALIASES_UNKNOWN, NOT_A_PRINCIPAL
from odkit.patterns import regex
from odkit.values.enctypes import enctype_name, read_enctype
from odkit.values.principal import Principal

__all__ = ["FORMAT"]

_HEAD = regex(rb" *Principal: ")
# one key; what is in the inner brackets is data, and no program escapes it
_KEY = regex(
    rb"(?P<type>[a-z0-9-]+|unknown\(-?\d{1,10}\))\((?:[a-z0-9-]+|unknown\(-?\d{1,10}\))(?:\(.*?\))?\)\[\d{1,10}\](?:, |\Z)", re.DOTALL
)
_ALIAS = regex(rb"(?:[^ \\]|\\.)+", re.DOTALL)
_CUT_AT = 1023  # bytes of a value: kadmin's buffer less its NUL
# what no name is in
_KEPT = regex(
    rb"^ *(?:Principal|Principal expires|Password expires|Last password change|Max ticket life|Max renewable life|Kvno|Mkvno|"
    rb"Last successful login|"
    rb"Last failed login|Failed login count|Last modified|Modifier|Attributes|Keytypes|PK-INIT ACL|Aliases|Policy): ?|"
    rb"(?<=: )(?:never|unlimited|unset|none|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|"
    rb"(?<!Principal: )(?<!Modifier: )(?<!Aliases: )(?<!Policy: )\d{1,10}(?: (?:days?|weeks?|hours?|minutes?|"
    rb"months?|years?|seconds?))*)(?= ?\Z)|"
    rb"(?<=[ ,(])(?:aes(?:128|256)-cts-hmac-sha(?:1-96|256-128|384-192)|arcfour-hmac(?:-md5)?|des3?-cbc-(?:sha1|md5|md4|crc)|"
    rb"pw-salt|afs3-salt|unknown)(?=\()|"
    rb"unknown\(-?\d{1,10}\)|\[\d{1,10}\]"
)


def _looks_like(file: Input) -> bool:
    return _HEAD.match(file.head) is not None


@dataclass(slots=True)
class _Block:
    """What is known of one principal."""

    text: bytes
    principal: Principal
    line: int
    kvno: int | None = None
    enctypes: tuple[str, ...] = ()
    aliases: bytes = b""
    aliases_line: int = 0
    modified: int | None = None
    used: int | None = None


def _read(file: Input) -> Iterator[Listed | Finding]:
    """Read the blocks: each principal, and behind it its aliases.

    Raises:
        InputError: a cut end, an alias that is no name.
    """
    realm = heimdal_realm(file)
    current: _Block | None = None
    for number, line in file.lines():
        if file.cut:
            raise InputError(file.path, number, "the list ends in the middle of a line: it is cut; make it again", InputReason.CUT)
        field, colon, value = line.partition(b":")
        name = field.strip()
        value = value.removeprefix(b" ")
        if name == b"Principal" and colon:
            if current is not None:
                yield from _listed(current, file)
            current = _Block(value, heimdal_name(value, file, number, realm), number)
        elif current is None:
            if line.strip():
                raise InputError(file.path, number, "not a list of Heimdal's kadmin")
        else:
            _take(current, name, value, number)
    if current is not None:
        yield from _listed(current, file)


def _take(block: _Block, name: bytes, value: bytes, number: int) -> None:
    """Keep what is known of a principal by one of its lines."""
    match name:
        case b"Kvno" if value.strip().isdigit() and len(value.strip()) <= 10:
            block.kvno = int(value)
        case b"Keytypes":
            block.enctypes = _enctypes(value)
        case b"Last modified":
            block.modified = heimdal_time(value)
        case b"Last successful login":
            block.used = 0 if value.strip() == b"never" else heimdal_time(value)
        case b"Aliases":
            block.aliases, block.aliases_line = value, number


def _enctypes(value: bytes) -> tuple[str, ...]:
    """Return types of the keys; nothing of a salt, which may hold anything."""
    numbers = (read_enctype(match[1].decode("ascii")) for match in _KEY.finditer(value))
    return tuple(dict.fromkeys(enctype_name(number) for number in numbers if number is not None))


def _listed(block: _Block, file: Input) -> Iterator[Listed | Finding]:
    yield Listed(block.text, block.principal, block.line, block.kvno, block.enctypes, modified=block.modified, used=block.used)
    words = _ALIAS.findall(block.aliases)
    if len(block.aliases) >= _CUT_AT:
        words = words[:-1]  # the last one may be a part of a name
        message = f"{block.principal} has more aliases than kadmin prints"
        yield finding(ALIASES_UNKNOWN, str(block.principal), message, path=file.path, line=block.aliases_line)
    for word in words:
        try:
            alias = heimdal_name(word, file, block.aliases_line, None)
        except NoNameError:
            message = f"an alias of {block.principal} is no principal name"
            yield finding(NOT_A_PRINCIPAL, str(block.principal), message, path=file.path, line=block.aliases_line)
            continue
        yield Listed(word, alias, block.aliases_line, alias=True, target=block.principal)


FORMAT = Format("heimdal list", InventoryKind.KDC, PrincipalStore.HEIMDAL, _looks_like, _read, copied=Copied.LINES, own=_KEPT)

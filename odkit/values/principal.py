r"""Principal names (RFC 1964 section 2.1.3, krb5_parse_name and krb5_unparse_name of MIT).

    principal = component *( "/" component ) [ "@" realm ]
    escapes: backslash followed by n t b 0 is LF TAB BS NUL; by any other byte, that byte

Names are bytes: a KDC gives no encoding to them.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from odkit.arguments import kind_of
from odkit.dataclass import dataclass
from odkit.errors import InputError, UsageError
from odkit.patterns import regex
from odkit.text import decode, escape, shorten

__all__ = ["LKDC", "NameFault", "Principal", "PrincipalError", "is_lkdc", "parse_principal", "plain_principal"]

_OUT = {0x5C: b"\\\\", 0x2F: b"\\/", 0x40: b"\\@", 0x09: b"\\t", 0x0A: b"\\n", 0x08: b"\\b", 0x00: b"\\0"}
_IN = {ord("n"): 0x0A, ord("t"): 0x09, ord("b"): 0x08, ord("0"): 0x00}
_PLAIN = regex(rb"([!-?A-\[\]-~]+)@([!-.0-?A-\[\]-~]+)")  # no blank, no backslash, no second @, no / in the realm
LKDC = regex(r"LKDC:SHA1\.[0-9A-F]{40}\Z")  # realm of a Local KDC: SHA-1 of its certificate (odkit.lkdc.realm)


class NameFault(StrEnum):
    """Why a text is no principal name."""

    NOT_UTF8 = "it is not UTF-8"
    NO_REALM = "it has no realm"
    REALM = "'@' or '/' in the realm"
    BACKSLASH = "it ends in a backslash"


class PrincipalError(InputError):
    """A text is no principal name.

    Attributes:
        fault: why.
    """

    def __init__(self, path: str, line: int | None, fault: NameFault, data: bytes) -> None:
        self.fault = fault
        super().__init__(path, line, f"not a principal name ({fault}): {shorten(data, 80)}")


_SPECIAL = regex(rb"[\\/@\t\n\x08\0]")


def _unparse(part: bytes) -> bytes:
    if _SPECIAL.search(part) is None:
        return part
    return b"".join(_OUT.get(byte, bytes((byte,))) for byte in part)


@dataclass(frozen=True, slots=True, order=True)
class Principal:
    """A principal name.

    Attributes:
        components: its components, unescaped.
        realm: its realm, unescaped.
    """

    components: tuple[bytes, ...]
    realm: bytes

    def __bytes__(self) -> bytes:
        """Return the unparsed form with escapes, as listprincs prints it."""
        return b"/".join(map(_unparse, self.components)) + b"@" + _unparse(self.realm)

    def __str__(self) -> str:
        """Return the text for people: the unparsed form, unprintable bytes escaped."""
        return escape(bytes(self))

    @property
    def pair(self) -> tuple[bytes, bytes] | None:
        """Service and host as the KDC compares them, where there are exactly two components, else None."""
        return (self.components[0], self.components[1]) if len(self.components) == 2 else None

    @property
    def service(self) -> str | None:
        """First of exactly two components, else None.  Bytes that are not UTF-8 are surrogates (PEP 383)."""
        return decode(self.components[0]) if len(self.components) == 2 else None

    @property
    def host(self) -> str | None:
        """Second of exactly two components, else None.  Bytes that are not UTF-8 are surrogates (PEP 383)."""
        return decode(self.components[1]) if len(self.components) == 2 else None

    @property
    def realm_name(self) -> str:
        """The realm as text, to be compared with `Directory.realm`.  Bytes that are not UTF-8 are surrogates (PEP 383)."""
        return decode(self.realm)


def plain_principal(text: bytes) -> Principal | None:
    """Return the principal of a name with a realm in which nothing is escaped, and nothing but printable ASCII is; None for any other text.

    `parse_principal` gives the same; this is for lists, which hold many.
    """
    found = _PLAIN.fullmatch(text)
    return None if found is None else Principal(tuple(found[1].split(b"/")), found[2])


def parse_principal(
    text: bytes | str, *, realm: bytes | str | None = None, path: str = "<principal>", line: int | None = None
) -> Principal:
    """Read the unparsed form.

    Args:
        text: the name; text is taken as UTF-8 (surrogates are bytes that are not, PEP 383).
        realm: for names without ``@``.
        path: named in the error.
        line: named in the error.

    Raises:
        UsageError: it is neither text nor bytes.
        PrincipalError: a lone backslash at the end, a second ``@``, a ``/`` in the realm, or no realm at all.
    """
    if isinstance(text, str):
        try:
            data = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise PrincipalError(path, line, NameFault.NOT_UTF8, text.encode("utf-8", "replace")) from error
    elif isinstance(text, bytes):
        data = text
    else:
        raise UsageError(f"expected a principal (str or bytes), not {kind_of(text)}")
    if isinstance(realm, str):
        realm = realm.encode("utf-8", "surrogateescape")
    if b"\\" not in data:  # nearly every name
        name, at, found = data.partition(b"@")
        if at and b"@" not in found and b"/" not in found:
            return Principal(tuple(name.split(b"/")), found)
        if at:
            raise PrincipalError(path, line, NameFault.REALM, data)
        if realm is None:
            raise PrincipalError(path, line, NameFault.NO_REALM, data)
        return Principal(tuple(name.split(b"/")), realm)

    def bad(fault: NameFault) -> PrincipalError:
        return PrincipalError(path, line, fault, data)

    parts, own = _split(data, bad)
    if own is None and realm is None:
        raise bad(NameFault.NO_REALM)
    return Principal(parts, (realm or b"") if own is None else own)


def _split(data: bytes, bad: Callable[[NameFault], InputError]) -> tuple[tuple[bytes, ...], bytes | None]:
    parts: list[bytearray] = [bytearray()]
    in_realm = False
    at = 0
    while at < len(data):
        byte = data[at]
        if byte == 0x5C:
            if at + 1 >= len(data):
                raise bad(NameFault.BACKSLASH)
            parts[-1].append(_IN.get(data[at + 1], data[at + 1]))
            at += 2
            continue
        if byte == 0x40:
            if in_realm:
                raise bad(NameFault.REALM)
            in_realm = True
            parts.append(bytearray())
        elif byte == 0x2F:
            if in_realm:
                raise bad(NameFault.REALM)
            parts.append(bytearray())
        else:
            parts[-1].append(byte)
        at += 1
    whole = tuple(bytes(part) for part in parts)
    return (whole[:-1], whole[-1]) if in_realm else (whole, None)


def is_lkdc(realm: bytes | str) -> bool:
    """Tell whether a realm is that of a Local KDC: ``LKDC:…`` or ``WELLKNOWN:COM.APPLE.LKDC`` (Heimdal-172, KerberosHelper).

    Raises:
        UsageError: it is neither text nor bytes.
    """
    data = realm.encode("utf-8", "surrogateescape") if isinstance(realm, str) else realm
    if not isinstance(data, bytes):
        raise UsageError(f"expected a realm (str or bytes), not {kind_of(data)}")
    return data.startswith((b"LKDC:", b"WELLKNOWN:COM.APPLE.LKDC"))

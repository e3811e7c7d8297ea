"""AuthenticationAuthority values: parsed, and written back byte for byte.

    value   = version ";" tag ";" data         Apple, Open Directory Programming Guide; DirectoryService dsParseAuthAuthority
    version = "" / up to three integers with dots; empty and "1" mean 1.0.0

Tags compare without case.  A value that breaks the grammar, or data that breaks its tag's own, is kept as written, and
`Authority.problems` says what is wrong with it.
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import lru_cache

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.patterns import regex
from odkit.text import decode
from odkit.values.authority_data import Address, CachedUser, Kerberos, PasswordServer, PublicKey, ShadowHash
from odkit.values.slot import SlotID, parse_slot

__all__ = ["Address", "Authority", "CachedUser", "Disabled", "Kerberos", "PasswordServer", "PublicKey", "ShadowHash", "parse_authority"]


_VERSION = regex(r"(?:[0-9]{1,10}(?:\.[0-9]{1,10}){0,2})?\Z", re.ASCII)
_KEY = regex(r"([0-9]{1,6}) ([0-9]{1,10}) ([0-9]{1,5000})(?: (.*))?\Z", re.ASCII | re.DOTALL)
_DEPTH = 8  # DisabledUser inside DisabledUser


@dataclass(frozen=True, slots=True)
class Disabled:
    """Data of ``DisabledUser``: the whole previous value, None for an empty one (basic).

    Attributes:
        previous: the value that comes back when the account is enabled.
        brackets: whether it is in ``<…>``.
    """

    previous: Authority | None
    brackets: bool


Detail = PasswordServer | Kerberos | ShadowHash | CachedUser | Disabled


@dataclass(frozen=True, slots=True)
class Authority:
    """One value of ``authAuthority``.

    Attributes:
        version: as written.
        tag: as written.
        data: as written; bytes that are not UTF-8 are surrogates (PEP 383).
        detail: what the tag's own grammar says of the data; None for tags without one, and unknown tags.
        problems: what breaks that grammar.
    """

    version: str
    tag: str
    data: str = field(repr=False)  # crypt is in it where an administrator put it there
    detail: Detail | None = None
    problems: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:
        """The tag in lower case: by it tags compare."""
        return self.tag.lower()

    @property
    def known(self) -> bool:
        """Whether Directory Service of 10.3-10.15 knows the tag; a login fails at a tag that it does not know."""
        return self.kind in _KNOWN

    def __bytes__(self) -> bytes:
        return f"{self.version};{self.tag};{self.data}".encode("utf-8", "surrogateescape")


def parse_authority(value: bytes | str) -> Authority:
    """Parse a value of ``authAuthority``.

    Args:
        value: bytes as in the directory, or text with surrogates for what is not UTF-8.

    Returns:
        The authority; ``bytes()`` of it is the value again.

    Raises:
        InputError: it has fewer than three fields, or its version is no number.
    """
    text = decode(value) if isinstance(value, bytes) else value
    return _parse(text, 0)


def _parse(text: str, depth: int) -> Authority:
    fields = text.split(";", 2)
    if len(fields) < 3:
        raise InputError("<authAuthority>", None, "no 'version;tag;data': a semicolon is missing")
    version, tag, data = fields
    if not _VERSION.match(version):
        raise InputError("<authAuthority>", None, "the version in front of the first semicolon is no number")
    problems: list[str] = []
    detail: Detail | None = None
    match tag.lower():
        case "applepasswordserver":
            detail = _password_server(data, problems)
        case "kerberosv5" | "kerberosv5cert":
            detail = _kerberos(data, problems)
        case "shadowhash" | "localwindowshash":
            detail = _shadow_hash(data, problems)
        case "localcacheduser" | "localcasheduser":  # Apple's guide prints the second one, too
            detail = _cached_user(data, problems)
        case "disableduser":
            detail = _disabled(data, depth, problems)
    return Authority(version, tag, data, detail, tuple(problems))


def _key(text: str, problems: list[str]) -> PublicKey | None:
    key = _public_key(text)
    if key is None:
        problems.append("the public key is not 'bits exponent modulus comment'")
    return key


# all accounts of a server carry the same key; it is public, so that the cache may outlive the directory
@lru_cache(maxsize=64)
def _public_key(text: str) -> PublicKey | None:
    match = _KEY.match(text)
    return PublicKey(int(match[1]), int(match[2]), match[3], match[4] or "") if match is not None else None


@lru_cache(maxsize=64)  # likewise
def _address(text: str) -> Address | None:
    host = text.removesuffix(";")
    kind, slash, rest = host.partition("/")
    if slash and kind in {"ipv4", "ipv6", "dns"}:
        return Address(kind, rest) if rest else None
    return Address("", host) if host else None


def _password_server(data: str, problems: list[str]) -> PasswordServer:
    slot_text, comma, rest = data.partition(",")
    key: PublicKey | None = None
    key_text = ""
    if comma:
        key_text, _, where = rest.partition(":")  # the comment holds no colon; an IPv6 address does
        key = _key(key_text, problems)
    else:
        slot_text, _, where = data.partition(":")
    address = _address(where)
    if address is None:
        problems.append("the password server's address is missing")
    return PasswordServer(_slot(slot_text, problems), slot_text, key_text, key, address)


def _slot(text: str, problems: list[str]) -> SlotID | None:
    slot = parse_slot(text)
    if slot is None:
        problems.append(f"the slot is not '0x' and 32 hex digits ({len(text)} characters)")
    return slot


def _kerberos(data: str, problems: list[str]) -> Kerberos:
    fields = data.split(";", 3)
    slot_text, principal, realm, rest = [*fields, "", "", "", ""][:4]
    if len(fields) < 3 or not realm:
        problems.append("the realm is missing")
    key = _key(rest.removesuffix(";").partition(":")[0], problems) if rest.strip(";") else None
    return Kerberos(_slot(slot_text, problems) if slot_text else None, slot_text, principal, realm, key)


def _shadow_hash(data: str, problems: list[str]) -> ShadowHash:
    if not data or data.lower() == "betterhashonly":
        return ShadowHash(None, bool(data))
    if data.upper().startswith("HASHLIST:<") and data.endswith(">"):
        inner = data[len("HASHLIST:<") : -1]
        return ShadowHash(tuple(inner.split(",")) if inner else ())
    problems.append("neither BetterHashOnly nor HASHLIST:<…>")
    return ShadowHash(None)


def _cached_user(data: str, problems: list[str]) -> CachedUser | None:
    node, _, rest = data.partition(":")
    name, _, guid = rest.partition(":")
    if not (node and name and guid):
        problems.append("not 'node:name:GUID'")
        return None
    return CachedUser(node, name, guid)


def _disabled(data: str, depth: int, problems: list[str]) -> Disabled | None:
    brackets = data.startswith("<") and data.endswith(">") and len(data) > 1
    inner = data[1:-1] if brackets else data
    if not inner:
        return Disabled(None, brackets)
    if depth >= _DEPTH:
        problems.append(f"disabled more than {_DEPTH} times")
        return None
    try:
        return Disabled(_parse(inner, depth + 1), brackets)
    except InputError:
        problems.append("the value that was disabled has no three fields")
        return None


_KNOWN = frozenset(
    {
        "", "basic", "applepasswordserver", "kerberosv5", "kerberosv5cert", "shadowhash", "localwindowshash", "localcacheduser",
        "localcasheduser", "disableduser", "securetoken", "cacheduser", "netlogon",
    }
)  # fmt: skip

"""What an export says of one account's password: its authorities, its slot, its entry in ``cn=authdata``, its policies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from odkit.directory import Directory, Record
from odkit.errors import InputError
from odkit.ldif import Attributes, UnfetchedURL
from odkit.values.account_policy import AccountPolicies, account_policy
from odkit.values.authority import Authority, Disabled, Kerberos, PasswordServer, parse_authority
from odkit.values.keyset import KeySet, parse_keyset
from odkit.values.policy import Account, Policy, parse_policy
from odkit.values.slot import SlotID

__all__ = ["AUTHDATA_USERS", "VERIFIERS", "Password", "Problem", "flat", "of", "own_principal", "timestamp", "verifiers"]

AUTHDATA_USERS = "cn=users,cn=authdata"

# attribute of cn=authdata, lower case -> the verifier's name; OpenLDAP apple.schema, 1.3.6.1.1.1.1.42-52
VERIFIERS = {
    "cmusaslsecretcram-md5": "CRAM-MD5",
    "cmusaslsecretsmbnt": "SMB-NT",
    "cmusaslsecretsmblm": "SMB-LM",
    "cmusaslsecretdigest-md5": "DIGEST-MD5",
    "cmusaslsecretdigest-umd5": "DIGEST-UMD5",
    "cmusaslsecretpps": "PPS",
    "srp-rfc5054-4096-sha512-pbkdf2": "SRP",
    "password": "recoverable",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that cannot be read: its attribute, index, and why."""

    attribute: str
    index: int
    why: str


@dataclass(slots=True)
class Password:
    """The password record of a user or computer.

    Attributes:
        authorities: what could be parsed, in order; the order is part of the meaning.
        problems: values that could not be read, or break their own grammar.
        pointer: the first ``ApplePasswordServer``, also of a value that is disabled.
        pointers: the slots of all ``ApplePasswordServer`` values in order, as written, in lower case.
        unread: values of ``authAuthority`` that could not be parsed at all.
        kerberos: the first ``Kerberosv5`` that is no Local KDC's.
        disabled: an authority is a ``DisabledUser``.
        crypt: ``userPassword`` values; secret.
        authdata: the attributes of the entry in ``cn=authdata`` that the slot points at; None when there is none.
        policy: the user's own; empty when there is none.
        has_policy: whether one was found at all.
        account: what ``cn=authdata`` counts.
        keysets: structure of the Kerberos keys.
        account_policies: the account's own of 10.10 and later; None when there are none, or they cannot be read.
    """

    authorities: list[Authority] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pointer: PasswordServer | None = None
    pointers: tuple[str, ...] = ()
    unread: tuple[bytes, ...] = field(default=(), repr=False)
    kerberos: Kerberos | None = None
    disabled: bool = False
    crypt: tuple[bytes, ...] = field(default=(), repr=False)
    authdata: Attributes | None = field(default=None, repr=False)
    policy: Policy = field(default_factory=Policy)
    has_policy: bool = False
    account: Account = field(default_factory=Account)
    keysets: list[KeySet] = field(default_factory=list)
    account_policies: AccountPolicies | None = None

    @property
    def slot_id(self) -> SlotID | None:
        """The slot; None when there is no pointer, or a malformed one."""
        return self.pointer.slot if self.pointer is not None else None

    @property
    def verifiers(self) -> tuple[str, ...]:
        """Names of the verifiers that ``cn=authdata`` holds, sorted."""
        return verifiers(self.authdata)

    @property
    def enctypes(self) -> tuple[str, ...]:
        """Encryption types of the newest Kerberos keys."""
        newest = max(self.keysets, key=lambda keys: keys.kvno, default=None)
        return newest.names if newest is not None else ()

    @property
    def kvno(self) -> int | None:
        """Version of the newest Kerberos keys."""
        return max((keys.kvno for keys in self.keysets), default=None)


def verifiers(authdata: Attributes | None) -> tuple[str, ...]:
    """Names of the verifiers in an entry of ``cn=authdata``, sorted."""
    if authdata is None:
        return ()
    return tuple(sorted(name for attribute, name in VERIFIERS.items() if any(authdata.get(attribute, ()))))


def timestamp(text: str | None) -> datetime | None:
    """A generalized time as slapd writes it (``YYYYmmddHHMMSSZ``); None for anything else."""
    if text is None or len(text) < 15 or not text[:14].isascii() or not text[:14].isdigit() or text[14] not in "Z.":
        return None
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def flat(authority: Authority) -> Iterator[Authority]:
    """An authority, and those that wait inside a ``DisabledUser``."""
    yield authority
    if isinstance(authority.detail, Disabled) and authority.detail.previous is not None:
        yield from flat(authority.detail.previous)


def of(record: Record) -> Password:
    """Read the password record of a user or computer; what cannot be read is in its `problems`."""
    out = Password(crypt=tuple(record.attributes.get("userPassword", ())))
    for index, value in enumerate(record.attributes.get("authAuthority", ())):
        if isinstance(value, UnfetchedURL):
            out.problems.append(Problem("authAuthority", index, "it names a URL instead of holding a value"))
            continue
        try:
            authority = parse_authority(value)
        except InputError as error:
            out.problems.append(Problem("authAuthority", index, error.message))
            out.unread += (value,)
            continue
        out.authorities.append(authority)
        for each in flat(authority):
            out.problems += [Problem("authAuthority", index, f"{each.tag}: {why}") for why in each.problems]
            out.disabled = out.disabled or each.kind == "disableduser"
            if isinstance(each.detail, PasswordServer):
                out.pointers += (each.detail.slot_text.lower(),)
                out.pointer = out.pointer or each.detail
            elif (
                isinstance(each.detail, Kerberos)
                and each.kind == "kerberosv5"
                and out.kerberos is None
                and "LKDC:" not in each.detail.realm
            ):
                out.kerberos = each.detail
    _join(record.directory, record, out)
    return out


def _join(od: Directory, record: Record, out: Password) -> None:
    entry = None
    if out.slot_id is not None and od.authdata:
        entry = od.by_key(f"authguid={out.slot_id.auth_guid},{AUTHDATA_USERS}")
    if entry is not None:
        out.authdata = entry.attributes
        out.account = Account(
            timestamp(entry.text("creationDate")),
            timestamp(entry.text("passwordModDate")),
            timestamp(entry.text("lastLoginTime")),
            _number(entry.text("loginFailedAttempts")),
            entry.text("disableReason") or "",
        )
        for index, value in enumerate(entry.attributes.get("draft-krbKeySet", ())):
            try:
                out.keysets.append(parse_keyset(value))
            except InputError as error:
                out.problems.append(Problem("draft-krbKeySet", index, error.message))
    for source in (entry, record):
        own = source.attributes.first("apple-accountpolicy") if source is not None else None
        if own is not None:
            try:
                out.account_policies = account_policy(own)
            except InputError as error:
                out.problems.append(Problem("apple-accountpolicy", 0, error.message))
            break
    for source in (entry, record):
        policy = source.attributes.first("apple-user-passwordpolicy") if source is not None else None
        if isinstance(policy, UnfetchedURL):
            out.problems.append(Problem("apple-user-passwordpolicy", 0, "it names a URL instead of holding a value"))
            return
        if policy is not None:
            out.has_policy = True
            try:
                out.policy = parse_policy(policy)
            except InputError as error:
                out.problems.append(Problem("apple-user-passwordpolicy", 0, error.message))
            return


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0


def own_principal(record: Record, password: Password, realm: str | None) -> str | None:
    """The principal that a record's Kerberos authority means, with its realm; None without one."""
    kerberos = password.kerberos
    if kerberos is None:
        return None
    if kerberos.principal:
        return kerberos.principal if "@" in kerberos.principal else f"{kerberos.principal}@{kerberos.realm}"
    return f"{record.name}@{kerberos.realm or realm or ''}"

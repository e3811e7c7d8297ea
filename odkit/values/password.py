"""What an export says of one account's password: its authorities, its slot, its entry in ``cn=authdata``, its policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.ldif import Attributes, UnfetchedURL
from odkit.values.attributes import text_of
from odkit.values.authority import Authority, Disabled, Kerberos, PasswordServer, parse_authority
from odkit.values.login_status import Account
from odkit.values.policy import Policy, parse_policy
from odkit.values.slot import SlotID

if TYPE_CHECKING:
    from odkit.values.account_policy import AccountPolicies
    from odkit.values.keyset import KeySet
    from odkit.values.predicate import Value

__all__ = [
    "VERIFIERS",
    "AuthdataLookup",
    "Password",
    "Problem",
    "own_principal",
    "principal_meant",
    "timestamp",
    "verifiers",
    "with_previous",
]

AuthdataLookup = Callable[[SlotID], Attributes | None]

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


_NO_POLICY, _NOTHING_COUNTED = Policy(), Account()  # of nearly all accounts of 10.4 to 10.6


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that cannot be read: its attribute, index, and why."""

    attribute: str
    index: int
    why: str


@dataclass(frozen=True, slots=True)
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

    authorities: tuple[Authority, ...] = ()
    problems: tuple[Problem, ...] = ()
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
    keysets: tuple[KeySet, ...] = ()
    account_policies: AccountPolicies | None = None

    @classmethod
    def read(cls, attributes: Attributes, authdata_of: AuthdataLookup = lambda slot: None) -> Password:
        """Read the password record of a user or computer; what cannot be read is in its `problems`.

        Args:
            attributes: of the record.
            authdata_of: gives the attributes of the entry in ``cn=authdata`` that a slot points at, or None.
        """
        authorities, problems, unread = _authorities(attributes.get("authAuthority", ()))
        flat = [each for authority in authorities for each in with_previous(authority)]
        pointers = [each.detail for each in flat if isinstance(each.detail, PasswordServer)]
        pointer = pointers[0] if pointers else None
        tickets = (
            each.detail
            for each in flat
            if isinstance(each.detail, Kerberos) and each.kind == "kerberosv5" and "LKDC:" not in each.detail.realm
        )
        slot = pointer.slot if pointer is not None else None
        authdata = authdata_of(slot) if slot is not None else None
        sources = (attributes,) if authdata is None else (authdata, attributes)
        keysets = () if authdata is None else _keysets(authdata, problems)
        account_policies = _account_policies(sources, problems)
        policy = _policy(sources, problems)
        return cls(
            authorities=tuple(authorities),
            pointer=pointer,
            pointers=tuple(each.slot_text.lower() for each in pointers),
            unread=unread,
            kerberos=next(tickets, None),
            disabled=any(each.kind == "disableduser" for each in flat),
            crypt=tuple(attributes.get("userPassword", ())),
            authdata=authdata,
            policy=_NO_POLICY if policy is None else policy,
            has_policy=policy is not None,
            account=_NOTHING_COUNTED if authdata is None else _account(authdata),
            keysets=keysets,
            account_policies=account_policies,
            problems=tuple(problems),
        )

    @property
    def slot_id(self) -> SlotID | None:
        """The slot; None when there is no pointer, or a malformed one."""
        return self.pointer.slot if self.pointer is not None else None

    def counted(self) -> dict[str, Value]:
        """Return what ``cn=authdata`` counts of the account, by the names of `odkit.values.predicate`; what is not told is left out."""
        if self.authdata is None:
            return {}
        account, failed = self.account, text_of(self.authdata, "loginFailedAttempts")
        found: dict[str, Value] = {}
        if failed is None or (failed.isascii() and failed.isdigit() and len(failed) < 10):
            found["policyAttributeFailedAuthentications"] = account.failed
        times = (
            ("policyAttributeCreationTime", account.created),
            ("policyAttributeLastPasswordChangeTime", account.password_set),
            ("policyAttributeLastAuthenticationTime", account.last_login),
        )
        return found | {name: date.timestamp() for name, date in times if date is not None}

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
    """Return names of the verifiers in an entry of ``cn=authdata``, sorted."""
    if authdata is None:
        return ()
    return tuple(sorted(name for attribute, name in VERIFIERS.items() if any(authdata.get(attribute, ()))))


def timestamp(text: str | None) -> datetime | None:
    """Return a generalized time as slapd writes it (``YYYYmmddHHMMSSZ``); None for anything else."""
    if text is None or len(text) < 15 or not text[:14].isascii() or not text[:14].isdigit() or text[14] not in "Z.":
        return None
    try:
        # `strptime` takes ten times as long, and a list asks for the time of every record
        year, month, day, hour, minute, second = map(int, (text[:4], text[4:6], text[6:8], text[8:10], text[10:12], text[12:14]))
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def with_previous(authority: Authority) -> tuple[Authority, ...]:
    """Return an authority, and those that wait inside a ``DisabledUser``."""
    previous = authority.detail.previous if isinstance(authority.detail, Disabled) else None
    return (authority,) if previous is None else (authority, *with_previous(previous))


def _authorities(values: Sequence[bytes]) -> tuple[list[Authority], list[Problem], tuple[bytes, ...]]:
    """Return the authorities that can be parsed, the problems of all values, and the values that cannot be parsed."""
    found: list[Authority] = []
    problems: list[Problem] = []
    unread: list[bytes] = []
    for index, value in enumerate(values):
        if isinstance(value, UnfetchedURL):
            problems.append(Problem("authAuthority", index, "it names a URL instead of holding a value"))
            continue
        try:
            authority = parse_authority(value)
        except InputError as error:
            problems.append(Problem("authAuthority", index, error.message))
            unread.append(value)
            continue
        found.append(authority)
        for each in with_previous(authority):
            problems += [Problem("authAuthority", index, f"{each.tag}: {why}") for why in each.problems]
    return found, problems, tuple(unread)


def _account(authdata: Attributes) -> Account:
    return Account(
        timestamp(text_of(authdata, "creationDate")),
        timestamp(text_of(authdata, "passwordModDate")),
        timestamp(text_of(authdata, "lastLoginTime")),
        _number(text_of(authdata, "loginFailedAttempts")),
        text_of(authdata, "disableReason") or "",
    )


def _keysets(authdata: Attributes, problems: list[Problem]) -> tuple[KeySet, ...]:
    from odkit.values.keyset import parse_keyset  # of 10.7 and later

    found: list[KeySet] = []
    for index, value in enumerate(authdata.get("draft-krbKeySet", ())):
        try:
            found.append(parse_keyset(value))
        except InputError as error:
            problems.append(Problem("draft-krbKeySet", index, error.message))
    return tuple(found)


def _account_policies(sources: Iterable[Attributes], problems: list[Problem]) -> AccountPolicies | None:
    """Return the account's own policies, of the first entry that has any; None also when they cannot be read."""
    for attributes in sources:
        value = attributes.first("apple-accountpolicy")
        if value is not None:
            from odkit.values.account_policy import account_policy  # of 10.10 and later

            try:
                return account_policy(value)
            except InputError as error:
                problems.append(Problem("apple-accountpolicy", 0, error.message))
                return None
    return None


def _policy(sources: Iterable[Attributes], problems: list[Problem]) -> Policy | None:
    """Return the user's own policy, of the first entry that has one: empty when it cannot be read, None when there is none."""
    for attributes in sources:
        value = attributes.first("apple-user-passwordpolicy")
        if isinstance(value, UnfetchedURL):
            problems.append(Problem("apple-user-passwordpolicy", 0, "it names a URL instead of holding a value"))
            return None
        if value is not None:
            try:
                return parse_policy(value)
            except InputError as error:
                problems.append(Problem("apple-user-passwordpolicy", 0, error.message))
                return Policy()
    return None


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else 0


def own_principal(name: str, password: Password, realm: str | None) -> str | None:
    """Return the principal that a record's Kerberos authority means, with its realm; None without one.

    Args:
        name: first name of the record.
        password: of the record.
        realm: of the domain.
    """
    return None if password.kerberos is None else principal_meant(name, password.kerberos, realm)


def principal_meant(name: str, kerberos: Kerberos, realm: str | None) -> str:
    """Return the principal that the data of a Kerberos authority mean, with its realm.  For the other arguments see `own_principal`."""
    if kerberos.principal:
        return kerberos.principal if "@" in kerberos.principal else f"{kerberos.principal}@{kerberos.realm}"
    return f"{name}@{kerberos.realm or realm or ''}"

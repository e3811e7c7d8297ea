"""What holds for all accounts of an export: the password server's own key, its addresses, the realm, the global policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.errors import InputError
from odkit.values.authority import PasswordServer as Pointer
from odkit.values.authority import PublicKey, parse_authority
from odkit.values.policy import Policy, parse_policy

if TYPE_CHECKING:
    from odkit.values.account_policy import AccountPolicies

__all__ = ["Domain"]

T = TypeVar("T")

_ACCESS = "cn=access,cn=authdata"


@dataclass(frozen=True, slots=True)
class Domain:
    """The domain of an export.

    Attributes:
        realm: Kerberos realm, None when the export names none.
        hosts: names and addresses of password servers, lower case; empty when the export names none.
        key: the password server's own key, None when the export does not tell.
        identities: MD5 of the own key in upper case hex, as ``cn=passwordserver`` gives it.
        policy: the global policy; None when the export holds none.
        account_policies: of 10.10 and later; None when the export holds none.
        problems: what of this could not be read: the record, the attribute, why.
    """

    realm: str | None
    hosts: frozenset[str]
    key: PublicKey | None = None
    identities: frozenset[str] = frozenset()
    policy: Policy | None = None
    account_policies: AccountPolicies | None = None
    problems: tuple[tuple[Record, str, str], ...] = ()

    @classmethod
    def of(cls, od: Directory) -> Domain:
        """Read it from an export."""
        hosts: set[str] = set()
        identities: set[str] = set()
        location = od.config.password_server
        if location is not None:
            hosts.add(location.host)
        for tree, _ in od.config.trees():
            identities.add(tree.key.upper())
            for server in tree.servers():
                hosts.update((*server.addresses, server.dns))
        hosts.update(place.host for place in od.config.ldap_replicas())
        if hosts:
            hosts.add("127.0.0.1")  # what the master's own slapd writes when it knows no other address
        top = od.by_key("cn=authdata")
        text = ((top.text("PWSPublicKey") if top is not None else None) or "").strip()
        problems: list[tuple[Record, str, str]] = []
        access = od.by_key(_ACCESS)
        return cls(
            od.realm,
            frozenset(host.lower() for host in hosts if host),
            _key(text) if text else None,
            frozenset(identities),
            _read(access, "apple-user-passwordpolicy", parse_policy, problems),
            _read(access, "apple-accountpolicy", _account_policies, problems),
            tuple(problems),
        )

    def is_own(self, key: PublicKey) -> bool:
        """Tell whether a key is the server's own by its MD5 in ``cn=passwordserver``; no source says what it is of: all forms count."""
        if not self.identities:
            return False
        import hashlib  # slow to load, and few domains have keys to be told apart

        bare = f"{key.bits} {key.exponent} {key.modulus}"
        forms = (str(key), bare, f"{key} ", f"{key}\n", f"{bare}\n")
        return any(
            hashlib.md5(form.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest().upper() in self.identities
            for form in forms
        )


def _account_policies(value: bytes) -> AccountPolicies:
    from odkit.values.account_policy import account_policy  # of 10.10 and later

    return account_policy(value)


def _read(access: Record | None, attribute: str, parse: Callable[[bytes], T], problems: list[tuple[Record, str, str]]) -> T | None:
    """Return a global policy.  Returns None if there is none, or if it cannot be read, which is a problem then."""
    value = access.attributes.first(attribute) if access is not None else None
    if access is None or value is None:
        return None
    try:
        return parse(value)
    except InputError as error:
        problems.append((access, attribute, error.message))
        return None


def _key(text: str) -> PublicKey | None:
    """Return a key text by itself, through the one grammar of it."""
    try:
        detail = parse_authority(f";ApplePasswordServer;0x{'0' * 32},{text}:127.0.0.1").detail
    except InputError:
        return None
    return detail.key if isinstance(detail, Pointer) else None

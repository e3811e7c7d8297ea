"""What is carried: the directory, the users' keys and states, and what the target has already.  Every target gets this one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import UTC, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

from odkit.carrying.accounts import TargetAccounts
from odkit.carrying.guard import verifiers_of
from odkit.carrying.keys import SourcePrincipal
from odkit.carrying.options import CarryOptions
from odkit.carrying.state import AccountState, judge
from odkit.carrying.twins import Claim, Claims, claims_of, named_principal, twin
from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.directory import Directory, User
from odkit.findings import Finding
from odkit.hosts import HostVerdict
from odkit.kerberos import Principal
from odkit.kerberos.authdata import NAME as CANONICAL_NAME
from odkit.passwords import Domain
from odkit.values.password import Password, own_principal
from odkit.values.verifier import Verifier

if TYPE_CHECKING:
    from odkit.kerberos.kdb.dump import DumpEntry
    from odkit.kerberos.kdb.master import MasterKey

_DISABLED_GROUP = "com.apple.access_disabled"  # what isDisabled becomes when 10.10 converts a policy

__all__ = ["CarrySource", "SourceUser", "TargetKdc"]


@dataclass(frozen=True, slots=True)
class TargetKdc:
    """The target's KDC, as its dump and stash give it.

    Attributes:
        principals: every name that it has.
        realm: of its master key.
        digest: SHA-256 of the dump.
        master_key: that new keys are sealed under; None without ``--target-stash``.
        master_record: its record in the dump; None likewise.
        policies: names of its kadm5 policies.
    """

    principals: frozenset[Principal]
    realm: bytes
    digest: str
    master_key: MasterKey | None = None
    master_record: DumpEntry | None = None
    policies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceUser:
    """A user, and what the inputs say of his password.

    Attributes:
        record: of the directory.
        name: short name.
        principal: his name in the source's realm; None where he has none.
        entry: his principal with its keys; None where the inputs hold none.
        state: whether he may log in.
        barred: why he must not be carried at all, by rules that hold for every target; None when he may be.
        verifiers: his ``userPassword`` values, each with its form; secret.
        password: his password record.
    """

    record: User
    name: str
    principal: Principal | None
    entry: SourcePrincipal | None
    state: AccountState
    barred: Reason | None
    verifiers: tuple[Verifier, ...] = field(repr=False)
    password: Password = field(repr=False)


@dataclass(frozen=True)
class CarrySource:
    """The whole input of a carry.

    Attributes:
        od: the directory.
        options: as given.
        realm_from: the realm that is carried; None where the inputs name none.
        realm_to: the realm at the target; None likewise.
        principals: of the source, by name: of the dump, or of ``cn=authdata``; None where the inputs hold no keys at all, so that nothing
            is known of them.
        foreign: principals of other realms in the same inputs; they are never carried.
        accounts: what counts as taken at the target.
        hosts: verdicts on hosts, for services.
        target_kdc: None without ``--target-dump``.
        at: the moment of the plan.
        findings: of the reading.
        digests: of the inputs, for the plan's id.
    """

    od: Directory
    options: CarryOptions
    realm_from: bytes | None
    realm_to: bytes | None
    principals: Mapping[Principal, SourcePrincipal] | None
    foreign: tuple[Principal, ...]
    accounts: TargetAccounts
    hosts: Mapping[str, HostVerdict]
    target_kdc: TargetKdc | None
    at: datetime
    findings: tuple[Finding, ...] = ()
    digests: tuple[str, ...] = ()

    @cached_property
    def _domain(self) -> Domain:
        return Domain.of(self.od)

    @cached_property
    def access_disabled(self) -> frozenset[str]:
        """Names and GUIDs, in lower case, of the members of com.apple.access_disabled: 10.10 and later disable an account by that."""
        group = self.od.by_key(f"cn={_DISABLED_GROUP},cn=groups,{self.od.suffix_key}") if self.od.suffix_key else None
        if group is None:
            return frozenset()
        return frozenset(text.lower() for name in ("memberUid", "apple-group-memberguid") for text in group.texts(name))

    @cached_property
    def _claims(self) -> dict[Claim, int]:
        """What several users answer to, with their number."""
        found = Claims()
        for record in self.od.users.records() if self.realm_from is not None else ():
            found.add(record.record_id, self.claims_of(record.name, record.password))
        return found.shared()

    def claims_of(self, name: str, password: Password) -> set[Claim]:
        """Return what a user answers to (`odkit.carrying.twins`)."""
        return claims_of(name, password.authorities, self.realm_from, slots=bool(self.od.authdata))

    def users(self) -> Iterator[SourceUser]:
        """Yield every user of the directory, in its order; made anew each time, so that 100,000 of them are not in memory.

        The directory is read twice, because twins are known when all users were seen: `odkit.carrying.principals.rule_on_users` reads it
        once.
        """
        for record in self.od.users.records():
            user = self.user_of(record)
            if self._claims and user.barred is None and user.principal is not None:
                count = max(self._claims.get(claim, 1) for claim in (*self.claims_of(user.name, user.password), user.principal))
                user = replace(user, barred=twin(user.principal, count)) if count > 1 else user
            yield user

    def users_alone(self) -> Iterator[SourceUser]:
        """Yield every user of the directory, in its order, with no look at the others: who shares a principal is not barred here."""
        return (self.user_of(record) for record in self.od.users.records())

    def user_of(self, record: User) -> SourceUser:
        """Return one user; whether others answer to the same principal is not looked for, which takes all of them."""
        password: Password = record.password
        principal = self.principal_of(record, password)
        entry = self.principals.get(principal) if self.principals is not None and principal is not None else None
        state = judge(password, self._domain, entry.entry if entry is not None else None, self.at, generation=self.od.generation)
        if self.access_disabled and state.locked is None and self._is_access_disabled(record):
            state = replace(state, locked=Reason(Why.DISABLED, f"a member of {_DISABLED_GROUP}"))
        return SourceUser(record, record.name, principal, entry, state, self.barred(record, principal), verifiers_of(record), password)

    def _is_access_disabled(self, record: User) -> bool:
        return not self.access_disabled.isdisjoint(text.lower() for text in (*record.names, record.guid or record.name))

    def principal_of(self, record: User, password: Password) -> Principal | None:
        """Return the principal of a user: that of his authority where it is of this realm, else his short name where the source has it."""
        if self.realm_from is None:
            return None
        canonical = password.authdata.first(CANONICAL_NAME) if password.authdata is not None else None
        # the KDC of 10.7 and later goes by the name in cn=authdata
        named = canonical if isinstance(canonical, bytes) else own_principal(record.name, password, None)
        if named is not None:
            principal = named_principal(named, self.realm_from)
            if principal is None or principal.realm == self.realm_from:
                return principal
        principal = Principal((record.name.encode("utf-8", "surrogateescape"),), self.realm_from)
        return principal if self.principals is not None and principal in self.principals else None

    def barred(self, record: User, principal: Principal | None) -> Reason | None:
        """Return why a user must not be carried at all, by his names, his number and his principal; None when he may be."""
        reserved = self.accounts.why_user(record)
        if reserved is not None:
            return reserved
        if principal is None:
            return None
        if len(principal.components) != 1:
            return Reason(Why.RESERVED, f"{principal} is an instance; names with an instance are not carried for users")
        return self.accounts.why_name(principal.components[0].decode("utf-8", "surrogateescape"))


def moment(options: CarryOptions) -> datetime:
    """Return the moment that accounts are judged at: now, or the start of the day that was asked for."""
    return datetime.now(UTC) if options.today is None else datetime.combine(options.today, time(), UTC)

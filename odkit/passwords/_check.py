"""Checks of one export: does every account point at a password, and does the export itself confirm it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from odkit.directory import Directory, Record
from odkit.directory.absence import Absences
from odkit.dn import dn_key
from odkit.errors import InputError
from odkit.findings import Finding, Rule, finding, record_finding
from odkit.kerberos import Inventory, parse_principal
from odkit.passwords._domain import Domain
from odkit.passwords._slots import SlotList
from odkit.passwords.rules import (
    ACCOUNT_DISABLED,
    AUTHDATA_LINK_DIFFERS,
    AUTHDATA_MISSING,
    AUTHDATA_UNCLAIMED,
    AUTHORITY_MALFORMED,
    AUTHORITY_UNKNOWN,
    CANNOT_LOG_IN,
    COMPUTER_PRINCIPAL_NOT_LISTED,
    KERBEROS_REALM_DIFFERS,
    KEY_DIFFERS,
    NO_AUTHORITY,
    NO_VERIFIER,
    ONLY_CRYPT,
    PASSWORD_SERVER_NOT_LIVE,
    POLICY_UNREADABLE,
    PRINCIPAL_DIFFERS,
    PRINCIPAL_NOT_LISTED,
    PRINCIPAL_UNCLAIMED,
    REALM_NULL,
    SLOT_NOT_LISTED,
    SLOT_SHARED,
    SLOT_UNCLAIMED,
    UID_SHARED,
    WILL_STOP,
)
from odkit.text import decode, escape, plural
from odkit.values.authority import PasswordServer, PublicKey
from odkit.values.password import AUTHDATA_USERS, Password, own_principal, verifiers, with_previous
from odkit.values.policy import MENDED_BY_USER, Policy, effective, standing
from odkit.values.slot import SlotID

__all__ = ["Checks", "slot_key", "who"]

_KINDS = ("Users", "Computers")
_EVERYBODY: Policy = Policy()
_INTERNAL = frozenset({b"default", b"kadmin", b"changepw"})  # one-component names that a KDC makes for itself


class Checks:
    """The accounts of an export, checked one by one; what needs all of them is said at the end.

    Args:
        od: the export.
        at: the date at which accounts are judged.
        slots: what the Password Server lists.
        inventory: what the KDC lists.

    Attributes:
        findings: in the order of the export; complete after `run`.
        counts: users, pointers (users with a slot that can be read), broken (with an error), disabled (cannot log in).
    """

    def __init__(self, od: Directory, at: datetime | None, slots: SlotList | None, inventory: Inventory | None) -> None:
        self.od = od
        self.domain = Domain.of(od)
        self.at = at
        self.findings: list[Finding] = []
        self.absences = Absences(od)
        self.counts: Counter[str] = Counter()
        self._slots = slots
        self._inventory = inventory
        self._listed = {bytes(listed.principal) for listed in inventory.listed} if inventory is not None else set()
        self._by_slot: dict[str, int] = {}
        self._claimed: set[str] = set()  # slots that any authority points at
        self._by_uid: dict[str, int] = {}
        self._by_key: dict[tuple[int, str], tuple[PublicKey, list[int]]] = {}
        self._by_address: dict[str, list[int]] = {}
        self._principals: set[bytes] = set()
        self._broken: set[int] = set()
        self.hopeless: set[str | None] = set()  # keys of accounts whose password does not work by this export

    def run(self) -> Checks:
        """Check all accounts."""
        for record, attribute, why in self.domain.problems:
            self._add(POLICY_UNREADABLE, record, f"{attribute}: {why}", attribute)
        for kind in _KINDS:
            for number in self.od.numbers(kind):
                self._account(number, self.od.view(number, kind))
        self._keys()
        self._addresses()
        self._unclaimed()
        users = set(self.od.numbers("Users"))
        self.counts["broken"] = len(self._broken & users)
        self.hopeless.update(f.key for f in self.findings if f.rule.needs_reset)
        return self

    def _add(self, rule: Rule, record: Record, message: str, attribute: str = "", index: int = 0) -> None:
        if self.absences.withholds(rule, dn_key(record.dn), attribute):
            return
        line = record.entry.line_of(attribute, index) if attribute else record.line
        self.findings.append(record_finding(rule, record.dn, message, attribute=attribute or None, path=record.path, line=line))

    def _account(self, number: int, record: Record) -> None:
        password = record.password
        user = record.kind == "Users"
        before = len(self.findings)
        unreadable = password.pointer is None and any(problem.attribute == "authAuthority" for problem in password.problems)
        if user and unreadable and not self.absences.withholds(AUTHORITY_MALFORMED, dn_key(record.dn), "authAuthority"):
            self._broken.add(number)
            self.hopeless.add(dn_key(record.dn))
        if password.pointer is not None and password.pointer.slot is None:
            self._broken.add(number)
            self.hopeless.add(dn_key(record.dn))
        for problem in password.problems:
            rule = POLICY_UNREADABLE if problem.attribute in {"apple-user-passwordpolicy", "apple-accountpolicy"} else AUTHORITY_MALFORMED
            self._add(rule, record, f"{who(record)}: {problem.attribute}: {problem.why}", problem.attribute, problem.index)
        for index, authority in enumerate(password.authorities):
            if not authority.known:
                self._add(AUTHORITY_UNKNOWN, record, f"{who(record)}: authority {escape(authority.tag)!r}", "authAuthority", index)
        for slot in (x.detail.slot for value in password.authorities for x in with_previous(value) if isinstance(x.detail, PasswordServer)):
            if slot is not None:
                self._claimed.add(slot.digits)
        if user:
            self._user(number, record, password)
        if password.slot_id is not None:
            self._slot(number, record, password)
        self._kerberos(record, password)
        if user:
            self.counts["users"] += 1
            self.counts["pointers"] += password.slot_id is not None
            if any(f.rule.needs_reset for f in self.findings[before:]):
                self._broken.add(number)

    def _user(self, number: int, record: Record, password: Password) -> None:
        kinds = {authority.kind for authority in password.authorities}
        if not kinds and not password.problems:
            self._add(NO_AUTHORITY, record, f"{who(record)} has no authentication authority")
        elif kinds and kinds <= {"", "basic"}:
            self._add(ONLY_CRYPT, record, f"{who(record)} has crypt only", "authAuthority")
        uid = record.text("uidNumber")
        if uid is not None:
            first = self._by_uid.setdefault(uid, number)
            if first != number:
                self._add(
                    UID_SHARED,
                    record,
                    f"{who(record)}: number {escape(uid)} belongs to {escape(self.od.entry(first).dn)}, too",
                    "uidNumber",
                )
        self._standing(record, password)

    def _standing(self, record: Record, password: Password) -> None:
        disabled = password.disabled
        if disabled:
            self._add(ACCOUNT_DISABLED, record, f"{who(record)} is disabled", "authAuthority")
        if self.at is not None and (password.has_policy or (self.domain.policy is not None and password.authdata is not None)):
            found = standing(effective(password.policy, self.domain.policy or _EVERYBODY), password.account, self.at)
            if found.reason is not None:
                disabled = disabled or found.reason not in MENDED_BY_USER
                self._add(CANNOT_LOG_IN, record, f"{who(record)} cannot log in on {self.at:%Y-%m-%d}: {found.reason.value}")
            elif found.until is not None and found.why is not None:
                self._add(WILL_STOP, record, f"{who(record)} will stop on {found.until:%Y-%m-%d %H:%M:%SZ}: {found.why.value}")
        self.counts["disabled"] += disabled

    def _slot(self, number: int, record: Record, password: Password) -> None:
        assert password.slot_id is not None
        assert password.pointer is not None
        slot = password.slot_id
        first = self._by_slot.setdefault(slot.digits, number)
        if first != number:
            self._broken.update((number, first))
            self.hopeless.update((dn_key(record.dn), dn_key(self.od.entry(first).dn)))
            self._add(SLOT_SHARED, record, f"{who(record)}: slot {slot} belongs to {escape(self.od.entry(first).dn)}, too", "authAuthority")
        pointer = password.pointer
        if pointer.key is not None:
            self._by_key.setdefault(pointer.key.same, (pointer.key, []))[1].append(number)
        if pointer.address is not None:
            self._by_address.setdefault(pointer.address.host.lower(), []).append(number)
        if self._slots is not None and slot.digits not in self._slots.slots:
            self._add(SLOT_NOT_LISTED, record, f"{who(record)}: slot {slot} is not in {escape(self._slots.path)}", "authAuthority")
        if self.od.authdata:
            self._authdata(record, password)

    def _authdata(self, record: Record, password: Password) -> None:
        assert password.slot_id is not None
        entry = password.authdata
        guid = password.slot_id.auth_guid
        if entry is None:
            self._add(AUTHDATA_MISSING, record, f"{who(record)}: no entry authGUID={guid} in cn=authdata", "authAuthority")
            return
        linked, own = entry.first("userLinkage"), record.text("entryUUID")
        if linked is not None and own is not None and decode(linked).lower() != own.lower():
            message = f"{who(record)}: userLinkage of authGUID={guid} is {escape(linked)}, the record's entryUUID {escape(own)}"
            self._add(AUTHDATA_LINK_DIFFERS, record, message, "entryUUID")
        names = [decode(v) for v in (*entry.get("uid", ()), *entry.get("KerberosPrincName", ()))]
        own_names = {name.lower() for name in record.names}
        if names and not any(name.lower() in own_names for name in names):
            self._add(AUTHDATA_LINK_DIFFERS, record, f"{who(record)}: authGUID={guid} bears the name {escape(names[0])}", "authAuthority")
        if not verifiers(entry) and not any(keys.enctypes for keys in password.keysets):
            self._add(NO_VERIFIER, record, f"{who(record)}: authGUID={guid}", "authAuthority")

    def _kerberos(self, record: Record, password: Password) -> None:
        kerberos, realm = password.kerberos, self.domain.realm
        if kerberos is None:
            return
        own = own_principal(record.name, password, realm) or ""
        name, _, theirs = own.rpartition("@")
        index = next((i for i, a in enumerate(password.authorities) if a.detail is kerberos), 0)
        if "(null)" in {kerberos.realm, theirs}:
            self._add(REALM_NULL, record, f"{who(record)}: the realm is (null)", "authAuthority", index)
        elif realm and kerberos.realm and (kerberos.realm != realm or theirs != realm):
            other = kerberos.realm if kerberos.realm != realm else theirs
            self._add(
                KERBEROS_REALM_DIFFERS,
                record,
                f"{who(record)}: realm {escape(other)}, the domain's is {escape(realm)}",
                "authAuthority",
                index,
            )
        names = {each.lower() for each in record.names}
        if name and names and name.lower() not in names:
            self._add(PRINCIPAL_DIFFERS, record, f"{who(record)}: principal {escape(own)}", "authAuthority", index)
        if self._inventory is not None:
            try:
                exact = bytes(parse_principal(own.encode("utf-8", "surrogateescape")))
            except InputError:
                exact = own.encode("utf-8", "surrogateescape")
            self._principals.add(exact)
            if exact not in self._listed:
                message = f"{who(record)}: {escape(own)} is not in {escape(self._inventory.path)}"
                self._add(
                    PRINCIPAL_NOT_LISTED if record.kind == "Users" else COMPUTER_PRINCIPAL_NOT_LISTED,
                    record,
                    message,
                    "authAuthority",
                    index,
                )

    def _records(self, numbers: Iterable[int]) -> Iterable[Record]:
        users = set(self.od.numbers("Users"))
        return (self.od.view(number, "Users" if number in users else "Computers") for number in numbers)

    def _keys(self) -> None:
        """Keys that are not the server's own; without a word of the server on that, the one that most accounts carry counts."""
        if not self._by_key:
            return
        total = sum(len(numbers) for _, numbers in self._by_key.values())
        own = self.domain.key
        what = "the Password Server's own"
        if own is None:
            own = next((key for key, _ in self._by_key.values() if self.domain.is_own(key)), None)
        if own is None:
            own, numbers = max(self._by_key.values(), key=lambda each: len(each[1]))
            if 2 * len(numbers) <= total:
                return  # no key has a majority: nothing says which one is right
            what = f"the key that {len(numbers):,} of {total:,} accounts carry"
        self.domain = replace(self.domain, key=own)
        for key, numbers in self._by_key.values():
            if key.same != own.same:
                users = set(self.od.numbers("Users"))
                self._broken.update(number for number in numbers if number in users)
                for record in self._records(numbers):
                    self._add(
                        KEY_DIFFERS,
                        record,
                        f"{who(record)}: the key of {escape(key.comment) or 'its pointer'} is not {what}",
                        "authAuthority",
                    )

    def _addresses(self) -> None:
        """Addresses that are no password server of the domain; one that all accounts share is said once."""
        total = sum(len(numbers) for numbers in self._by_address.values())
        for address, numbers in self._by_address.items():
            if not self.domain.hosts or address in self.domain.hosts:
                continue
            if len(numbers) == total and total > 1:
                first = next(iter(self._records(numbers[:1])))
                self._add(
                    PASSWORD_SERVER_NOT_LIVE,
                    first,
                    f"all {plural(total, 'pointer')} name {escape(address)}, which is no password server of the domain",
                    "authAuthority",
                )
                continue
            for record in self._records(numbers):
                self._add(
                    PASSWORD_SERVER_NOT_LIVE,
                    record,
                    f"{who(record)}: {escape(address)} is no password server of the domain",
                    "authAuthority",
                )

    def _unclaimed(self) -> None:
        claimed = {slot_key(digits) for digits in self._claimed}
        for rdn in self.od.rdns_below(AUTHDATA_USERS) if self.od.authdata else ():
            if rdn not in claimed:
                record = self.od.by_key(f"{rdn},{AUTHDATA_USERS}")
                if record is not None:
                    self._add(AUTHDATA_UNCLAIMED, record, f"{escape(rdn)} ({escape(record.text('uid') or 'no name')})")
        if self._slots is not None:
            self.findings += self._slots.findings()
            for digits, line in self._slots.slots.items():
                if digits not in self._claimed:
                    self.findings.append(finding(SLOT_UNCLAIMED, f"0x{digits}", f"slot 0x{digits}", path=self._slots.path, line=line))
        if self._inventory is not None:
            for listed in self._inventory.listed:
                p = listed.principal
                if len(p.components) == 1 and bytes(p) not in self._principals and p.components[0] not in _INTERNAL:
                    self.findings.append(
                        finding(
                            PRINCIPAL_UNCLAIMED,
                            decode(listed.text),
                            f"principal {escape(listed.text)}",
                            path=self._inventory.path,
                            line=listed.line,
                        )
                    )

    def summary(self) -> dict[str, Any]:
        """What `odkit/report/1` says of one export."""
        policies = self.domain.account_policies
        return {
            "users": self.counts["users"],
            "pointers": self.counts["pointers"],
            "broken": self.counts["broken"],
            "disabled": self.counts["disabled"],
            "policies": self.od.authdata > 0,
            "global_policy": {escape(key): escape(str(value)) for key, value in (self.domain.policy or {}).items()},
            "judged": self.at is not None,
            "account_policies": [
                {"category": each.category, "identifier": escape(each.identifier), "predicate": escape(each.predicate)}
                for each in (policies.policies if policies is not None else ())
            ],
            "slots_checked": self._slots is not None,
            "principals_checked": self._inventory is not None,
        }


def slot_key(digits: str) -> str:
    """Normal form of the RDN in ``cn=authdata`` that a slot points at."""
    return f"authguid={SlotID(digits).auth_guid}"


def who(record: Record) -> str:
    """A record for people."""
    return f"{'user' if record.kind == 'Users' else 'computer'} {escape(record.name)}"

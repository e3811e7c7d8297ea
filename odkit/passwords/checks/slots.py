"""Checks of password slots: one account each, the server's own key and address, and the server's own list."""

from __future__ import annotations

from dataclasses import replace

from odkit.directory import describe
from odkit.dn import dn_key
from odkit.findings import About, Rule, Severity, finding
from odkit.passwords.checks.state import Account, State
from odkit.text import escape, plural

__all__ = ["SLOT_NOT_LISTED", "SLOT_UNCLAIMED", "check_addresses", "check_keys", "check_slot", "check_unclaimed_slots"]

SLOT_SHARED = Rule(
    "OD304",
    "slot-shared",
    Severity.ERROR,
    "Reset the password of one of the two accounts. Until then they share one password.",
    needs_reset=True,
    about=About(own=True),
)
KEY_DIFFERS = Rule(
    "OD305",
    "key-differs",
    Severity.ERROR,
    "Correct the key in the value, or reset the password. The key belongs to another Password Server.",
    needs_reset=True,
    about=About(own=True),
)
PASSWORD_SERVER_NOT_LIVE = Rule(
    "OD306",
    "password-server-not-live",
    Severity.WARNING,
    "Correct the address, or add the server to the domain. Logins wait for a server that the domain does not name.",
    about=About(own=True),
)
SLOT_NOT_LISTED = Rule(
    "OD316",
    "slot-not-listed",
    Severity.ERROR,
    "Reset the password. The list of the Password Server does not have the slot.",
    needs_reset=True,
)
SLOT_UNCLAIMED = Rule(
    "OD317", "slot-unclaimed", Severity.INFO, "Look at the slot before you delete it. No record has it.", about=About(whole=True)
)


def check_slot(state: State, account: Account) -> None:
    """Report a slot that an earlier account has, too, or that the Password Server does not list; note its key and address."""
    record, pointer, slot, record_id = account.record, account.password.pointer, account.password.slot_id, account.record_id
    if slot is None:
        return
    assert pointer is not None
    first = state.by_slot.setdefault(slot.digits, record_id)
    if first != record_id:
        state.broken.update((record_id, first))
        state.needs_reset.update((dn_key(record.dn), dn_key(state.od.entry(first).dn)))
        state.add(
            SLOT_SHARED, record, f"{describe(record)}: slot {slot} belongs to {escape(state.od.entry(first).dn)}, too", "authAuthority"
        )
    if pointer.key is not None:
        state.by_key.setdefault(pointer.key.identity, (pointer.key, []))[1].append(record_id)
    if pointer.address is not None:
        state.by_address.setdefault(pointer.address.host.lower(), []).append(record_id)
    if state.slots is not None and slot.digits not in state.slots.slots:
        state.add(SLOT_NOT_LISTED, record, f"{describe(record)}: slot {slot} is not in {escape(state.slots.path)}", "authAuthority")


def check_keys(state: State) -> None:
    """Report keys that are not the server's own; if the export does not name that, the one that most accounts carry counts."""
    if not state.by_key:
        return
    total = sum(len(record_ids) for _, record_ids in state.by_key.values())
    own = state.domain.key
    what = "the Password Server's own"
    if own is None and len(state.by_key) > 1:  # one that all accounts carry has nothing to be told apart from
        own = next((key for key, _ in state.by_key.values() if state.domain.is_own(key)), None)
    if own is None:
        own, record_ids = max(state.by_key.values(), key=lambda each: len(each[1]))
        if 2 * len(record_ids) <= total:
            return  # no key has a majority: nothing says which one is right
        what = f"the key that {len(record_ids):,} of {total:,} accounts carry"
    state.domain = replace(state.domain, key=own)
    for key, record_ids in state.by_key.values():
        if key.identity != own.identity:
            state.broken |= state.users.intersection(record_ids)
            for record in state.records(record_ids):
                message = f"{describe(record)}: the key of {escape(key.comment) or 'its pointer'} is not {what}"
                state.add(KEY_DIFFERS, record, message, "authAuthority")


def check_addresses(state: State) -> None:
    """Report addresses that are no password server of the domain; one that all accounts share is reported once."""
    total = sum(len(record_ids) for record_ids in state.by_address.values())
    for address, record_ids in state.by_address.items():
        if not state.domain.hosts or address in state.domain.hosts:
            continue
        if len(record_ids) == total and total > 1:
            first = next(iter(state.records(record_ids[:1])))
            message = f"all {plural(total, 'pointer')} name {escape(address)}, which is no password server of the domain"
            state.add(PASSWORD_SERVER_NOT_LIVE, first, message, "authAuthority")
            continue
        for record in state.records(record_ids):
            message = f"{describe(record)}: {escape(address)} is no password server of the domain"
            state.add(PASSWORD_SERVER_NOT_LIVE, record, message, "authAuthority")


def check_unclaimed_slots(state: State) -> None:
    """Report slots that the Password Server lists and that no account points at."""
    if state.slots is None:
        return
    state.findings += state.slots.findings()
    for digits, line in state.slots.slots.items():
        if digits not in state.claimed:
            state.findings.append(finding(SLOT_UNCLAIMED, f"0x{digits}", f"slot 0x{digits}", path=state.slots.path, line=line))

"""The accounts of ordinary users, checked in bulk: no record is read of whom each check is known to find nothing.

What a check looks at in an account is the form of its authorities, which is judged once, and the slot, number and name in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from odkit.directory.accounts import AccountForm, Accounts
from odkit.passwords.checks.principals import exact_principal
from odkit.passwords.checks.state import State

__all__ = ["users_to_read"]


def users_to_read(state: State) -> Iterator[int]:
    """Check the ordinary users, in the order of the export, and yield the ids of the others when it is their turn.

    Args:
        state: takes what is noted of each user.
    """
    od = state.od
    accounts: Accounts = od.column("accounts")
    readable: bytearray = od.column("readable")
    verifiers: bytearray = od.column("verifiers")
    forms, numbers, slots = accounts.forms, accounts.numbers, accounts.slots
    by_slot, by_uid = state.by_slot.setdefault, state.by_uid.setdefault
    also = _other_questions(state, accounts)
    known: dict[AccountForm, tuple[Callable[[int], object], ...] | None] = {}
    count = 0
    for record_id in od.record_ids("Users"):
        form = forms[record_id]
        if form is None or not readable[record_id] or verifiers[record_id] > 1:
            yield record_id
            continue
        takes = known.get(form)
        if takes is None:
            if form in known or not _is_ordinary(state, form):
                known[form] = None
                yield record_id
                continue
            takes = known[form] = _takers(state, form)
        number = numbers[record_id]
        if (
            by_slot(slots[record_id], record_id) != record_id
            or (number and by_uid(number, record_id) != record_id)
            or (also is not None and not also(record_id))
        ):
            yield record_id
            continue
        for take in takes:
            take(record_id)
        if verifiers[record_id]:
            state.placeholders.append(record_id)
        count += 1
    state.counts["users"] += count
    state.counts["pointers"] += count


def _takers(state: State, form: AccountForm) -> tuple[Callable[[int], object], ...]:
    """Return what notes the key and the address of such an account's pointer, and that it has one."""
    pointer = form.password.pointer
    assert pointer is not None
    takers: list[Callable[[int], object]] = [state.pointed.add]
    if pointer.key is not None:
        takers.append(state.by_key.setdefault(pointer.key.identity, (pointer.key, []))[1].append)
    if pointer.address is not None:
        takers.append(state.by_address.setdefault(pointer.address.host.lower(), []).append)
    return tuple(takers)


def _is_ordinary(state: State, form: AccountForm) -> bool:
    """Tell whether no check finds anything in such an account, if its slot and number are its own."""
    password, realm = form.password, state.domain.realm
    kinds = {authority.kind for authority in password.authorities}
    if (
        state.od.authdata  # each account has its entry there, which must be read
        or password.problems
        or password.disabled
        or password.slot_id is None
        or kinds <= {"", "basic"}
        or not all(authority.known for authority in password.authorities)
    ):
        return False
    kerberos, theirs = password.kerberos, form.realm[1:]
    if kerberos is None:
        return True
    if "@" in theirs or "(null)" in {kerberos.realm, theirs}:
        return False
    return not realm or not kerberos.realm or kerberos.realm == realm == theirs


def _other_questions(state: State, accounts: Accounts) -> Callable[[int], bool] | None:
    """Return what tells whether the lists of the Password Server and of the KDC hold an account; None where there are no lists."""
    slots, inventory = state.slots, state.inventory
    uids: list[bytes] = state.od.column("names")[0]
    if slots is None and inventory is None:
        return None

    def is_listed(record_id: int) -> bool:
        slot, form = accounts.slots[record_id], accounts.forms[record_id]
        if slots is not None and slot not in slots.slots:
            return False
        assert form is not None
        if inventory is not None and form.realm:
            exact = exact_principal(uids[record_id].decode("ascii") + form.realm)
            if exact not in state.listed:
                return False
            state.principals.add(exact)
        state.claimed.add(slot)
        return True

    return is_listed

"""What became of the slot, the principal and the other authorities of an account."""

from __future__ import annotations

from collections import Counter

from odkit.directory import Record, describe
from odkit.dn import key_or_text
from odkit.passwords._changes import Changes
from odkit.passwords.rules import (
    ADDRESS_CHANGED,
    AUTHORITY_LOST,
    CRYPT_CHANGED,
    DOMAIN_CHANGED,
    KEY_CHANGED,
    KEY_OF_DOMAIN_CHANGED,
    PRINCIPAL_CHANGED,
    SLOT_CHANGED,
    SLOT_LOST,
)
from odkit.text import escape
from odkit.values.password import Password, own_principal, with_previous

__all__ = ["compare_authorities", "compare_principals", "compare_slots"]

_SKIPPED = frozenset({"applepasswordserver", "disableduser"})
_NAMED = _SKIPPED | {"kerberosv5"}  # what the password server's and Kerberos' values say is compared for itself


def compare_slots(found: Changes, b: Record, old: Password, new: Password) -> None:
    """Compare the slots that an account points at, and the key and address of its pointer."""
    name = describe(b)
    where_now = "authAuthority" if new.authorities else ""
    if old.pointer is None:
        return
    if new.pointer is None:
        found.add(SLOT_LOST, b, f"{name}: slot {escape(old.pointer.slot_text)} is gone", where_now)
        return
    if new.pointers[0] not in old.pointers:
        found.add(SLOT_CHANGED, b, f"{name}: slot {escape(old.pointer.slot_text)} -> {escape(new.pointer.slot_text)}", where_now)
    elif new.pointers[0] != old.pointers[0] and old.pointers[0] in new.pointers:
        slots = f"slot {escape(new.pointers[0])} is now before {escape(old.pointers[0])}"
        found.add(SLOT_CHANGED, b, f"{name}: {slots}: the first one counts", where_now)
    for slot in old.pointers if new.pointers[0] in old.pointers else old.pointers[1:]:
        if slot not in new.pointers:
            found.add(SLOT_LOST, b, f"{name}: slot {escape(slot)} is gone", where_now)
    key, was = new.pointer.key, old.pointer.key
    if key is not None and was is not None and key.identity != was.identity:
        own_now, own_then = found.after.domain.key, found.before.domain.key
        if own_now is not None and key.identity == own_now.identity and own_then is not None and was.identity == own_then.identity:
            found.of_domain[KEY_OF_DOMAIN_CHANGED, "the Password Server's key changed, and with it the key of its users"] += 1
            found.explained.add(key_or_text(b.dn))
        else:
            found.add(KEY_CHANGED, b, f"{name}: the key changed to that of {escape(key.comment) or 'another server'}", "authAuthority")
    where, then = new.pointer.address, old.pointer.address
    if where is not None and then is not None and where.host.lower() != then.host.lower():
        if not found.after.domain.hosts or where.host.lower() in found.after.domain.hosts:
            found.of_domain[DOMAIN_CHANGED, f"the Password Server's address is {escape(where.host)}, it was {escape(then.host)}"] += 1
            found.explained.add(key_or_text(b.dn))
        else:
            found.add(ADDRESS_CHANGED, b, f"{name}: address {escape(then.host)} -> {escape(where.host)}", "authAuthority")


def compare_principals(found: Changes, a: Record, b: Record, old: Password, new: Password) -> None:
    """Compare the principal that the Kerberos authority names."""
    if old.kerberos is None:
        return
    if new.kerberos is None:
        if any(each.kind == "kerberosv5" for value in new.authorities for each in with_previous(value)):
            found.add(
                PRINCIPAL_CHANGED,
                b,
                f"{describe(b)}: principal {escape(own_principal(a.name, old, found.before.domain.realm) or '')} is gone",
                "authAuthority",
            )
        return
    was = own_principal(a.name, old, found.before.domain.realm) or ""
    now = own_principal(b.name, new, found.after.domain.realm) or ""
    if was == now:
        return
    (name_was, _, realm_was), (name_now, _, realm_now) = was.rpartition("@"), now.rpartition("@")
    explained = realm_was == found.before.domain.realm and realm_now == found.after.domain.realm
    renamed = a.name != b.name and name_was == a.name and name_now == b.name
    if explained and (name_was == name_now or renamed):
        if realm_was != realm_now:
            found.of_domain[DOMAIN_CHANGED, f"the realm is {escape(realm_now)}, it was {escape(realm_was)}"] += 1
            found.explained.add(key_or_text(b.dn))
    else:
        found.add(PRINCIPAL_CHANGED, b, f"{describe(b)}: principal {escape(was)} -> {escape(now)}", "authAuthority")


def compare_authorities(found: Changes, b: Record, old: Password, new: Password) -> None:
    """Compare the authorities by tag, and crypt where it is the only password."""
    gone = [] if _compared(old) == _compared(new) else _lost(old, new)
    if gone:
        found.add(AUTHORITY_LOST, b, f"{describe(b)}: {escape(', '.join(gone))}", "authAuthority" if new.authorities else "")
    if not old.pointers and old.crypt and set(old.crypt) != set(new.crypt):
        found.add(
            CRYPT_CHANGED,
            b,
            f"{describe(b)}: userPassword {'changed' if new.crypt else 'is gone'}",
            "userPassword" if new.crypt else "",
        )


def _compared(password: Password) -> object:
    """Return all that is compared of the authorities: nothing is lost where that is the same, as it is for nearly every user."""
    told = [(kind := each.kind, "" if kind in _NAMED else each.data) for value in password.authorities for each in with_previous(value)]
    return told, password.unread


def _lost(old: Password, new: Password) -> list[str]:
    """Return what of the older authorities the newer ones lack, by tag."""
    was, now = (Counter(x.kind for value in p.authorities for x in with_previous(value) if x.kind not in _SKIPPED) for p in (old, new))
    gone = [tag or "basic" for tag in sorted((was - now).elements())]
    if not gone:
        gone += _otherwise(old, new)
    return gone + ["a value that cannot be read"] * sum((Counter(old.unread) - Counter(new.unread)).values())


def _otherwise(old: Password, new: Password) -> list[str]:
    """Return what differs where the same tags are there: their order, of which the first that works counts, and their data."""
    was, now = ([x.kind for value in p.authorities for x in with_previous(value)] for p in (old, new))
    if was != now and sorted(was) == sorted(now):
        return [f"the order {', '.join(tag or 'basic' for tag in was)} (it is {', '.join(tag or 'basic' for tag in now)})"]
    was, now = (
        sorted(f"{x.kind};{x.data}" for value in p.authorities for x in with_previous(value) if x.kind not in _NAMED) for p in (old, new)
    )
    return [f"the data of {each.partition(';')[0] or 'basic'}" for each in was if each not in now]

"""Checks that ``cn=authdata`` has the entry of each slot, that it is the account's own, and that it holds a verifier."""

from __future__ import annotations

from odkit.directory import describe
from odkit.findings import About, Rule, Severity
from odkit.passwords.checks.state import Account, State, slot_key
from odkit.text import decode, escape
from odkit.values.password import verifiers
from odkit.values.schema import AUTHDATA_USERS

__all__ = ["check_entry", "check_unclaimed_entries"]

AUTHDATA_MISSING = Rule(
    "OD310",
    "authdata-missing",
    Severity.ERROR,
    "Reset the password. cn=authdata has no entry for the slot.",
    needs_reset=True,
    about=About(whole=True),
)
AUTHDATA_LINK_DIFFERS = Rule(
    "OD311",
    "authdata-link-differs",
    Severity.WARNING,
    "Compare the two records before you change one. The entry in cn=authdata belongs to another record, or to an older archive.",
)
NO_VERIFIER = Rule(
    "OD315",
    "no-verifier",
    Severity.ERROR,
    "Reset the password. The entry in cn=authdata has no verifier.",
    needs_reset=True,
    about=About(whole=True),
)
AUTHDATA_UNCLAIMED = Rule(
    "OD312", "authdata-unclaimed", Severity.INFO, "Look at the entry before you delete it. No record has its slot.", about=About(whole=True)
)


def check_entry(state: State, account: Account) -> None:
    """Check the entry that the account's slot points at."""
    record, password = account.record, account.password
    if password.slot_id is None or not state.od.authdata:
        return
    entry = password.authdata
    guid = password.slot_id.auth_guid
    if entry is None:
        state.add(AUTHDATA_MISSING, record, f"{describe(record)}: no entry authGUID={guid} in cn=authdata", "authAuthority")
        return
    linked, own = entry.first("userLinkage"), record.text("entryUUID")
    if linked is not None and own is not None and decode(linked).lower() != own.lower():
        message = f"{describe(record)}: userLinkage of authGUID={guid} is {escape(linked)}, the record's entryUUID {escape(own)}"
        state.add(AUTHDATA_LINK_DIFFERS, record, message, "entryUUID")
    names = [decode(v) for v in (*entry.get("uid", ()), *entry.get("KerberosPrincName", ()))]
    own_names = {name.lower() for name in record.names}
    if names and not any(name.lower() in own_names for name in names):
        state.add(AUTHDATA_LINK_DIFFERS, record, f"{describe(record)}: authGUID={guid} has the name {escape(names[0])}", "authAuthority")
    if not verifiers(entry) and not any(keys.enctypes for keys in password.keysets):
        state.add(NO_VERIFIER, record, f"{describe(record)}: authGUID={guid}", "authAuthority")


def check_unclaimed_entries(state: State) -> None:
    """Report entries that no account points at."""
    claimed = {slot_key(digits) for digits in state.claimed}
    for rdn in state.od.rdns_below(AUTHDATA_USERS) if state.od.authdata else ():
        if rdn not in claimed:
            record = state.od.by_key(f"{rdn},{AUTHDATA_USERS}")
            if record is not None:
                state.add(AUTHDATA_UNCLAIMED, record, f"{escape(rdn)} ({escape(record.text('uid') or 'no name')})")

"""Password records: authorities, slots, policies, ``cn=authdata``, and the proof that each one survived."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.passwords._domain import Domain
    from odkit.passwords._slots import SlotList, read_slots
    from odkit.passwords._verify import NEEDS, PasswordReport, Unchecked, verify_passwords
    from odkit.values.account_policy import AccountPolicy, account_policy
    from odkit.values.authority import (
        Address,
        Authority,
        CachedUser,
        Disabled,
        Kerberos,
        PasswordServer,
        PublicKey,
        ShadowHash,
        parse_authority,
    )
    from odkit.values.keyset import KeySet, StoredKey, parse_keyset
    from odkit.values.login_status import Account, LoginStatus, Reason, login_status
    from odkit.values.password import Password, own_principal, timestamp
    from odkit.values.policy import Policy, effective, parse_policy
    from odkit.values.slot import SlotID, parse_slot

__all__ = [
    "NEEDS",
    "Account",
    "AccountPolicy",
    "Address",
    "Authority",
    "CachedUser",
    "Disabled",
    "Domain",
    "Kerberos",
    "KeySet",
    "LoginStatus",
    "Password",
    "PasswordReport",
    "PasswordServer",
    "Policy",
    "PublicKey",
    "Reason",
    "ShadowHash",
    "SlotID",
    "SlotList",
    "StoredKey",
    "Unchecked",
    "account_policy",
    "effective",
    "login_status",
    "own_principal",
    "parse_authority",
    "parse_keyset",
    "parse_policy",
    "parse_slot",
    "read_slots",
    "timestamp",
    "verify_passwords",
]

# where each name lives
_HOMES = {
    "odkit.passwords._domain": ("Domain",),
    "odkit.passwords._slots": ("SlotList", "read_slots"),
    "odkit.passwords._verify": ("NEEDS", "PasswordReport", "Unchecked", "verify_passwords"),
    "odkit.values.account_policy": ("AccountPolicy", "account_policy"),
    "odkit.values.authority": (
        "Address",
        "Authority",
        "CachedUser",
        "Disabled",
        "Kerberos",
        "PasswordServer",
        "PublicKey",
        "ShadowHash",
        "parse_authority",
    ),
    "odkit.values.keyset": ("KeySet", "StoredKey", "parse_keyset"),
    "odkit.values.login_status": ("Account", "LoginStatus", "Reason", "login_status"),
    "odkit.values.password": ("Password", "own_principal", "timestamp"),
    "odkit.values.policy": ("Policy", "effective", "parse_policy"),
    "odkit.values.slot": ("SlotID", "parse_slot"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)

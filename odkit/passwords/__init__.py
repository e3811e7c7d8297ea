"""Password records: authorities, slots, policies, ``cn=authdata``, and the proof that each one survived."""

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

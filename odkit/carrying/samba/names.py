"""Names in an Active Directory domain: which it cannot hold, which are its own, and which are taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.text import escape

__all__ = ["BUILT_IN", "Claim", "Kind", "Taken", "name_key", "why_not_name"]

_FORBIDDEN = frozenset('"/\\[]:;|=,+*?<>@')  # MS-SAMR 3.1.1.6, and the sign that parts a name from its domain
_LONGEST = 64  # rangeUpper of cn
_BUILT_IN = """
    Administrator; Guest; krbtgt; DefaultAccount; WDAGUtilityAccount; Domain Admins; Domain Users; Domain Guests; Domain Computers;
    Domain Controllers; Cert Publishers; Schema Admins; Enterprise Admins; Group Policy Creator Owners; Key Admins; Enterprise Key Admins;
    Read-only Domain Controllers; Enterprise Read-only Domain Controllers; Cloneable Domain Controllers; Protected Users;
    RAS and IAS Servers; Allowed RODC Password Replication Group; Denied RODC Password Replication Group; DnsAdmins; DnsUpdateProxy;
    Administrators; Users; Guests; Power Users; Account Operators; Server Operators; Print Operators; Backup Operators; Replicator;
    Pre-Windows 2000 Compatible Access; Remote Desktop Users; Network Configuration Operators; Incoming Forest Trust Builders;
    Performance Monitor Users; Performance Log Users; Windows Authorization Access Group; Terminal Server License Servers;
    Distributed COM Users; IIS_IUSRS; Cryptographic Operators; Event Log Readers; Certificate Service DCOM Access;
    RDS Remote Access Servers; RDS Endpoint Servers; RDS Management Servers; Hyper-V Administrators; Access Control Assistance Operators;
    Remote Management Users; Storage Replica Administrators; System Managed Accounts Group; Device Owners; HelpServicesGroup;
    Everyone; SYSTEM; SELF; Anonymous Logon; Authenticated Users; Batch; Interactive; Network; Network Service; Local Service; Service;
    Creator Owner; Creator Group; Dialup; Restricted; Proxy; Enterprise Domain Controllers; Terminal Server User; Remote Interactive Logon;
    This Organization; Owner Rights; NT Authority; Builtin; Local System; None; Nobody; Managed Service Accounts; Computers;
    ForeignSecurityPrincipals; Program Data; System; LostAndFound; Infrastructure; NTDS Quotas; Deleted Objects; TelnetClients; WINS Users
"""


def name_key(name: str) -> str:
    """Return the identity of a name: Samba compares by its own tables of capitals; this takes at least as many spellings for one name."""
    return name.casefold().strip()


# names that every domain has, or that Windows takes for somebody of its own; a fresh domain of Samba 4.17 is compared with it by a test
BUILT_IN = frozenset(name_key(" ".join(name.split())) for name in _BUILT_IN.split(";"))


def why_not_name(name: str) -> Reason | None:
    """Return why a domain cannot, or must not, have an account or group of this name; None when it can."""
    if name_key(name) in BUILT_IN or name_key(name).startswith("dns-"):
        return Reason(Why.RESERVED, f"{escape(name)} is a name of the domain's own, with rights of its own")
    if any(sign in _FORBIDDEN for sign in name):
        return Reason(Why.NOT_EXPRESSIBLE, 'the name has one of " / \\ [ ] : ; | = , + * ? < > @, which a domain does not take; rename it')
    if name != name.strip() or name.endswith(".") or not name.isprintable() or not name.strip(". "):
        return Reason(Why.NOT_EXPRESSIBLE, "the name has a blank or full stop at its end, or a sign that cannot be seen; rename it")
    if len(name) > _LONGEST or "\ufffd" in name:
        return Reason(Why.NOT_EXPRESSIBLE, f"the name is longer than {_LONGEST} letters, or is no text; rename it")
    return None


class Kind(StrEnum):
    """What can be taken in a domain; the value is how a person calls it."""

    NAME = "name"
    GUID = "GUID"
    UID = "uid"
    GID = "gid"
    PRINCIPAL = "principal name"
    SERVICE = "service name"


_SHARED = frozenset({Kind.UID, Kind.GID})  # what two records of one directory have in common, they keep in common


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that an object of the plan takes.

    Attributes:
        kind: what it is.
        text: as it is written.
    """

    kind: Kind
    text: str

    @property
    def key(self) -> tuple[Kind, str]:
        """Its identity."""
        return self.kind, name_key(self.text)


class Taken:
    """What a domain has, and what the plan has given away: nothing is overwritten, nothing is written twice.

    Args:
        domain: identity of each thing that the domain has -> whose it is.
    """

    def __init__(self, domain: Mapping[tuple[Kind, str], str]) -> None:
        self._domain = domain
        self._plan: dict[tuple[Kind, str], str] = {}
        self.claims: list[Claim] = []

    def why_not(self, claims: Iterable[Claim]) -> Reason | None:
        """Return why an object cannot be made; None when it can."""
        for claim in claims:
            owner = self._domain.get(claim.key)
            if owner is not None:
                what = f"the domain has the {claim.kind} {escape(claim.text)} already ({escape(owner)}); it is not overwritten"
                return Reason(Why.COLLISION, what)
            owner = self._plan.get(claim.key)
            if owner is not None and claim.kind not in _SHARED:
                return Reason(
                    Why.TWIN, f"its {claim.kind} {escape(claim.text)} is that of {escape(owner)}, and a domain has each only once"
                )
        return None

    def given(self, claims: Iterable[Claim]) -> bool:
        """Tell whether an object of the plan has one of these."""
        return any(claim.key in self._plan for claim in claims)

    def take(self, claims: Iterable[Claim], owner: str) -> None:
        """Give things away to an object of the plan."""
        for claim in claims:
            self._plan.setdefault(claim.key, owner)
            self.claims.append(claim)

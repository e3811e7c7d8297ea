"""The limits of a plan: one that would delete more than is plausible is stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from odkit.directory import Directory
from odkit.errors import ExportCut, KrbtgtMissing, NothingLive, TooMuchInferred
from odkit.hosts import HostVerdict, Verdict
from odkit.kerberos import Inventory, Principal, protected
from odkit.names import host_key, is_fqdn
from odkit.purge.principals import PrincipalDecisions
from odkit.text import decode, escape, plural

__all__ = ["INFERRED_SHARE", "PEOPLE", "check_cut", "check_krbtgt", "check_size"]

PEOPLE: Final = 5  # users' principals, beside which an export without a single user is a cut one
INFERRED_SHARE: Final = 0.20  # of the host principals: what inference alone may delete


def check_krbtgt(inventory: Inventory, realm: bytes) -> None:
    """Check that an inventory is the whole list of a realm's KDC.

    Raises:
        KrbtgtMissing: the realm's own krbtgt is not in it.
    """
    if not any(row.principal == Principal((b"krbtgt", realm), realm) for row in inventory.listed):
        raise KrbtgtMissing(inventory.path, decode(realm))


def check_cut(od: Directory, inventory: Inventory | None, realm: bytes | None) -> None:
    """Check an export by what else is known, where its own end says nothing: slapcat writes no count.

    Args:
        od: the export.
        inventory: the principals, when there are any.
        realm: the one that is cleaned.

    Raises:
        ExportCut: the inventory has users and the export none, or there is nothing below ``cn=config``, where the servers are.
    """
    why = ""
    users = len(od.record_ids("Users")) if od.suffix_key else 0
    if inventory is not None and not users:
        people = sum(row.principal.realm == realm and _of_person(row.principal) for row in inventory.listed)
        if people >= PEOPLE:
            why = f"holds no user, and {escape(inventory.path)} lists {people}"
    if not why and users and not od.rdns_below(f"cn=config,{od.suffix_key}"):
        why = f"holds {plural(users, 'user')} and nothing below cn=config, where the domain's servers are"
    if why:
        raise ExportCut(od.sources[-1].path, len(od), od.entry(len(od) - 1).dn, why)


def _of_person(p: Principal) -> bool:
    return len(p.components) == 1 and not p.components[0].endswith(b"$")


def check_size(inventory: Inventory, realm: bytes, hosts: Mapping[str, HostVerdict], decided: PrincipalDecisions) -> None:
    """Check how much of an inventory goes.

    Args:
        inventory: the principals.
        realm: the one that is cleaned.
        hosts: the verdicts.
        decided: what is to be deleted, and what not.

    Raises:
        NothingLive: no principal of a live host would be left.
        TooMuchInferred: inference alone would delete more than a fifth of the host principals.
    """
    if not decided.delete:
        return
    host_principals = [row for row in inventory.listed if row.principal.realm == realm and _of_host(row.principal)]
    gone = {d.text for d in decided.delete}
    left = [row for row in host_principals if row.text not in gone]
    if not any((v := hosts.get(host_key(row.principal.host or ""))) is not None and v.verdict is Verdict.LIVE for row in left):
        raise NothingLive(len(gone))
    inferred = sum(not hosts[d.host].named for d in decided.delete)
    if inferred > INFERRED_SHARE * len(host_principals):
        raise TooMuchInferred(inferred, len(host_principals), INFERRED_SHARE)


def _of_host(p: Principal) -> bool:
    return p.host is not None and is_fqdn(p.host) and protected(p) is None

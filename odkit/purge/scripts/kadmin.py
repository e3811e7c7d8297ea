"""The scripts for a KDC's database: delete a plan's principals, and put them back.

MIT (Mac OS X Server 10.4-10.6) and a plain Heimdal KDC take the same steps; what differs are the tools, in mit.sh and heimdal.sh.
"""

from __future__ import annotations

from odkit.errors import UsageError
from odkit.kerberos import PrincipalStore
from odkit.kerberos.heimdal import heimdal_text
from odkit.purge import PurgePlan
from odkit.shell import assemble, encode_name, fragment, heredoc, status_lines
from odkit.text import plural

__all__ = ["purge_script", "restore_script"]


def _values(plan: PurgePlan, target: str) -> dict[str, str]:
    if plan.realm is None:
        raise UsageError("the plan names no realm")
    return {"PLAN": plan.id, "REALM": plan.realm, "TARGET": target}


def _tools(target: str) -> str:
    return "heimdal.sh" if target == "heimdal" else "mit.sh"


def _place(target: str) -> str:
    return (
        "For a Heimdal KDC with a database of its own"
        if target == "heimdal"
        else f"For the Open Directory master, Mac OS X Server {target}"
    )


def purge_script(plan: PurgePlan, target: str) -> bytes:
    """``purge-principals.sh``: run on the KDC, first without ``--apply``.

    Args:
        plan: with an inventory, or with candidates.
        target: "10.4", "10.5", "10.6" or "heimdal".

    Raises:
        UsageError: the plan names no realm.
        RefusedError: the realm cannot be carried.
    """
    heimdal = plan.store is PrincipalStore.HEIMDAL  # its own spelling, with the realm
    deletions = [heimdal_text(d.principal) if heimdal else d.text for d in plan.delete]
    names = [encode_name(name) for name in (plan.candidates if plan.names is None else deletions)]
    what = "unverified names, deleted where the KDC lists them" if plan.names is None else plural(len(names), "principal")
    head = (
        f"odkit plan {plan.id}: purge-principals.sh",
        *plan.made_from,
        f"Deletes the service principals of retired servers from the KDC of {plan.realm}: {what}.",
        f"{_place(target)}. Without --apply it changes nothing.",
        "Names stand in it with everything but printable ASCII, and %, as %XX.",
        *status_lines("deleted"),
    )
    data = [heredoc("deletions", sorted(names))]
    data.append(heredoc("planned", sorted(map(encode_name, plan.names or []))))
    data.append(heredoc("stale", sorted(encode_name(v.host.encode("utf-8", "surrogateescape")) for v in plan.stale_hosts())))
    values = _values(plan, target) | {"INVENTORY": "no" if plan.names is None else "yes"}
    values |= {"DELETIONS": str(len(names)), "NAMES": str(len(plan.names or []))}
    return assemble(
        head, values, ("common.sh", "principals.sh", _tools(target)), data, own=(fragment("odkit.purge.scripts", "purge-principals.sh"),)
    )


def restore_script(plan: PurgePlan, target: str) -> bytes:
    """``restore-principals.sh``: puts back what `purge_script` deleted, from the backup that it made."""
    head = (
        f"odkit plan {plan.id}: restore-principals.sh",
        f"Puts back the principals that purge-principals.sh deleted from the KDC of {plan.realm}, with their keys, and no others.",
        f"{_place(target)}. Without --apply it changes nothing.",
        *status_lines("put back"),
    )
    return assemble(
        head,
        _values(plan, target),
        ("common.sh", "principals.sh", _tools(target)),
        (),
        own=(fragment("odkit.purge.scripts", "restore-principals.sh"),),
    )

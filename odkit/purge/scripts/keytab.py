"""The script that takes the keys of retired servers out of a member's keytab."""

from __future__ import annotations

from odkit.errors import UsageError
from odkit.kerberos.heimdal import heimdal_text
from odkit.purge import KeytabPlan, PurgePlan
from odkit.shell import assemble, encode_name, fragment, heredoc, status_lines
from odkit.text import plural

__all__ = ["keytab_script"]


def keytab_script(plan: PurgePlan, keytab: KeytabPlan, target: str, name: str) -> bytes:
    """``clean-keytab-N.sh``: to be run on the server whose keytab it is.

    Args:
        plan: it belongs to.
        keytab: with names to remove.
        target: release of that server.
        name: of the script.

    Raises:
        UsageError: the plan names no realm.
        RefusedError: the realm cannot be carried.
    """
    if plan.realm is None:
        raise UsageError("the plan names no realm")
    heimdal = target in {"10.7+", "heimdal"}
    spelling = heimdal_text if heimdal else bytes
    system = "with Heimdal" if target == "heimdal" else f"Mac OS X {target}"
    head = (
        f"odkit plan {plan.id}: {name}",
        f"Takes the keys of retired servers out of a keytab ({plural(len(keytab.remove), 'name')}); made from {keytab.path}.",
        f"For the server whose keytab that is, {system}. Without --apply it changes nothing.",
        *status_lines("removed"),
    )
    data = [
        heredoc("keys", sorted({encode_name(spelling(p)) for p in keytab.remove})),
        heredoc("planned", sorted({encode_name(spelling(p)) for p in keytab.names})),
    ]
    values = {
        "PLAN": plan.id,
        "TARGET": target,
        "REALM": plan.realm,
        "KEYS": str(len(set(keytab.remove))),
        "NAMES": str(len(set(keytab.names))),
    }
    tools = {"heimdal": ("keytab-heimdal.sh",), "10.7+": ("keytab-heimdal.sh", "keytab-lion.sh")}.get(target, ("keytab-mit.sh",))
    return assemble(head, values, ("common.sh", "principals.sh", *tools), data, own=(fragment("odkit.purge.scripts", "clean-keytab.sh"),))

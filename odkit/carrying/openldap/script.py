"""load.sh of the OpenLDAP targets: checks the server, loads the directory into an empty database, compares what arrived."""

from __future__ import annotations

from odkit.carrying.ldap.carried import Carried
from odkit.carrying.openldap.config import Settings, acl_ldif
from odkit.carrying.source import CarrySource
from odkit.shell import assemble, encode_name, fragment, heredoc, status_lines
from odkit.text import plural

__all__ = ["load_script", "unload_script"]

_CLASSES = {"cn": "container", "ou": "organizationalUnit"}


def load_script(source: CarrySource, carried: Carried, settings: Settings, plan_id: str) -> bytes:
    """Return the script.

    Args:
        source: of the carry.
        carried: what arrives.
        settings: of the server.
        plan_id: of the plan.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    head = (
        f"odkit plan {plan_id}: load.sh",
        f"Loads {plural(carried.count, 'record')} below {settings.suffix} into the empty database of a stopped slapd, and compares them.",
        "For the new server, as root. Without --apply it changes nothing.",
        *status_lines("loaded"),
    )
    values = {
        "PLAN": plan_id,
        "SUFFIX": settings.suffix,
        "REALM": settings.realm or "",
        "ENTRIES": str(carried.count),
        "PEOPLE": settings.people,
        "CLASS": _CLASSES[settings.people.partition("=")[0]],
        "RULE": acl_ldif(settings),
    }
    # with --target-dump the plan has seen the target's names, and the realm is carried by a plan of its own
    principals = [] if source.target_kdc is not None else sorted(encode_name(name) for name in carried.logins.principals)
    own = _parts("load.sh")
    if settings.cram_md5:
        holder, reader = carried.witnesses()
        reader = reader or f"uid=odkit-reader,{settings.people},{settings.suffix}"
        names = (("HOLDER", holder), ("READER", reader))
        values |= {name: encode_name(dn.encode("utf-8", "surrogateescape")) for name, dn in names}
        own.append(fragment("odkit.carrying.openldap", "cram-md5.sh"))
    return assemble(head, values, ("common.sh", "records.sh"), [heredoc("principals", principals)], own=own)


def unload_script(carried: Carried, settings: Settings, plan_id: str) -> bytes:
    """Return ``unload.sh``, the way back: what this plan has loaded goes, what somebody has changed since stays.

    Args:
        carried: what arrives.
        settings: of the server.
        plan_id: of the plan.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    head = (
        f"odkit plan {plan_id}: unload.sh",
        f"Takes the records below {settings.suffix} that load.sh has loaded, and nobody has changed since, out of a stopped slapd again.",
        "For the new server, as root. Without --apply it changes nothing.",
        *status_lines("taken out"),
    )
    values = {"PLAN": plan_id, "SUFFIX": settings.suffix, "ENTRIES": str(carried.count)}
    own = _parts("unload.sh")
    return assemble(head, values, ("common.sh", "records.sh"), (), own=own)


def _parts(name: str) -> list[str]:
    shared = [fragment("odkit.carrying.ldap", part) for part in ("database.sh", name)]
    return [*shared, *(fragment("odkit.carrying.openldap", part) for part in ("slapd.sh", name))]

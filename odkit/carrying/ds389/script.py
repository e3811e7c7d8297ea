"""load.sh and unload.sh of the target ``389``: into the empty backend of a stopped instance, compared with what it holds afterwards."""

from __future__ import annotations

from odkit.carrying.ds389.config import Settings
from odkit.carrying.ds389.schema import SCHEMA_FILE
from odkit.carrying.ldap.carried import Carried
from odkit.carrying.source import CarrySource
from odkit.shell import assemble, encode_name, fragment, heredoc, status_lines
from odkit.text import plural

__all__ = ["load_script", "unload_script"]


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
    what = f"Loads {plural(carried.count, 'record')} below {settings.suffix} into the empty backend of a stopped 389-DS, and compares them."
    # with --target-dump the plan has seen the target's names, and the realm is carried by a plan of its own
    principals = [] if source.target_kdc is not None else sorted(encode_name(name) for name in carried.logins.principals)
    return _script("load.sh", "loaded", what, carried, settings, plan_id, [heredoc("principals", principals)])


def unload_script(carried: Carried, settings: Settings, plan_id: str) -> bytes:
    """Return ``unload.sh``, the way back: what this plan has loaded goes, what somebody has changed since stays.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    what = f"Takes the records below {settings.suffix} that load.sh has loaded, and nobody has changed, out of a stopped 389-DS again."
    return _script("unload.sh", "taken out", what, carried, settings, plan_id, [])


def _script(name: str, done: str, what: str, carried: Carried, settings: Settings, plan_id: str, data: list[str]) -> bytes:
    head = (
        f"odkit plan {plan_id}: {name}",
        what,
        "For the new server, as root. Without --apply it changes nothing.",
        *status_lines(done),
    )
    values = {
        "PLAN": plan_id,
        "SUFFIX": settings.suffix,
        "REALM": settings.realm or "",
        "ENTRIES": str(carried.count),
        "SCHEMA": SCHEMA_FILE,
    }
    own = [fragment("odkit.carrying.ldap", part) for part in ("database.sh", name)]
    own += [fragment("odkit.carrying.ds389", part) for part in ("ds389.sh", name)]
    return assemble(head, values, ("common.sh", "records.sh"), data, own=own)

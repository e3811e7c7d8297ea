"""The files of a plan for a Heimdal KDC: those of an MIT KDC's scripts, with Heimdal's own programs in place of MIT's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from odkit.carrying.heimdal.merge import merge_pieces
from odkit.carrying.kdc.scripts import author_of
from odkit.carrying.mitdump import Planned
from odkit.carrying.model import PlannedFile
from odkit.shell import assemble, fragment, status_lines
from odkit.text import decode, plural

__all__ = ["heimdal_files"]


def heimdal_files(plan_id: str, planned: Sequence[Planned], realm: bytes, at: datetime) -> tuple[PlannedFile, ...]:
    """Return ``principals.merge``, ``load.sh`` and ``unload.sh``.

    Args:
        plan_id: of the plan.
        planned: what is carried.
        realm: at the target.
        at: the moment of the plan.

    Raises:
        RefusedError: a realm that a script cannot carry.
    """
    count, author = len(planned), author_of(plan_id, realm)
    name = decode(realm)
    load = f"Loads principals.merge into the Heimdal KDC of {name}: into a database of its own first, then into the real one."
    unload = f"Deletes from the Heimdal KDC of {name} what load.sh has loaded, where nobody has changed it since."
    return (
        PlannedFile(
            "principals.merge",
            lambda: merge_pieces(planned, at, author),
            f"{plural(count, 'principal')} for kadmin -l merge; keys in clear, which merge seals under the target's master key",
            secret=True,
        ),
        PlannedFile(
            "load.sh", lambda: (_script("load.sh", "loaded", load, plan_id, realm, count),), "loads them; a dry run without --apply"
        ),
        PlannedFile("unload.sh", lambda: (_script("unload.sh", "deleted", unload, plan_id, realm, count),), "the way back"),
    )


def _script(name: str, done: str, what: str, plan_id: str, realm: bytes, count: int) -> bytes:
    head = (
        f"odkit plan {plan_id}: {name}",
        what,
        "Run it on the target's KDC as root, with the whole folder beside it. Without --apply it changes nothing.",
        *status_lines(done),
    )
    values = {"PLAN": plan_id, "REALM": decode(realm), "PRINCIPALS": str(count), "AUTHOR": decode(author_of(plan_id, realm))}
    own = [fragment("odkit.carrying.kdc", "kdc.sh"), fragment("odkit.carrying.kdc", name), fragment("odkit.carrying.heimdal", "kdc.sh")]
    return assemble(head, values, ("common.sh", "principals.sh", "heimdal.sh"), (), own=own)

"""The files of a plan that go to an MIT KDC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from odkit.carrying.kdc.scripts import author_of, load_script, unload_script
from odkit.carrying.mitdump import Planned, dump_pieces
from odkit.carrying.model import PlannedFile
from odkit.carrying.source import TargetKdc
from odkit.text import escape, plural

__all__ = ["kdc_files", "kdc_steps"]


def kdc_files(plan_id: str, planned: Sequence[Planned], kdc: TargetKdc, at: datetime) -> tuple[PlannedFile, ...]:
    """Return ``principals.dump``, ``load.sh`` and ``unload.sh``.

    Args:
        plan_id: of the plan.
        planned: what is carried.
        kdc: with its master key.
        at: the moment of the plan.
    """
    master, record = kdc.master_key, kdc.master_record
    assert master is not None
    assert record is not None
    count, realm = len(planned), kdc.realm
    what = f"{plural(count, 'principal')} for kdb5_util load -update, sealed under the target's master key"
    author = author_of(plan_id, realm)
    return (
        PlannedFile("principals.dump", lambda: dump_pieces(planned, master, at, author), what, secret=True),
        PlannedFile("load.sh", lambda: (load_script(plan_id, realm, count, record),), "loads them; a dry run without --apply"),
        PlannedFile("unload.sh", lambda: (unload_script(plan_id, realm, count, record),), "the way back"),
    )


def kdc_steps(realm: bytes) -> tuple[str, ...]:
    """Return what a person does with them."""
    return (
        f"Copy the whole folder to the KDC of {escape(realm)} (0700, root), and there, first without --apply:",
        "  sh load.sh",
        "  sh load.sh --apply",
        "Then log in as a user of each kind: kinit NAME with the old password. The way back: sh unload.sh",
    )

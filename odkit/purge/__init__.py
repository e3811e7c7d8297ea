"""The purge plan: what retired servers left in the KDC and in the directory."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.purge.model import Decision, DecisionKind, Deletion, KeytabPlan, PurgePlan, RecordChange, Slot, name_json
    from odkit.purge.options import PurgeOptions
    from odkit.purge.plan import NEEDS, decide_purge, plan_purge

__all__ = [
    "NEEDS",
    "Decision",
    "DecisionKind",
    "Deletion",
    "KeytabPlan",
    "PurgeOptions",
    "PurgePlan",
    "RecordChange",
    "Slot",
    "decide_purge",
    "name_json",
    "plan_purge",
]

# where each name lives
_HOMES = {
    "odkit.purge.model": ("Decision", "DecisionKind", "Deletion", "KeytabPlan", "PurgePlan", "RecordChange", "Slot", "name_json"),
    "odkit.purge.options": ("PurgeOptions",),
    "odkit.purge.plan": ("NEEDS", "decide_purge", "plan_purge"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)

"""The purge plan: what retired servers left in the KDC and in the directory."""

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

"""The purge plan: what retired servers left in the KDC and in the directory."""

from odkit.retire.model import Decision, DecisionKind, Deletion, Flavour, KeytabPlan, Plan, RecordChange, Slot, name_json
from odkit.retire.plan import plan_purge

__all__ = ["Decision", "DecisionKind", "Deletion", "Flavour", "KeytabPlan", "Plan", "RecordChange", "Slot", "name_json", "plan_purge"]

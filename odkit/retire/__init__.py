"""The purge plan: what retired servers left in the KDC and in the directory."""

from odkit.retire.model import Decision, Deletion, Plan, RecordChange, name_json
from odkit.retire.plan import plan_purge

__all__ = ["Decision", "Deletion", "Plan", "RecordChange", "name_json", "plan_purge"]

"""Plans as scripts, change files and the way back."""

from odkit.scripts.bundle import TARGETS, check_target, write_plan
from odkit.scripts.sh import quote

__all__ = ["TARGETS", "check_target", "quote", "write_plan"]

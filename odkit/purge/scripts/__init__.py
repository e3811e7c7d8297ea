"""Plans as scripts, change files and the way back."""

from odkit.purge.scripts.bundle import TARGETS, check_target, write_plan
from odkit.shell import quote

__all__ = ["TARGETS", "check_target", "quote", "write_plan"]

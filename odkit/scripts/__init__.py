"""Plans as scripts, change files and the way back."""

from odkit.scripts.bundle import TARGETS, write_plan
from odkit.scripts.sh import quote

__all__ = ["TARGETS", "quote", "write_plan"]

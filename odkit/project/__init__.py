"""odkit.toml, the file that holds the facts of one migration."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.project._init import first_plan
    from odkit.project._model import NAME, ROLES, Backup, Export, Leave, Project, Server
    from odkit.project._read import find, load

__all__ = ["NAME", "ROLES", "Backup", "Export", "Leave", "Project", "Server", "find", "first_plan", "load"]

# where each name lives
_HOMES = {
    "odkit.project._init": ("first_plan",),
    "odkit.project._model": ("NAME", "ROLES", "Backup", "Export", "Leave", "Project", "Server"),
    "odkit.project._read": ("find", "load"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)

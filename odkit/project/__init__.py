"""odkit.toml, the file that holds the facts of one migration."""

from odkit.project._init import first_plan
from odkit.project._model import NAME, ROLES, Backup, Export, Leave, Project, Server
from odkit.project._read import find, load

__all__ = ["NAME", "ROLES", "Backup", "Export", "Leave", "Project", "Server", "find", "first_plan", "load"]

"""The migration's page and its scripts, and those of the way out."""

from odkit.runbook._clients import client_scripts, leave_script
from odkit.runbook._local import LocalAccount, local_accounts, local_list, local_script
from odkit.runbook._model import Command, How, Phase, Purpose, Step
from odkit.runbook._phases import phases
from odkit.runbook._write import page, script, write_runbook

__all__ = [
    "Command",
    "How",
    "LocalAccount",
    "Phase",
    "Purpose",
    "Step",
    "client_scripts",
    "leave_script",
    "local_accounts",
    "local_list",
    "local_script",
    "page",
    "phases",
    "script",
    "write_runbook",
]

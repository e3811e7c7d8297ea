"""The migration's page and its scripts."""

from odkit.runbook._clients import client_scripts
from odkit.runbook._model import Command, How, Phase, Step
from odkit.runbook._phases import phases
from odkit.runbook._write import page, script, write_runbook

__all__ = ["Command", "How", "Phase", "Step", "client_scripts", "page", "phases", "script", "write_runbook"]

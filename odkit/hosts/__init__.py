"""Hosts of a domain: the evidence about each, and the verdict whether it lives."""

from typing import TYPE_CHECKING

from odkit.faces import late_names

if TYPE_CHECKING:
    from odkit.hosts.addresses import computer_hosts
    from odkit.hosts.evidence import NEEDS, Evidence, Kind
    from odkit.hosts.verdicts import HostVerdict, Verdict, judge_hosts

__all__ = ["NEEDS", "Evidence", "HostVerdict", "Kind", "Verdict", "computer_hosts", "judge_hosts"]

# where each name lives
_HOMES = {
    "odkit.hosts.addresses": ("computer_hosts",),
    "odkit.hosts.evidence": ("NEEDS", "Evidence", "Kind"),
    "odkit.hosts.verdicts": ("HostVerdict", "Verdict", "judge_hosts"),
}

if not TYPE_CHECKING:
    __getattr__, __dir__ = late_names(__name__, _HOMES)

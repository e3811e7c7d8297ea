"""Hosts: evidence and verdicts."""

from odkit.hosts.evidence import Evidence, Kind
from odkit.hosts.verdicts import HostVerdict, Verdict, judge_hosts

__all__ = ["Evidence", "HostVerdict", "Kind", "Verdict", "judge_hosts"]

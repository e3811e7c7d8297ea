"""Hosts of a domain: the evidence about each, and the verdict whether it lives."""

from odkit.hosts.addresses import computer_hosts
from odkit.hosts.evidence import NEEDS, Evidence, Kind
from odkit.hosts.verdicts import HostVerdict, Verdict, judge_hosts

__all__ = ["NEEDS", "Evidence", "HostVerdict", "Kind", "Verdict", "computer_hosts", "judge_hosts"]

"""Hosts: names, evidence, verdicts."""

from odkit.hosts.addresses import computer_hosts
from odkit.hosts.evidence import Evidence, Kind
from odkit.hosts.names import address_of, is_fqdn, is_label, short_name
from odkit.hosts.verdicts import HostVerdict, Verdict, judge_hosts
from odkit.text import host_key

__all__ = [
    "Evidence",
    "HostVerdict",
    "Kind",
    "Verdict",
    "address_of",
    "computer_hosts",
    "host_key",
    "is_fqdn",
    "is_label",
    "judge_hosts",
    "short_name",
]

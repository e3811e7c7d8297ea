"""The script that gathers what odkit reads, on any server; it changes nothing."""

from __future__ import annotations

from odkit.shell import assemble, fragment

__all__ = ["collect_script"]


def collect_script() -> bytes:
    """``collect.sh``: one read-only script for every release."""
    head = (
        "odkit: collect.sh",
        "Gathers what odkit reads from an Open Directory server, any release from 10.4 on, into a folder of its own. It changes nothing.",
        "Status: 0 fine; 1 a program had trouble, the rest was gathered; 2 the surroundings are not right.",
    )
    return assemble(head, {}, ("common.sh",), (), own=(fragment("odkit.collect", "collect.sh"),))

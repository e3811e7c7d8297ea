"""The scripts that gather what odkit reads, on any server; they change nothing."""

from __future__ import annotations

from odkit.shell import assemble, fragment

__all__ = ["carry_collect_script", "collect_script"]

_STATUS = "Status: 0 fine; 1 a program had trouble, the rest was gathered; 2 the surroundings are not right."


def collect_script() -> bytes:
    """Return ``collect.sh``: one read-only script for every release."""
    head = (
        "odkit: collect.sh",
        "Gathers what odkit reads from an Open Directory server, any release from 10.4 on, into a folder of its own. It changes nothing.",
        _STATUS,
    )
    return assemble(head, {}, ("common.sh",), (), own=(fragment("odkit.collect", "collect.sh"),))


def carry_collect_script() -> bytes:
    """Return ``collect-carry.sh``: one read-only script that gathers what `odkit carry` needs, keys among it."""
    head = (
        "odkit: collect-carry.sh",
        "Gathers from an Open Directory master, any release from 10.4 on, what odkit carry needs: the directory, the KDC's database and",
        "its master key. It changes nothing. Who has what it gathers can be any user: keep the folder secret, destroy it after the move.",
        _STATUS,
    )
    own = [fragment("odkit.collect", name) for name in ("collect.sh", "collect-carry.sh")]
    return assemble(head, {"KDCDIR": "/var/db/krb5kdc"}, ("common.sh",), (), own=own)

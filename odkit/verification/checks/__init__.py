"""The checks of `verify` on two exports, each one function of a `Pair`.

To add one: a module with its rule and its function, and a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from odkit.findings import Finding
from odkit.verification.checks.counts import check_counts
from odkit.verification.checks.exports import check_exports
from odkit.verification.checks.groups import check_groups
from odkit.verification.checks.homes import check_homes
from odkit.verification.checks.identities import check_identities
from odkit.verification.checks.mail import check_mail
from odkit.verification.checks.mounts import check_mounts
from odkit.verification.pair import Pair

__all__ = ["CHECKS"]

CHECKS: tuple[tuple[str, Callable[[Pair], Iterator[Finding]]], ...] = (
    ("counts", check_counts),
    ("exports", check_exports),
    ("identities", check_identities),
    ("homes", check_homes),
    ("mail", check_mail),
    ("groups", check_groups),
    ("mounts", check_mounts),
)

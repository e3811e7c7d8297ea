"""The target ``freeipa``: a staging directory and the exact ``ipa migrate-ds`` command."""

from __future__ import annotations

from odkit.carrying.freeipa.plan import decide_freeipa
from odkit.carrying.target import Target

__all__ = ["TARGETS"]

TARGETS = (Target("freeipa", "FreeIPA, by a staging server and ipa migrate-ds", decide_freeipa, kerberos=False),)

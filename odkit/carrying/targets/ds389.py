"""The target ``389``: a 389 Directory Server whose users are checked by the carried KDC, through PAM."""

from __future__ import annotations

from odkit.carrying.ds389.plan import decide_389
from odkit.carrying.target import Target

__all__ = ["TARGETS"]

TARGETS = (Target("389", "389 Directory Server: the tree and all classes kept, loaded offline", decide_389, kerberos=False),)

"""The target ``samba``: a Samba domain controller of release 4, by files for ``ldbadd`` and ``ldbmodify``."""

from __future__ import annotations

from odkit.carrying.samba.plan import decide_samba
from odkit.carrying.target import Target

__all__ = ["TARGETS"]

TARGETS = (Target("samba", "a Samba AD domain: GUIDs, POSIX numbers, NT hashes and AES keys", decide_samba),)

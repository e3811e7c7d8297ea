"""The targets ``openldap`` and ``openldap-2307bis``: an OpenLDAP server whose users are checked by the carried KDC."""

from __future__ import annotations

from odkit.carrying.openldap.plan import decide_bis, decide_tree
from odkit.carrying.target import Target

__all__ = ["TARGETS"]

TARGETS = (
    Target("openldap", "OpenLDAP for Macs and Linux: the tree and all classes kept", decide_tree, kerberos=False),
    Target("openldap-2307bis", "OpenLDAP for Linux: people, groups with members by DN, automount maps", decide_bis, kerberos=False),
)

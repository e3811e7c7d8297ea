"""Service principals of Mac OS X Server, and the principals that nobody may delete.

Services: the table of Apple's changeip (DSTools-112 UpdateKerberosConfig.m) and the setters of KerberosServiceSetup.h
(DSPasswordServerPlugin-206 to -281).  The spellings of nfs, vnc, pcast and fcsvr follow the setters' names (medium confidence).
Case counts: changeip itself knows HTTP and http, CIFS and cifs, XMPP and xmpp.
"""

from __future__ import annotations

from typing import Final

from odkit.values.principal import Principal

__all__ = ["SERVICES", "protected"]

SERVICES: Final = frozenset(
    (
        b"afpserver",
        b"cifs",
        b"CIFS",
        b"fcsvr",
        b"ftp",
        b"host",
        b"http",
        b"HTTP",
        b"imap",
        b"ipp",
        b"ldap",
        b"nfs",
        b"pcast",
        b"pop",
        b"smb",
        b"smtp",
        b"ssh",
        b"vnc",
        b"vpn",
        b"xgrid",
        b"xmpp",
        b"XMPP",
    )
)

_FIRST: Final = frozenset((b"K", b"krbtgt", b"kadmin", b"changepw", b"kiprop", b"WELLKNOWN", b"default"))
_SECOND: Final = frozenset((b"admin", b"root"))


def protected(principal: Principal) -> str | None:
    """Return why nobody may delete this principal, None when nothing forbids it.

    MIT itself protects only K/M; ``delprinc -force krbtgt/REALM`` succeeds without a warning, so that this guard is needed.
    """
    components = principal.components
    if len(components) == 1:
        return "a user, computer account or other single name"
    if components == (b"K", b"M"):
        return "the KDC's master key"
    if len(components) >= 2 and components[0] in _FIRST:
        return "belongs to the KDC itself"
    if len(components) == 2 and components[1] in _SECOND:
        return "an administrator's instance"
    return None

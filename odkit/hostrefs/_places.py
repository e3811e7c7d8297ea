"""Which attributes name servers, and how each kind of reference is handled when the server is removed.

The attributes are those of DSTools-112 changeip_ds and more (docs/sources.md, where a server's name is kept).
"""

from __future__ import annotations

from enum import StrEnum

from odkit.directory.membership import MEMBERS

__all__ = ["SERVER_ATTRIBUTES", "Handling", "handling"]


class Handling(StrEnum):
    """How a reference is to be handled."""

    DELETE = "delete"  # the record or value goes with the server: odkit purge-principals
    EITHER = "delete or rewrite"  # references --rewrite-to rewrites it; what is not rewritten, odkit purge-principals deletes
    REWRITE = "rewrite"  # it names the server as a place of something, which moves
    SLAPCONFIG = "by slapconfig"  # Apple's tool keeps it; never by hand
    HAND = "by hand"  # no tool of ours can do it safely
    REVIEW = "review"  # a person must read it first
    KEEP = "keep"  # the comment of an RSA key: it keeps the name of the machine that made the key


_REWRITE = """
    homedirectory apple-user-homeurl apple-group-homeurl mountoption mountdirectory apple-user-mailattribute smbhome smbprofilepath
    smbscriptpath profilepath scriptpath
    sambahomepath sambaprofilepath sambalogonscript labeleduri apple-webloguri apple-serviceslocator apple-service-url
    apple-service-location apple-printer-lprhost apple-user-printattribute apple-group-services apple-neighborhood-alias
    automountinformation apple-mcxsettings apple-mcxsettings2 apple-dns-nameserver apple-resource-info apple-imhandle
"""
_DELETE = "apple-computers draft-krbprincipalname draft-krbprincipalaliases apple-computer-list-groups"
_HAND = "altsecurityidentities usercertificate cacertificate userpkcs12 apple-dnsname apple-dns-domain"
_SLAPCONFIG = """
    apple-ldap-replica apple-ldap-writable-replica apple-password-server-location apple-password-server-list apple-kdc-configdata
    authauthority apple-kdc-authkey apple-config-realname pwspublickey
"""
_BY_ATTRIBUTE = {
    **dict.fromkeys(_REWRITE.split(), Handling.REWRITE),
    **dict.fromkeys(_DELETE.split(), Handling.DELETE),
    **dict.fromkeys(_HAND.split(), Handling.HAND),
    **dict.fromkeys(_SLAPCONFIG.split(), Handling.SLAPCONFIG),
}
SERVER_ATTRIBUTES = frozenset(_BY_ATTRIBUTE)  # in lower case, those with a rule of their own


def handling(kind: str, attribute: str) -> Handling:
    """Return how a full name in an attribute is to be handled.

    Args:
        kind: record type as dscl spells it.
        attribute: description.
    """
    name = attribute.partition(";")[0].lower()
    if kind == "Config":
        return Handling.SLAPCONFIG
    if kind in {"Computers", "Machines"} and name not in {"apple-mcxsettings", "apple-mcxsettings2", "labeleduri"}:
        return Handling.DELETE
    if kind == "Mounts" and name == "cn":
        return Handling.REWRITE
    if kind in MEMBERS and name == "memberuid":
        return Handling.DELETE
    if kind == "AutoServerSetup":
        return Handling.HAND
    return _BY_ATTRIBUTE.get(name, Handling.REVIEW)

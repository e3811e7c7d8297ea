"""389-DS as a target."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from odkit.carrying.ds389.passwords import PAM, SHADOW_HASH
from odkit.carrying.ds389.schema import model_389
from odkit.carrying.ds389.syntaxes import syntaxes_389
from odkit.carrying.ldap.server import Server

__all__ = ["LOCK", "READ", "ds389"]

LOCK = "nsAccountLock"
# without a rule nobody but the directory's manager reads anything; nobody at all writes a password
READ = (
    b'(targetattr != "userPassword || userPKCS12 || aci")(version 3.0; acl "odkit: everybody reads, as in Open Directory"; '
    b'allow (read, search, compare) userdn = "ldap:///anyone";)'
)
_MEANS = "left out: it means something to 389-DS itself"
# rights, roles, locks, policies, referrals and generated values (389-ds-base 01core389.ldif): an export must not bring any of them
_OWN = (
    "aci", "nsaccountlock", "nsrole", "nsroledn", "nsrolefilter", "nsrolescopedn", "nsuniqueid", "passwordpolicysubentry",
    "pwdpolicysubentry", "accountunlocktime", "passwordretrycount", "passwordexpirationtime", "passwordgraceusertime", "passwordhistory",
    "passwordallowchangetime", "nsidletimeout", "nslookthroughlimit", "nssizelimit", "nstimelimit", "nspagedsizelimit",
    "nspagedlookthroughlimit", "nsidlistscanlimit", "nspagedidlistscanlimit", "memberof", "nstombstonecsn", "nsparentuniqueid",
    "nscpentrydn", "cosattribute", "costemplatedn", "cosspecifier", "costargettree", "cospriority", "cosindirectspecifier",
    "mepmanagedentry", "mepmanagedby", "nsds5replconflict", "copiedfrom", "copyingfrom", "nsview", "nsviewfilter",
)  # fmt: skip


@cache
def ds389() -> Server:
    """Return the server."""
    own = dict.fromkeys(_OWN, _MEANS) | {
        SHADOW_HASH.lower(): "left out: a verifier of a local node, written as userPassword where it can be"
    }
    return Server(
        "389-DS",
        model_389(),
        syntaxes_389(),
        PAM,
        one_structure=False,
        rewrites=True,
        own=MappingProxyType(own),
        lock=LOCK,
        on_suffix=MappingProxyType({"aci": (READ,)}),
    )

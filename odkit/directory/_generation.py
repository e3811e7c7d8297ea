"""Which generation of Open Directory wrote an export."""

from __future__ import annotations

import re
from itertools import islice

from odkit.directory._config import Config
from odkit.directory._records import Records
from odkit.directory._views import User
from odkit.patterns import regex

__all__ = ["generation_of"]

_EXPONENT = regex(r";ApplePasswordServer;0x[0-9a-fA-F]+,\d+ (\d+) ")
_OF_EXPONENT = {"35": 1, "65537": 2}  # another one tells nothing
_SAMPLE = 200  # users looked at; all users of a domain have been given the same server key


def generation_of(config: Config, users: Records[User], *, authdata: bool) -> int | None:
    """Return 1, 2 or None.

    Signs, in this order: ``cn=authdata`` or a KDC configuration with an ``od:`` database (10.7 and later); the exponent of the
    password server's key, 35 for ssh's RSA1 keys of 10.3-10.6 and 65537 after; a KDC record with kdc.conf's ``database_name``.
    """
    if authdata:
        return 2
    kdc = config.record("KerberosKDC")
    data = (kdc.text("apple-kdc-configdata") or "") if kdc is not None else ""
    if re.search(r"dbname\s*=\s*od:", data):
        return 2
    for user in islice(users.records(), _SAMPLE):
        for value in user.authorities:
            match = _EXPONENT.search(value)
            if match and match[1] in _OF_EXPONENT:
                return _OF_EXPONENT[match[1]]
            if value.lower().startswith(";kerberosv5;;") and "LKDC:" not in value:
                return 2
    return 1 if "database_name" in data else None

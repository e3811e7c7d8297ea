"""Tries logins by LDAP and by Kerberos, and tells why one fails."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory import Directory
from odkit.errors import LiveError
from odkit.findings import Finding, finding
from odkit.live.binding import BindRefused, Settings, Simple
from odkit.live.kerberos import initial
from odkit.live.ldap import LiveDirectory
from odkit.live.rules import (
    NO_LOGIN,
)
from odkit.text import escape

__all__ = ["Logins", "check_logins"]

_BIND = {
    8: "the server wants a stronger bind",
    19: "a constraint of the server, such as a password that has expired",
    32: "the server does not know the DN",
    48: "the server does not allow this bind",
    49: "wrong password, or the account is disabled",
    50: "the account may not bind",
    51: "the server is busy",
    52: "the server is not available",
    53: "the server does not want to: the account may be locked",
}


@dataclass(frozen=True, slots=True)
class Logins:
    """The logins to try.

    Attributes:
        people: names and passwords of people who must be able to log in, by LDAP and by Kerberos.
        realm: of their principals; the export's by default.
    """

    people: tuple[tuple[str, str], ...]
    realm: str | None = None

    def __repr__(self) -> str:
        return f"Logins({[name for name, _ in self.people]!r}, {self.realm!r})"


def check_logins(
    people: Sequence[tuple[str, str]], url: str, settings: Settings, live: Directory | None, realm: str | None, summary: dict[str, Any]
) -> list[Finding]:
    """Try the logins of people.

    Args:
        people: names and passwords.
        url: of the LDAP server; empty for none.
        settings: how to connect.
        live: what the server showed; None without one.
        realm: of the KDC; None for none.
        summary: of the report; gets a row for each of them.
    """
    findings: list[Finding] = []
    rows = []
    for name, password in people:
        trouble: dict[str, str | None] = {}
        if url:
            trouble["ldap"] = _ldap_login(name, password, url, settings, live)
        if realm:
            login = initial(f"{name}@{realm}", password)
            trouble["kerberos"] = None if login.credentials is not None else login.why
        rows.append({"user": escape(name), **{way: why if why is not None else "fine" for way, why in trouble.items()}})
        for way, why in trouble.items():
            if why is not None:
                findings.append(finding(NO_LOGIN, escape(name), f"{escape(name)} cannot log in by {way}: {why}", path=url))
    summary["logins"] = rows
    return findings


def _ldap_login(name: str, password: str, url: str, settings: Settings, live: Directory | None) -> str | None:
    """Return why a user cannot log in; None when that works."""
    user = None
    with suppress(KeyError):
        user = live.users[name] if live is not None else None
    if user is None:
        return "the directory does not show such a user"
    try:
        LiveDirectory(url, Simple(user.dn, password), settings).close()
    except BindRefused as error:
        return _BIND.get(error.code, f"LDAP result {error.code}")
    except LiveError as error:
        return str(error)
    return None

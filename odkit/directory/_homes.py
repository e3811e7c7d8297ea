"""The hosts of all users' homes, found without parsing the users: two lines of each record are all that is read."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odkit.directory._views import home_of
from odkit.ldif._parse import normalised
from odkit.text import decode

if TYPE_CHECKING:
    from odkit.directory._directory import Directory

__all__ = ["HomeHost", "home_hosts"]

_LINE = re.compile(rb"(?im)^(homeDirectory|apple-user-homeurl):(:?) *([^\n]*)$")


@dataclass(slots=True)
class HomeHost:
    """A host that serves homes of users.

    Attributes:
        host: as first written.
        path: of the export, with line and dn of the first user.
        count: number of users whose home names it.
    """

    host: str
    path: str
    line: int
    dn: str
    count: int = 0


def home_hosts(od: Directory) -> dict[str, HomeHost]:
    """Hosts of users' homes, by the name without ASCII case and trailing dot."""
    found: dict[str, HomeHost] = {}
    for number in od.numbers("Users"):
        entry = od.entry(number)
        assert entry.raw is not None
        values = {"homedirectory": "", "apple-user-homeurl": ""}
        for match in _LINE.finditer(normalised(entry.raw).replace(b"\n ", b"")):
            values[match[1].decode().lower()] = values[match[1].decode().lower()] or _value(match[2], match[3])
        for host in home_of(values["apple-user-homeurl"], values["homedirectory"]).hosts:
            key = host.lower().removesuffix(".") if host.isascii() else host
            if key not in found:
                found[key] = HomeHost(host, entry.path, entry.line, entry.dn)
            found[key].count += 1
    return found


def _value(base64: bytes, text: bytes) -> str:
    if not base64:
        return decode(text)
    try:
        return decode(a2b_base64(text, strict_mode=False))
    except Error:
        return ""

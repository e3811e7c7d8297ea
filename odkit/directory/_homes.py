"""The hosts of all users' homes, found without parsing the users: two lines of each record are all that is read."""

from __future__ import annotations

from binascii import Error, a2b_base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from odkit.directory._views import home_of
from odkit.ldif._parse import normalised
from odkit.text import decode

if TYPE_CHECKING:
    from odkit.directory._directory import Directory

__all__ = ["HomeHost", "home_hosts"]


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
        text = normalised(entry.raw).replace(b"\n ", b"")
        low = text.lower()  # a case-insensitive regular expression over every record costs ten times as much
        url, nfs = (_value(text, low, name) for name in (b"\napple-user-homeurl:", b"\nhomedirectory:"))
        for host in home_of(url, nfs).hosts:
            key = host.lower().removesuffix(".") if host.isascii() else host
            if key not in found:
                found[key] = HomeHost(host, entry.path, entry.line, entry.dn)
            found[key].count += 1
    return found


def _value(text: bytes, low: bytes, name: bytes) -> str:
    """First value of an attribute in an unfolded record, empty when there is none or it cannot be read."""
    start = low.find(name)
    if start < 0:
        return ""
    start += len(name)
    end = text.find(b"\n", start)
    value = text[start:end] if end >= 0 else text[start:]
    if value[:1] != b":":
        return decode(value.lstrip(b" "))
    try:
        return decode(a2b_base64(value[1:].lstrip(b" ")))
    except Error:
        return ""

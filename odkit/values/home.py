"""Homes: the URL of a share and a path inside it, and the hosts that they name."""

from __future__ import annotations

import re

from odkit.dataclass import dataclass
from odkit.patterns import regex
from odkit.text import unescape_html

__all__ = ["Home", "home_of", "host_of_url"]

# scheme://[;AUTH=…@ or user:password@]host[:port]; AFP URLs put ";AUTH=NO%20USER%20AUTHENT" before the @
_URL_HOST = regex(r"\s*[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#]*@)?(\[[^\]/]*\]|[^/:?#\s]*)")
_NET_HOST = regex(r"/Network/Servers/([^/]+)(/.*)?\Z", re.DOTALL)


def host_of_url(url: str) -> str | None:
    """Return the host of a URL as written, None when it has none (``afp://;AUTH=…@host/Share`` is understood)."""
    match = _URL_HOST.match(url)
    host = match[1].strip("[]") if match else ""
    if "%" in host:
        from urllib.parse import unquote  # seldom needed, and slow to load

        host = unquote(host, errors="surrogateescape")
    return host or None


@dataclass(frozen=True, slots=True)
class Home:
    """A home or group home: the URL of its share and the path inside it.

    Attributes:
        url: as in ``apple-user-homeurl``, entities resolved; empty when only an NFS path is known.
        path: inside the share.
        nfs: ``homeDirectory``; empty when missing.
    """

    url: str
    path: str
    nfs: str

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that the URL and the path give, as written, without repeats."""
        net = _NET_HOST.match(self.nfs)
        found = [host_of_url(self.url), net[1].strip() if net else None]
        return tuple(dict.fromkeys(host for host in found if host))


def home_of(url: str | None, nfs: str | None) -> Home:
    """Read ``apple-user-homeurl`` and ``homeDirectory``."""

    def part(name: str) -> str:
        value, end, _ = (url or "").partition(f"<{name}>")[2].partition(f"</{name}>")
        return unescape_html(value).strip() if end else ""

    return Home(part("url"), part("path"), nfs or "")

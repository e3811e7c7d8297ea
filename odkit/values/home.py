"""Homes: the URL of a share and a path inside it, and the hosts that they name."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from odkit.dataclass import dataclass
from odkit.patterns import regex
from odkit.redaction import mask_urls
from odkit.text import decode, shorten, unescape_html
from odkit.values.hostspans import hosts_in
from odkit.values.naming import hosts_named
from odkit.values.texts import is_plist

__all__ = ["Home", "home_of", "host_of_url"]

# scheme://[;AUTH=…@ or user:password@]host[:port]; AFP URLs put ";AUTH=NO%20USER%20AUTHENT" before the @
_URL_HOST = regex(r"\s*[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#]*@)?(\[[^\]/]*\]|[^/:?#\s]*)")
_USUAL = regex(r"\s*<home_dir>\s*<url>([^<]*)</url>\s*(?:<path>([^<]*)</path>|<path\s*/>)?\s*</home_dir>\s*\Z")
_TAG = regex(r"<!\[CDATA\[|\]\]>|<[^<>]*>")


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
        others: further texts of ``apple-user-homeurl``, where it has another form than the one that Macs read: they may name a server, too.
    """

    url: str
    path: str
    nfs: str
    others: tuple[str, ...] = ()

    def __repr__(self) -> str:  # a URL may hold a password
        return f"Home(url={shorten(mask_urls(self.url))!r}, path={shorten(mask_urls(self.path))!r}, nfs={shorten(mask_urls(self.nfs))!r})"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host names that the URL and the path give in any spelling, as written, without repeats."""
        return tuple(dict.fromkeys(self._hosts()))

    def _hosts(self) -> Iterator[str]:
        own = host_of_url(self.url)
        if own is not None:
            yield own
        for text in self.others if own is not None else (self.url, self.path, *self.others):
            host = host_of_url(text)
            yield from hosts_in("homeDirectory", text) if host is None else (host,)
        if self.nfs:
            value = self.nfs.encode("utf-8", "surrogateescape")
            yield from hosts_named("homeDirectory", value) if is_plist(value) else hosts_in("homeDirectory", decode(value))
            if "/.." in self.nfs:
                yield from hosts_in("homeDirectory", posixpath.normpath(self.nfs))


def home_of(url: str | None, nfs: str | None) -> Home:
    """Read ``apple-user-homeurl`` and ``homeDirectory``."""
    if not url:
        return Home("", "", nfs or "")
    usual = _USUAL.match(url)
    if usual is not None:
        return Home(unescape_html(usual[1]).strip(), unescape_html(usual[2] or "").strip(), nfs or "")

    def part(name: str) -> str:
        value, end, _ = url.partition(f"<{name}>")[2].partition(f"</{name}>")
        return unescape_html(value).strip() if end else ""

    others = tuple(dict.fromkeys(found for text in _TAG.split(url) if (found := unescape_html(text).strip())))
    return Home(part("url"), part("path"), nfs or "", others)

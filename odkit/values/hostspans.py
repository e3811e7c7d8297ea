"""Which part of a value is a host: a folder, a share, a query or a mail address may be spelled like one, and names another thing.

A host is the authority of a URL (RFC 3986 section 3.2), the component behind ``/Network/Servers/``, the server of a UNC path, what stands
before the colon in a mount's name or in an automount entry, and the whole value where the schema says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.patterns import regex

__all__ = ["host_spans"]

# scheme://[userinfo@]host[:port] and the rest of the URL, so that nothing inside it is taken for another one; "<" ends it in XML
_URL = regex(r"""[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#\s<>"]*@)?(\[[^\]/\s<>"]*\]|[^/:?#\s<>"]*)[^\s<>"]*""")
_SERVERS = regex(r"\s*(?:file://(?:localhost)?)?/Network/Servers/([^/]*)")
_UNC = regex(r"(?:\A\s*|(?<=,))(?:\\\\|//)(?:[^\\/@\s,]*@)?([^\\/@\s,]+)(?=[\\/]|\Z)")  # //[user:password@]host/share, as an option too
_MOUNT = regex(r"([^:/]*):/")
_AUTOMOUNT = regex(r"(?:\A|(?<=\s))([^:/\s]+):/(?!/)")  # [-options] host:/path
_WHOLE = regex(r"\s*(\S+?)\.?\s*\Z")
_WHOLE_WITH_PORT = regex(r"\s*([^\s:]+?)\.?(?::[0-9]+)?\s*\Z")

_HOST_ATTRIBUTES = frozenset({"apple-printer-lprhost", "apple-dns-nameserver"})
# keys of property lists whose value is a host: mail (DirServicesConst.h), proxies (SCSchemaDefinitions.h)
_HOST_KEYS = frozenset(
    {"kMailAccountLocation", "FTPProxy", "GopherProxy", "HTTPProxy", "HTTPSProxy", "RTSPProxy", "SOCKSProxy"},
)


def host_spans(kind: str, attribute: str, inside: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of a text that are hosts.

    Args:
        kind: of the record, as dscl spells it.
        attribute: description; "dn" for the record's own name.
        inside: path inside a property list, "" for a plain value.
        text: the value, or the string of the property list.

    Yields:
        Start and end.
    """
    name = attribute.partition(";")[0].lower()
    if kind == "Mounts" and name in {"cn", "dn"}:
        patterns: tuple[re.Pattern[str], ...] = (_MOUNT,)
    elif inside:
        patterns = (_SERVERS, _UNC, *((_WHOLE_WITH_PORT,) if inside.rpartition("/")[2] in _HOST_KEYS else ()))
    elif name in _HOST_ATTRIBUTES:
        patterns = (_SERVERS, _UNC, _WHOLE)
    else:
        patterns = (_SERVERS, _UNC)
    for pattern in patterns:
        match = pattern.search(text) if pattern is _UNC else pattern.match(text)
        if match is not None:
            yield match.span(1)
    if kind == "Mounts" and name in {"cn", "dn"}:
        return
    for match in _URL.finditer(text):
        yield match.span(1)
    if name == "automountinformation":
        for match in _AUTOMOUNT.finditer(text):
            yield match.span(1)

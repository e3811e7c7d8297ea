"""Which part of a value is a host: a folder, a share, a query or a mail address may be spelled like one, and names another thing.

A host is the authority of a URL (RFC 3986 section 3.2), the component behind ``/Network/Servers/`` or ``/net/``, the server of a UNC path,
what stands before the colon in a mount's name, an automount entry or a home, and the whole value where the schema says that it is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from odkit.patterns import regex

__all__ = ["host_spans", "hosts_in"]

# scheme://[userinfo@]host[:port] and the rest of the URL, so that nothing inside it is taken for another one; "<" ends it in XML
_URL = regex(r"""[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#\s<>"]*@)?(\[[^\]/\s<>"]*\]|[^/:?#\s<>"]*)[^\s<>"]*""")
_GAP = r"/+(?:\./+)*+"  # between two folders
# where automount has shown the servers of the domain from 10.2 on, and autofs every host; case counts for nothing on most volumes of Macs
_SERVERS = regex(
    rf"\s*(?:file://(?:localhost(?=/))?)?{_GAP}(?:System/+Volumes/+Data{_GAP})?(?:private{_GAP})?"
    rf"(?:(?:(?:var{_GAP})?automount{_GAP}(?:Network{_GAP})?|Network{_GAP})Servers|net){_GAP}(?!\.\.?(?:/|\Z))([^/]+)",
    re.IGNORECASE,
)
# //[user:password@]host[:port]/share, \\host[@SSL][@port]\share, \\?\UNC\host\share
_SHARE = r"(?:\\{2,}(?:[?.]\\UNC\\)?|//(?!/))(?:[^\\/@\s,]*@(?!(?:SSL|[0-9]+)(?:[\\/@]|\Z)))?([^\\/@\s,:]+)(?=(?::[0-9]+)?(?:[\\/@]|\Z))"
_UNC = regex(r"(?:\A\s*|(?<=,))" + _SHARE, re.IGNORECASE)  # as an option, too
_MOUNT = regex(r"([^:/]*):/")
_MAP_UNC = regex(r"(?:\A|(?<=[\s,])):?" + _SHARE, re.IGNORECASE)  # -fstype=smbfs ://host/share
# [-options] host[(weight)],host:/path (auto_master(5))
_REPLICAS = regex(r"""(?:\A\s*|(?<=[\s"]))(?!-)((?:\[[^\]\s]*\]|[^:/\s"\\\[<>;&=])+):/(?!/)""")
_REPLICA = regex(r"((?:\[[^\]]*\]|[^,()\[])+)(?:\([^()]*\))?")
_FOLDERS = frozenset(
    {
        "applications", "dev", "groups", "home", "homes", "library", "net", "network", "opt", "private", "shared", "system", "tmp", "users",
        "usr", "var", "volumes",
    },
)  # fmt: skip
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
        match = _MOUNT.match(text)
        if match is not None:
            yield match.span(1)
        return
    match = _SERVERS.match(text)
    if match is not None:
        yield match.span(1)
    in_map, in_home = name == "automountinformation", name == "homedirectory"
    # most texts lack what each of these patterns demands, and need none of them compiled
    is_unc = match is None and ("//" in text or "\\\\" in text)
    for found in (_MAP_UNC if in_map else _UNC).finditer(text) if is_unc else ():
        if not in_home or found[1].lower() not in _FOLDERS:  # a doubled slash before a folder
            yield found.span(1)
    whole = _WHOLE_WITH_PORT if inside.rpartition("/")[2] in _HOST_KEYS else _WHOLE if not inside and name in _HOST_ATTRIBUTES else None
    match = None if whole is None else whole.match(text)
    if match is not None:
        yield match.span(1)
    for found in _URL.finditer(text) if "://" in text else ():
        yield found.span(1)
    if (in_map or in_home) and ":/" in text:
        for found in _REPLICAS.finditer(text):
            for each in _REPLICA.finditer(text, *found.span(1)):
                if in_map or len(each[1]) > 1:  # a drive of Windows
                    yield each.span(1)


def hosts_in(attribute: str, text: str, *, kind: str = "", inside: str = "") -> Iterator[str]:
    """Yield the hosts of a text as written, each once; the arguments are those of `host_spans`."""
    spans = host_spans(kind, attribute, inside, text)
    yield from dict.fromkeys(host for start, end in spans if (host := text[start:end].strip().strip("[]")))

"""`Dwelling`: what the home of an ordinary user depends on, without the user's own name in it, so that most users have one of a few."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64

from odkit.namedtuple import NamedTuple
from odkit.patterns import regex

__all__ = ["Dwelling", "dwelling_of"]

_SERVERS = b"/Network/Servers/"
_URL = regex(rb"<home_dir><url>([!-%'-;=?-~]*)</url><path>([!-%'-;=?-~]*)</path></home_dir>\Z")
_PATH = regex(rb"[!-~]+\Z")


class Dwelling(NamedTuple):
    """A home in the form that Apple's programs write, without what is the user's own.

    Attributes:
        url: that of its share; empty for no home URL.
        parent: for a path below ``/Network/Servers/`` the folder above the home, with a host in it; else empty.
        agrees: whether the URL and such a path end in the same name, or one of them names nothing.
    """

    url: str
    parent: str
    agrees: bool


def dwelling_of(path: bytes | None, url: bytes | None) -> Dwelling | None:
    """Read the values of a user's home.

    Args:
        path: the line of ``homeDirectory`` behind the attribute's name, folded as in the file; None for none.
        url: that of ``apple-user-homeurl``, in base64, folded as in the file; None for none.

    Returns:
        None for a home in another form.
    """
    share, inside = b"", b""
    if url is not None:
        try:
            match = _URL.match(a2b_base64(url.replace(b"\n ", b"").rstrip(b" "), strict_mode=True))
        except Base64Error:
            return None
        if match is None:
            return None
        share, inside = match.groups()
    parent = last = b""
    if path is not None:
        whole = path.replace(b"\n ", b"")
        if _PATH.match(whole) is None:
            return None
        if whole.startswith(_SERVERS):
            parent, _, last = whole.rpartition(b"/")
            if len(parent) <= len(_SERVERS):
                return None
    agrees = not parent or not inside or last == inside.strip(b"/").rpartition(b"/")[2]
    return Dwelling(share.decode("ascii"), parent.decode("ascii"), agrees)

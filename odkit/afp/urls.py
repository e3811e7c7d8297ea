"""URLs of AFP: read strictly, and written as URLs of SMB.

    afp://[user][;AUTH=method][:password]@host[:port]/share[/folder...]        Apple's URLs of AFP
    smb://[workgroup;][user[:password]@]host[:port]/share[/folder...]          mount_smbfs(8)

``;AUTH=`` belongs to AFP: in a URL of SMB a workgroup and a user stand before the ``@``, so that it would name a user who is not there.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote_to_bytes

from odkit.dataclass import dataclass
from odkit.names import host_key, is_host_name
from odkit.patterns import regex

__all__ = ["AfpUrl", "NoSmbFormError", "Share", "check_folder", "check_share", "folded", "read_url", "smb_url"]

_URL = regex(r"(?i)afp://(?:(?P<user>[^/?#]*)@)?(?P<host>\[[^\]/]*\]|[^/:?#@]*)(?::(?P<port>[0-9]*))?(?P<path>/[^?#]*)?")
_PORT = "548"  # of AFP over TCP
# of a share: [MS-SRVS] 2.2.4.23 by way of [MS-FSCC] 2.1.6, and the percent sign, which Samba's smb.conf replaces
_NOT_IN_SHARES = frozenset('"/\\[]:|<>+=;,*?%')
_NOT_IN_NAMES = frozenset('"/\\:|<>*?')  # of a file or folder: [MS-FSCC] 2.1.5.2
_LONGEST_SHARE = 80
_TAKEN = frozenset({"ipc$", "admin$", "print$", "pipe", "mailslot", "global", "printers"})  # by the protocol, or by smb.conf(5)
_PERCENT = regex(r"%(?![0-9A-Fa-f]{2})")


class NoSmbFormError(ValueError):
    """A URL of AFP has no form of SMB; the text says why."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a server, or a folder in one.

    Attributes:
        host: as written; servers compare by `odkit.names.host_key`.
        name: of the share, decoded.
        folders: below it, decoded.
    """

    host: str
    name: str
    folders: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Identity of the share."""
        return host_key(self.host), self.name

    def as_known(self) -> Share:
        """Return the same with the server's name in the one spelling by which it is compared."""
        return Share(host_key(self.host), self.name, self.folders)

    def __str__(self) -> str:
        """Return ``host/share/folder``, encoded as in a URL."""
        return "/".join([self.host, *(quote(each, safe="$") for each in (self.name, *self.folders))])


@dataclass(frozen=True, slots=True)
class AfpUrl:
    """What a URL of AFP says.

    Attributes:
        share: with the folders that the URL goes on with.
        user: whom it logs in, decoded; "" for none.
        auth: whether it names a method of AFP to log in.
        port: whether it names AFP's own port.
    """

    share: Share
    user: str = ""
    auth: bool = False
    port: bool = False


def read_url(text: str) -> AfpUrl:
    """Read a URL of AFP.

    Args:
        text: the whole URL, and nothing else.

    Raises:
        NoSmbFormError: it is none, it cannot be read, or it says what SMB cannot.
    """
    if text.lower().startswith("afp:/at"):
        raise NoSmbFormError("AppleTalk, which SMB does not know")
    match = _URL.fullmatch(text)
    if match is None:
        raise NoSmbFormError("no URL of AFP that can be read")
    user, auth = _login(match["user"] or "")
    if match["port"] not in {None, "", _PORT}:
        raise NoSmbFormError(f"port {match['port']} of AFP does not tell that of SMB")
    host = match["host"]
    if "_afpovertcp" in host.lower():
        raise NoSmbFormError("a service of Bonjour, which has another name by SMB")
    if not host.isascii() or not is_host_name(host.strip("[]")):
        raise NoSmbFormError("no host name or address that can be read")
    names = [_decoded(each) for each in (match["path"] or "").split("/") if each]
    if not names:
        raise NoSmbFormError("it names no share")
    for each in names[1:]:
        check_folder(each)
    return AfpUrl(Share(host, names[0], tuple(names[1:])), user, auth, match["port"] == _PORT)


def _login(text: str) -> tuple[str, bool]:
    if ":" in text:
        raise NoSmbFormError("it holds a password")
    user, semicolon, method = text.partition(";")
    if semicolon and not method.lower().startswith("auth="):
        raise NoSmbFormError("the part before the @ cannot be read")
    found = _decoded(user)
    if any(each in _NOT_IN_NAMES or each in ";@" or not each.isprintable() for each in found):
        raise NoSmbFormError("its user is none that a URL of SMB can carry")
    return found, bool(semicolon)


def _decoded(text: str) -> str:
    if _PERCENT.search(text):
        raise NoSmbFormError("a percent sign that encodes nothing")
    try:
        return unquote_to_bytes(text.encode("utf-8", "surrogateescape")).decode("utf-8")
    except UnicodeDecodeError:
        raise NoSmbFormError("a name that is not UTF-8") from None


def check_share(name: str) -> None:
    """Refuse what no share of SMB can be called.

    Raises:
        NoSmbFormError: it says why.
    """
    if len(name) > _LONGEST_SHARE or name != name.strip(" ") or name.lower() in _TAKEN or name in {".", ".."}:
        raise NoSmbFormError("no name that a share of SMB can have")
    if any(each in _NOT_IN_SHARES or not each.isprintable() for each in name):
        raise NoSmbFormError('a share of SMB has none of " / \\ [ ] : | < > + = ; , * ? % in its name')


def check_folder(name: str) -> None:
    """Refuse a folder that a URL cannot name, or that servers of SMB know by another name.

    Raises:
        NoSmbFormError: it says why.
    """
    if name in {".", ".."}:
        raise NoSmbFormError("a folder . or .. in it")
    if name.endswith((" ", ".")) or any(each in _NOT_IN_NAMES or not each.isprintable() for each in name):
        raise NoSmbFormError(
            'a folder with one of " / \\ : | < > * ? in its name, or a blank or dot at its end: servers of SMB differ on it'
        )


def folded(name: str) -> str:
    """Return the identity of a name where case does not count, as it is with SMB."""
    return unicodedata.normalize("NFC", name).casefold()


def smb_url(share: Share, user: str = "") -> str:
    """Return a URL of SMB; every name in it is encoded, so that nothing of it can be taken for something else."""
    return f"smb://{quote(user, safe='') + '@' if user else ''}{share}"

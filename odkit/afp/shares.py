"""The share map: which share of SMB takes the place of which share of AFP.

    # a remark
    files.example.com/Homes = nas.example.com/homedirs
    files.example.com/Project%20A = nas.example.com/data/Project%20A      a folder below a share
    files.example.com = nas.example.com                                  every other share of that server, under its own name

Names are encoded as in a URL (``%3D`` for an equals sign).  A share that no line names keeps its server and its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote_to_bytes

from odkit.afp.urls import NoSmbFormError, Share, check_folder, check_share
from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.files import read_whole
from odkit.names import host_key, is_host_name
from odkit.patterns import regex
from odkit.text import escape

__all__ = ["ShareMap", "read_share_map"]

_MAX = 1 << 20  # bytes
_FORM = "host/share = host/share, or host = host"
_PERCENT = regex(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class ShareMap:
    """Where shares go.

    Attributes:
        shares: identity of a share of AFP -> the share of SMB, and the line that says so.
        hosts: identity of a server -> the server of SMB, and the line that says so.
        path: of the file; "" without one.
    """

    shares: Mapping[tuple[str, str], tuple[Share, int]]
    hosts: Mapping[str, tuple[str, int]]
    path: str = ""

    def of(self, share: Share) -> tuple[Share, int | None]:
        """Return the share of SMB that takes the place of one of AFP, and the line of the map that says so; None where none does."""
        found = self.shares.get(share.key)
        if found is not None:
            return Share(found[0].host, found[0].name, (*found[0].folders, *share.folders)), found[1]
        host, line = self.hosts.get(share.key[0], (share.host, None))
        return Share(host, share.name, share.folders), line

    def lines(self) -> dict[int, str]:
        """Return what each line gives a place for: line number -> share or server."""
        shares = {line: f"{escape(host)}/{escape(name)}" for (host, name), (_, line) in self.shares.items()}
        return shares | {line: escape(host) for host, (_, line) in self.hosts.items()}


def read_share_map(path: Path | None) -> ShareMap:
    """Read a share map.

    Args:
        path: of the file; None for a map that leaves everything as it is.

    Raises:
        InputError: it cannot be read, or a line is not of the form; with the line.
    """
    if path is None:
        return ShareMap({}, {})
    data = read_whole(path, most=_MAX, what="share map")
    shares: dict[tuple[str, str], tuple[Share, int]] = {}
    hosts: dict[str, tuple[str, int]] = {}
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            text = raw.decode("utf-8").strip()
        except UnicodeDecodeError:
            raise InputError(str(path), number, "not UTF-8") from None
        if not text or text.startswith("#"):
            continue
        old, equals, new = (each.strip() for each in text.partition("="))
        if not equals or "=" in new:
            raise InputError(str(path), number, f"not of the form {_FORM}; an equals sign in a name is %3D")
        if "/" in old:
            share = _share(old, path, number, smb=False)
            if share.folders:
                raise InputError(str(path), number, "a folder on the left side; a line is for a whole share")
            earlier = shares.setdefault(share.key, (_share(new, path, number, smb=True), number))[1]
        else:
            if "/" in new:
                raise InputError(str(path), number, f"a share on one side alone: not of the form {_FORM}")
            earlier = hosts.setdefault(host_key(_host(old, path, number)), (_host(new, path, number), number))[1]
        if earlier != number:
            raise InputError(str(path), number, f"{escape(old)} is in line {earlier}, too: remove one of the two lines")
    return ShareMap(shares, hosts, str(path))


def _host(text: str, path: Path, line: int) -> str:
    if not text.isascii() or not is_host_name(text.strip("[]")):
        raise InputError(str(path), line, f"{escape(text)!r} is no host name or address")
    return text


def _share(text: str, path: Path, line: int, *, smb: bool) -> Share:
    host, *names = text.split("/")
    if not names:
        raise InputError(str(path), line, f"a share on one side alone: not of the form {_FORM}")
    if _PERCENT.search(text):
        raise InputError(str(path), line, "a percent sign encodes nothing: write the sign itself as %25")
    try:
        decoded = [unquote_to_bytes(each).decode("utf-8") for each in names]
    except UnicodeDecodeError:
        raise InputError(str(path), line, "a name that is not UTF-8 when it is decoded") from None
    if "" in decoded:
        raise InputError(str(path), line, f"a share or folder without a name in {escape(text)!r}")
    try:
        if smb:
            check_share(decoded[0])
        for each in decoded[1:]:
            check_folder(each)
    except NoSmbFormError as error:
        raise InputError(str(path), line, f"{escape(text)!r}: {error}") from None
    return Share(_host(host, path, line), decoded[0], tuple(decoded[1:]))

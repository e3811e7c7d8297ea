"""The hosts of users' homes: most homes differ in what is the user's own alone, and are read once for all of these."""

from __future__ import annotations

from odkit.patterns import regex
from odkit.values.home import home_of, host_of_url

__all__ = ["HomeHosts"]

_URL = regex(r"<home_dir><url>([^<]*)</url><path>[^<]*</path></home_dir>\Z")
_SERVERS = "/Network/Servers/"
_OWN = regex(r"[A-Za-z0-9_-]+\Z")
_MEMORY = 1 << 12  # shares that are remembered


class HomeHosts:
    """Finds the hosts that homes name, see `odkit.values.home.Home.hosts`; remembers those of shares."""

    def __init__(self) -> None:
        self._urls: dict[str, tuple[str, ...]] = {}
        self._folders: dict[str, tuple[str, ...]] = {}

    def of_url(self, url: str) -> tuple[str, ...]:
        """Return the hosts of a value of ``apple-user-homeurl``."""
        usual = _URL.match(url)
        found = self._urls.get(usual[1]) if usual is not None else None
        if found is None:
            home = home_of(url, None)
            found = home.hosts
            if usual is not None and host_of_url(home.url) is not None:  # then the path names none
                _remember(self._urls, usual[1], found)
        return found

    def of_path(self, path: str) -> tuple[str, ...]:
        """Return the hosts of a value of ``homeDirectory``."""
        parent, _, own = path.rpartition("/")
        is_usual = parent.startswith(_SERVERS) and len(parent) > len(_SERVERS) and "/.." not in path and _OWN.match(own) is not None
        found = self._folders.get(parent) if is_usual else None
        if found is None:
            found = home_of(None, path).hosts
            if is_usual and not any(own in host for host in found):
                _remember(self._folders, parent, found)
        return found


def _remember(known: dict[str, tuple[str, ...]], key: str, hosts: tuple[str, ...]) -> None:
    if len(known) >= _MEMORY:
        known.clear()
    known[key] = hosts

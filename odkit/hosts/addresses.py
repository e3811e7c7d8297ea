"""Looks up the addresses of host names, and the names of addresses, in the inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odkit.directory import Directory
from odkit.names import address_of, host_key, is_fqdn

__all__ = ["AddressBook", "computer_hosts"]


def computer_hosts(names: Iterable[str]) -> list[str]:
    """Return fully qualified host names among a computer record's names (``fqdn$`` or ``fqdn``)."""
    return [name for name in (each.removesuffix("$") for each in names) if is_fqdn(name)]


class AddressBook:
    """Looks up names by address in the surest source that knows the address.

    Args:
        exports: the export, then older ones.
        given: host -> address, from ``--address``: settles what the exports leave open.
    """

    def __init__(self, exports: Iterable[Directory], given: Mapping[str, str]) -> None:
        levels: tuple[dict[str, set[str]], ...] = ({}, {}, {})
        for host, address in given.items():
            levels[0].setdefault(address_of(address) or address, set()).add(host_key(host))
        for od in exports:
            for tree, _ in od.config.trees():
                for server in tree.servers():
                    if server.dns:
                        self._add(levels[1], server.addresses, [server.dns])
            for listed in od.config.listed_servers():
                if listed.names:
                    self._add(levels[1], listed.addresses, listed.names)
            for computer in od.computers.records():
                if computer.addresses:
                    names = computer_hosts([*computer.names, *computer.texts("apple-realname")])
                    self._add(levels[2], computer.addresses, names)
        self._levels = levels
        self._of_host = _by_host(levels)

    @staticmethod
    def _add(level: dict[str, set[str]], addresses: Iterable[str], names: Iterable[str]) -> None:
        for address in addresses:
            key = address_of(address)
            if key:
                level.setdefault(key, set()).update(host_key(name) for name in names)

    def names(self, address: str, *, sure: bool = False) -> frozenset[str]:
        """Return names of an address by the surest source that knows any.

        Args:
            address: in normal form.
            sure: ask only ``--address`` and the replica trees, not computer records.
        """
        for level in self._levels[:2] if sure else self._levels:
            if level.get(address):
                return frozenset(level[address])
        return frozenset()

    def addresses(self, host: str) -> frozenset[str]:
        """Return every address that any source gives for a host."""
        return frozenset(self._of_host.get(host_key(host), ()))


def _by_host(levels: Iterable[Mapping[str, set[str]]]) -> dict[str, set[str]]:
    """Return the addresses of each host, in normal form."""
    found: dict[str, set[str]] = {}
    for level in levels:
        for address, names in level.items():
            for name in names:
                found.setdefault(name, set()).add(address)
    return found

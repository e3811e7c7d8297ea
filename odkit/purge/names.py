"""Service principals as a table for people: hosts by service, the realm said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.patterns import regex
from odkit.text import decode, escape, plural, table

__all__ = ["name_lines"]

# service, host and realm, of what a cell can hold without a doubt about where a part of a name ends
_PLAIN = regex(rb"([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+)@([A-Za-z0-9_.-]+)")


def name_lines(names: Iterable[bytes]) -> Iterator[str]:
    """Yield names as a table for each realm, a line for each host as the names spell it; names that are not of this form as they are.

    Args:
        names: in unparsed form, as listprincs prints them.
    """
    realms: dict[bytes, dict[bytes, list[bytes]]] = {}
    others = []
    for name in names:
        plain = _PLAIN.fullmatch(name)
        if plain is None:
            others.append(name)
        else:
            service, host, realm = plain.groups()
            realms.setdefault(realm, {}).setdefault(host, []).append(service)
    for realm, hosts in realms.items():
        yield f"  SERVICE/HOST@{decode(realm)}, {plural(len(hosts), 'host')}:"
        rows = [(decode(host), f"{len(services):>8,}", ", ".join(map(decode, services))) for host, services in sorted(hosts.items())]
        yield from table(rows, headers=("HOST", "SERVICES", "WHICH"), indent="    ")
    yield from (f"  {escape(name)}" for name in others)

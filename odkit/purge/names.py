"""Service principals as a table for people: hosts by service, the realm said once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.errors import InputError
from odkit.kerberos import parse_principal
from odkit.patterns import regex
from odkit.text import decode, escape, plural, table

__all__ = ["name_lines"]

_PLAIN = regex(rb"[A-Za-z0-9_.-]+\Z")  # what a cell can hold without a doubt about where a part of a name ends


def name_lines(names: Iterable[bytes]) -> Iterator[str]:
    """Yield names as a table for each realm, a line for each host as the names spell it; names that are not of this form as they are.

    Args:
        names: in unparsed form, as listprincs prints them.
    """
    realms: dict[bytes, dict[bytes, list[bytes]]] = {}
    others = []
    for name in names:
        parts = _parts(name)
        if parts is None:
            others.append(name)
        else:
            service, host, realm = parts
            realms.setdefault(realm, {}).setdefault(host, []).append(service)
    for realm, hosts in realms.items():
        yield f"  SERVICE/HOST@{decode(realm)}, {plural(len(hosts), 'host')}:"
        rows = [(decode(host), f"{len(services):>8,}", ", ".join(map(decode, services))) for host, services in sorted(hosts.items())]
        yield from table(rows, headers=("HOST", "SERVICES", "WHICH"), indent="    ")
    yield from (f"  {escape(name)}" for name in others)


def _parts(name: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Return service, host and realm of a name that is nothing but these, else None."""
    try:
        principal = parse_principal(name)
    except InputError:
        return None
    if principal.pair is None:
        return None
    service, host = principal.pair
    if not all(map(_PLAIN.match, (service, host, principal.realm))):
        return None
    return (service, host, principal.realm) if name == b"%s/%s@%s" % (service, host, principal.realm) else None

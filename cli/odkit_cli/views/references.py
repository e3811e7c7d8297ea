"""Places and the map of hosts, as `odkit references` shows them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odkit.hostrefs import HostMap, References, Spotted

__all__ = ["map_json", "map_text", "next_steps", "places_text"]


def places_text(found: References) -> str:
    """Return each place below its record, and a last line that counts them."""
    from odkit.text import escape, plural

    lines: list[str] = []
    last = None
    bodies: dict[int, tuple[str, int]] = {}  # many records have the same places
    for dn, path, places, line in found.found.rows:
        known = bodies.get(id(places))
        if known is None:
            known = bodies[id(places)] = "\n".join(map(_place_text, places)), places[0][4]
        if dn != last:
            last = dn
            lines.append(f"{escape(dn)}  ({escape(path)}:{line + known[1]})")
        lines.append(known[0])
    by_handling: Counter[str] = Counter()
    for (_, how), count in found.counts().items():
        by_handling[how] += count
    counts = ", ".join(f"{count} {how}" for how, count in sorted(by_handling.items()))
    return "\n".join([*lines, f"{plural(len(found), 'place')}{': ' + counts if counts else ''}"]) + "\n"


def _place_text(spotted: Spotted) -> str:
    place, _, before, after, _ = spotted
    where = f"{place.attribute}{' ' + place.inside if place.inside else ''}"
    why = f"; {place.why}" if place.why else ""
    return f"  {place.handling.value} ({place.kind.value}) {where}: {before}[{place.hit}]{after}{why}"


def map_json(found: HostMap) -> dict[str, object]:
    """Return schema ``odkit/host-map/1``."""
    edges = [
        {"type": kind, "attribute": attribute, "host": host, "count": count}
        for (kind, attribute, host), count in sorted(found.edges.items())
    ]
    return {"schema": "odkit/host-map/1", "hosts": dict(found.hosts()), "edges": edges}


def map_text(found: HostMap) -> str:
    """Return each host, with who names it."""
    from odkit.text import escape
    from odkit_cli.screen import table

    lines = []
    for host, count in found.hosts():
        rows = [(f"{n:>6}", kind or "(other)", attribute) for (kind, attribute, of), n in sorted(found.edges.items()) if of == host]
        lines += [f"{escape(host)}: {count}", "\n".join(table(rows))]
    return "".join(f"{line}\n" for line in lines)


def next_steps(output: Path, names: list[str]) -> str:
    """Return what to do with the files of a rewrite."""
    lines = ["Next:", f"  1. read {output}/REWRITE.txt"]
    if "rewrite.sh" in names:
        lines.append(f"  2. on the master: sudo sh {output}/rewrite.sh, and when it shows what you want, with --apply")
        if "rewrite-rest.ldif" in names:
            lines.append(f"     then {output}/rewrite-rest.ldif with ldapmodify: what dscl cannot express")
        lines.append(f"  or {output}/rewrite.ldif with ldapmodify: the same, all of it")
    else:
        lines.append(f"  2. {output}/rewrite.ldif with ldapmodify; see its head")
    return "\n".join(lines) + "\n"

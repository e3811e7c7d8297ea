"""What targets that keep the whole tree say alike: its suffix, the old servers that it names, and names that the target has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from odkit.carrying.model import CarriedUser, Collision, Verdict, Why
from odkit.carrying.source import CarrySource
from odkit.dn import dn_key
from odkit.errors import InputError, UsageError
from odkit.findings import Finding, Rule, Severity, finding
from odkit.hosts.evidence import Evidence, of_servers
from odkit.text import escape, plural

__all__ = ["OLD_SERVER_IN_CONFIG", "collisions_of", "constant", "kept_suffix", "old_servers"]

OLD_SERVER_IN_CONFIG = Rule(
    "OD935",
    "old-server-in-config",
    Severity.WARNING,
    "Run 'odkit references --rewrite-to', and load the change at the target. Macs look for their servers in these values.",
)


def kept_suffix(source: CarrySource, other: str) -> str:
    """Return the suffix of the directory, which the target keeps.

    Args:
        source: of the carry.
        other: what to say of another base than the directory's, ``{}`` in place of that.

    Raises:
        InputError: the export has no suffix.
        UsageError: another base is asked for than the directory's.
    """
    if source.od.suffix is None:
        raise InputError(source.od.sources[0].path, None, "no container of Open Directory in the export, so that nothing tells its suffix")
    base = source.options.base_dn
    if base is not None and dn_key(base) != source.od.suffix_key:
        raise UsageError(f"--base-dn: {other.format(escape(source.od.suffix))}")
    return source.od.suffix


def old_servers(source: CarrySource) -> Iterator[Finding]:
    """Yield a finding for each server of the old domain that ``cn=config`` names, which this shape keeps."""
    first: dict[str, Evidence] = {}
    counts: Counter[str] = Counter()
    for each in of_servers(source.od):
        first.setdefault(each.key, each)
        counts[each.key] += 1
    for key, each in sorted(first.items()):
        message = f"cn=config names {escape(each.host)} as a server, in {plural(counts[key], 'place')}, and arrives with that"
        yield finding(OLD_SERVER_IN_CONFIG, each.host, message, path=each.path, line=each.line)


def collisions_of(users: Iterable[CarriedUser]) -> tuple[Collision, ...]:
    """Return the users who are left out because the target has their names."""
    left = (user for user in users if user.verdict is Verdict.LEFT_OUT)
    return tuple(Collision(user.name, reason.text) for user in left for reason in user.reasons if reason.why is Why.COLLISION)


def constant(data: bytes) -> Callable[[], Iterable[bytes]]:
    """Return the content of a file that is there already."""
    return lambda: [data]

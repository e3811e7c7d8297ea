"""Compares the homes of users: those that only changed host are reported once per old and new host, as info."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from odkit.directory import Home, Record, describe
from odkit.findings import About, Finding, Rule, Severity
from odkit.names import host_key
from odkit.text import escape, plural
from odkit.verification.pair import Pair, changed

__all__ = ["Moves", "check_homes"]

HOME_DIFFERS = Rule(
    "OD606",
    "home-differs",
    Severity.WARNING,
    "Check that the files are there, and that a mount gives the share.",
    about=About(("homeDirectory", "apple-user-homeurl")),
)


def _place(home: Home) -> tuple[str, str, str]:
    """Return a home without its host: share, path inside it, and the path of automounted homes."""
    rest = home.url.partition("://")[2].rpartition("@")[2].partition("/")[2]
    nfs = home.nfs.split("/", 4) if home.nfs.startswith("/Network/Servers/") else ["", "", "", "", home.nfs]
    return rest.rstrip("/"), home.path, nfs[4] if len(nfs) > 4 else ""


class Moves:
    """Homes, or group folders, that only changed host: reported once per old and new host.

    Args:
        pair: the exports.
    """

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._counts: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
        self._first: dict[tuple[tuple[str, ...], tuple[str, ...]], Record] = {}

    def explain(self, was: Home, now: Home, record: Record, *attributes: str) -> bool:
        """Tell whether a move of servers explains the difference; the move is counted then.

        Args:
            was: in the older export.
            now: in the newer one.
            record: of the newer export.
            attributes: that hold it.
        """
        if _place(was) != _place(now):
            return False
        old, new = (tuple(sorted({host_key(host) for host in each.hosts})) for each in (was, now))
        if len(old) != len(new):
            return False
        self._counts[old, new] += 1
        self._first.setdefault((old, new), record)
        self._pair.judge(record, *attributes)
        return True

    def findings(self, rule: Rule, noun: str) -> Iterator[Finding]:
        """Yield what was explained."""
        for (old, new), count in sorted(self._counts.items()):
            message = f"{plural(count, noun)} moved from {escape(', '.join(old)) or '(no host)'} to {escape(', '.join(new)) or '(no host)'}"
            yield changed(rule, self._first[old, new], message, severity=Severity.INFO)


def check_homes(pair: Pair) -> Iterator[Finding]:
    """Compare the homes of users: OD606."""
    moves = Moves(pair)
    attributes = ("homeDirectory", "apple-user-homeurl")
    for was, now in pair.records("Users"):
        if now is None:
            continue
        old, new = was.home, now.home
        if old == new or moves.explain(old, new, now, *attributes):
            continue
        pair.judge(now, *attributes)
        if not (new.url or new.nfs):
            yield changed(HOME_DIFFERS, now, f"{describe(now)}: the home is gone", severity=Severity.ERROR)
        else:
            yield changed(HOME_DIFFERS, now, f"{describe(now)}: the home is in another place")
    yield from moves.findings(HOME_DIFFERS, "home")

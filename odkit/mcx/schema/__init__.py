"""Apple's published schema of profiles, as facts: which payload takes a domain's keys, since and until which release, with which values.

``payloads.json`` is made by ``fixtures/profile_schema.py``, which says how; it names the repository, its licence, the release and the
commit, and for each file that is newer its own.  Source: github.com/apple/device-management and its own
description of the form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from odkit.dataclass import dataclass
from odkit.resources import resource_text

__all__ = ["Payload", "Row", "declaration", "payloads_of", "source"]

Row = Mapping[str, Any]
"""Facts of a key: ``key``, ``type``, ``required``, ``introduced``, ``deprecated``, ``removed``, ``replaced``, ``values``, ``min``, ``max``
and ``of``, the rows of what it holds or the name of a list that several keys share."""

# domains whose payload has another name, and those that became several
_DOMAINS = {
    "loginwindow": ("loginwindow", "com.apple.loginitems.managed"),
    "com.apple.screensaver": ("com.apple.screensaver", "com.apple.screensaver.user"),
    "com.apple.screensaver.byhost": ("com.apple.screensaver.user",),
}


@dataclass(frozen=True, slots=True)
class Payload:
    """A file of the schema: a payload of profiles, or a declaration.

    Attributes:
        file: its path in Apple's repository.
        state: release and commit of the file that was read.
        type: PayloadType, or the declaration's Type.
        keys: by name, the facts of each key.
        shared: lists of keys that several keys hold.
        deprecated: the release of macOS since which it is; "" where it is not.
        removed: the release of macOS that has it no more; "" where it is there.
        successor: what takes its place; "" where nothing does.
        apple_says: whether the file names the successor itself; else it is odkit's reading.
        device: whether profiles of devices may hold it.
        user: whether profiles of users may hold it.
    """

    file: str
    state: str
    type: str
    keys: Mapping[str, Row]
    shared: Mapping[str, Sequence[Row]]
    deprecated: str = ""
    removed: str = ""
    successor: str = ""
    apple_says: bool = False
    device: bool = True
    user: bool = True

    def parts(self, row: Row) -> Sequence[Row]:
        """Return the rows of what a key holds; none where the schema leaves that open."""
        of = row.get("of", ())
        return self.shared[of] if isinstance(of, str) else of


def source() -> str:
    """Return the line that names Apple's schema: repository, release, commit, licence."""
    facts = _facts()
    return f"{facts['source']}, {facts['release']}, commit {facts['commit']} ({facts['license']})"


def payloads_of(domain: str) -> tuple[Payload, ...]:
    """Return the payloads that take keys of a domain, whose name has no case here; none where Apple has no payload for it."""
    types = _DOMAINS.get(domain.lower(), (domain,))
    return tuple(payload for each in types for payload in _payloads().get(each.lower(), ()))


def declaration(kind: str) -> Payload:
    """Return a declaration by its Type."""
    return _payloads()[kind.lower()][0]


@cache
def _facts() -> dict[str, Any]:
    import json  # of native payloads alone

    found: dict[str, Any] = json.loads(resource_text("odkit.mcx.schema", "payloads.json"))
    return found


@cache
def _payloads() -> dict[str, list[Payload]]:
    facts = _facts()
    found: dict[str, list[Payload]] = {}
    for row in facts["payloads"]:
        state = f"{row.get('release', facts['release'])}, {row.get('commit', facts['commit'])[:12]}"
        replaced = row.get("replaced", {})
        keys = {key["key"]: key for key in row["keys"]}
        made = Payload(
            row["file"],
            state,
            row["type"],
            keys,
            row.get("shared", {}),
            deprecated=row.get("deprecated", ""),
            removed=row.get("removed", ""),
            successor=replaced.get("by", ""),
            apple_says=replaced.get("apple", False),
            device=row.get("device", False),
            user=row.get("user", False),
        )
        found.setdefault(made.type.lower(), []).append(made)
    return found

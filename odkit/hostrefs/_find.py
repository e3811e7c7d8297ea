"""`references`: finds every place of an export that holds a server's name, address or Local KDC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory import Directory, Need, Record
from odkit.findings import Finding
from odkit.hostrefs._decide import Decided, Decisions
from odkit.hostrefs._match import HitKind
from odkit.hostrefs._places import Handling
from odkit.hostrefs._search import Search, Spot
from odkit.hosts import NEEDS as NEEDS_OF_HOSTS
from odkit.redaction import Sensitivity, is_secret_key, mask, mask_urls, sensitivity_of
from odkit.text import escape

__all__ = ["NEEDS", "Reference", "References", "references"]

NEEDS: tuple[Need, ...] = NEEDS_OF_HOSTS  # what a purge would do rests on the verdicts on hosts
_AROUND = 60  # characters that are shown on each side of a hit


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that names a server.

    Attributes:
        host: the server, as it was asked for.
        kind: which of the server's names it is.
        handling: how it is to be handled.
        dn: of the record.
        type: of the record, as dscl spells it.
        attribute: as written; "dn" for the name of the record itself.
        index: of the value.
        inside: path inside a property list, "" for a plain value.
        before, hit, after: the text around it; secrets are hidden.
        path, line: of the value.
        usual: how such a place is usually handled.
        why: why this one is not, for people; else empty.
    """

    host: str
    kind: HitKind
    handling: Handling
    dn: str
    type: str
    attribute: str
    index: int
    inside: str
    before: str
    hit: str
    after: str
    path: str
    line: int
    usual: Handling
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``references``."""
        return {
            "host": self.host,
            "kind": self.kind.value,
            "handling": self.handling.value,
            "why": self.why,
            "dn": escape(self.dn),
            "type": self.type,
            "attribute": self.attribute,
            "index": self.index,
            "inside": self.inside,
            "text": [self.before, self.hit, self.after],
            "path": self.path,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class References:
    """All places that name the servers.

    Attributes:
        hosts: what was asked for.
        found: in the order of the export.
        findings: of reading the export.
    """

    hosts: tuple[str, ...]
    found: tuple[Reference, ...]
    findings: tuple[Finding, ...]

    def __iter__(self) -> Iterator[Reference]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def counts(self) -> Counter[tuple[str, str]]:
        """Return the number of places by host and handling."""
        return Counter((each.host, each.handling.value) for each in self.found)

    def as_json(self) -> dict[str, Any]:
        """Return the object of schema ``odkit/references/1``."""
        hosts = {host: {h: n for (each, h), n in sorted(self.counts().items()) if each == host} for host in self.hosts}
        return {
            "schema": "odkit/references/1",
            "summary": {"hosts": hosts, "found": len(self.found)},
            "references": [each.as_json() for each in self.found],
            "findings": [f.as_json() for f in self.findings],
        }


def references(od: Directory, hosts: Iterable[str], *, addresses: Mapping[str, str] = {}) -> References:
    """Find every place that names one of the servers.

    Args:
        od: the export.
        hosts: full names, short names, addresses or Local KDC realms.  A full name is also sought by its short name and by the
            addresses that the export gives for it.
        addresses: host -> a further address.

    Raises:
        UsageError: not a host.
    """
    search = Search(od, hosts, {host: [address] for host, address in addresses.items()})
    decisions = Decisions(od, search, addresses)
    found = []
    for record in search.records():
        for attribute, index, spot in search.places(record):
            line = record.line if attribute == "dn" else record.entry.line_of(attribute, index)
            found.append(_reference(record, attribute, index, spot, line, decisions.of(record, attribute, index, spot)))
    return References(tuple(search.matcher.hosts), tuple(found), tuple(od.findings))


def _reference(record: Record, attribute: str, index: int, spot: Spot, line: int, decided: Decided) -> Reference:
    inside, text, hit = spot
    before, after = text[max(0, hit.start - _AROUND) : hit.start], text[hit.end : hit.end + _AROUND]
    last = inside.rpartition("/")[2]
    if (
        is_secret_key(last)
        or mask_urls(text) != text
        or (not inside and sensitivity_of(attribute, text.encode("utf-8", "replace")) >= Sensitivity.PRIVATE)
    ):
        before, after = mask(before) if before else "", mask(after) if after else ""
    return Reference(
        hit.host, hit.kind, decided.handling, record.dn, record.kind, attribute, index, escape(inside), escape(before),
        escape(text[hit.start : hit.end]), escape(after), record.path, line, decided.usual, decided.why,
    )  # fmt: skip

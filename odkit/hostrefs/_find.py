"""`references`: finds every place of an export that holds a server's name, address or Local KDC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.findings import Finding
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import HitKind
from odkit.hostrefs._places import Handling, handling
from odkit.hostrefs._search import Search, Spot
from odkit.kerberos import Principal, protected
from odkit.kerberos.authdata import ALIASES, NAME, names_of
from odkit.kerberos.fates import Fate, RecordOwners, fate_of
from odkit.ldif import Entry
from odkit.names import host_key
from odkit.patterns import regex
from odkit.redaction import Sensitivity, is_secret_key, mask, mask_urls, sensitivity_of
from odkit.text import decode, escape

__all__ = ["Reference", "References", "references"]

_KEY_COMMENT = regex(r"(?<![0-9])[0-9]{3,5} [0-9]{1,10} [0-9]+ [^\s@]*@\Z")  # "1024 35 DIGITS root@" before a host
_PRINCIPALS = frozenset({NAME.lower(), ALIASES.lower()})
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

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``references``."""
        return {
            "host": self.host,
            "kind": self.kind.value,
            "handling": self.handling.value,
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
    owners = _Owners(od)
    found = []
    for record in search.records():
        for attribute, index, spot in search.places(record):
            line = record.line if attribute == "dn" else record.entry.line_of(attribute, index)
            each = _reference(record, attribute, index, spot, line)
            principal = attribute.lower() in _PRINCIPALS and each.handling is Handling.DELETE
            found.append(replace(each, handling=_of_principal(record, attribute, spot, owners)) if principal else each)
    return References(tuple(search.matcher.hosts), tuple(found), tuple(od.findings))


@dataclass(slots=True)
class _Owners:
    """The records that entries of ``cn=authdata`` belong to, found when they are first asked for."""

    od: Directory
    _owners: RecordOwners | None = None

    def owner(self, entry: Entry) -> Record | None:
        """Return the record that an entry of cn=authdata belongs to."""
        if self._owners is None:
            self._owners = RecordOwners.of(self.od)
        return self._owners.find(entry)


def _of_principal(record: Record, attribute: str, spot: Spot, owners: _Owners) -> Handling:
    """What becomes of a principal in cn=authdata when its host goes; odkit purge-principals decides by the same function."""
    hit = spot.hit

    def goes(principal: Principal) -> bool:
        return principal.host is not None and host_key(principal.host) == hit.host and protected(principal) is None

    names = list(names_of(record.entry, record.path))
    own = next((p for raw, p, _ in names if decode(raw) == spot.text), None)
    if own is None or not goes(own):
        return Handling.REVIEW
    owner = owners.owner(record.entry)
    owner_goes = owner is not None and owner.kind == "Computers" and hit.host in {host_key(n.removesuffix("$")) for n in owner.names}
    shared = not all(goes(p) for _, p, _ in names)
    fate = fate_of(attribute.lower() == ALIASES.lower(), shared=shared, owned=owner is not None, owner_goes=owner_goes)
    return Handling.REVIEW if fate in {Fate.SHARED, Fate.OWNED} else Handling.DELETE


def _reference(record: Record, attribute: str, index: int, spot: Spot, line: int) -> Reference:
    inside, text, hit = spot
    decision = handling(record.kind, "cn" if attribute == "dn" else attribute)
    if _KEY_COMMENT.search(text, 0, hit.start):
        decision = Handling.KEEP
    elif hit.kind is HitKind.SHORT:
        decision = Handling.REVIEW
    elif hit.kind is HitKind.LKDC and decision is Handling.REWRITE:
        decision = Handling.HAND
    elif decision is Handling.REWRITE and not is_host(record.kind, attribute, inside, text, hit):
        decision = Handling.REVIEW  # a word that is spelled like the host: a folder, a share, the domain of a mail address
    before, after = text[max(0, hit.start - _AROUND) : hit.start], text[hit.end : hit.end + _AROUND]
    last = inside.rpartition("/")[2]
    if (
        is_secret_key(last)
        or mask_urls(text) != text
        or (not inside and sensitivity_of(attribute, text.encode("utf-8", "replace")) >= Sensitivity.PRIVATE)
    ):
        before, after = mask(before) if before else "", mask(after) if after else ""
    return Reference(
        hit.host, hit.kind, decision, record.dn, record.kind, attribute, index, escape(inside), escape(before),
        escape(text[hit.start : hit.end]), escape(after), record.path, line,
    )  # fmt: skip

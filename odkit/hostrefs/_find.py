"""`references`: every place of an export where a server's name, address or Local KDC stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from odkit.directory import Directory, Record
from odkit.dn import first_value
from odkit.findings import Finding
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import Hit, HitKind, Matcher
from odkit.hostrefs._places import Handling, handling
from odkit.hosts.addresses import AddressBook
from odkit.ldif import UnfetchedURL
from odkit.plist import PlistError, read
from odkit.redaction import is_private, is_secret, is_secret_key, mask, mask_urls
from odkit.text import decode, escape

__all__ = ["Reference", "References", "plist_strings", "references"]

_KEY_COMMENT = re.compile(r"[0-9]{40,} [^\s@]*@\Z")  # "1024 35 DIGITS root@" before a host
_AROUND = 60  # characters that are shown on each side of a hit


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that names a server.

    Attributes:
        host: the server, as it was asked for.
        kind: as what it is named.
        handling: what is to be done about it.
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
        """A member of ``references``."""
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


@dataclass(slots=True)
class References:
    """All places.

    Attributes:
        hosts: what was asked for.
        found: in the order of the export.
        findings: of reading.
    """

    hosts: list[str]
    found: list[Reference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def __iter__(self) -> Iterator[Reference]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)

    def counts(self) -> Counter[tuple[str, str]]:
        """Number of places by host and handling."""
        return Counter((each.host, each.handling.value) for each in self.found)

    def as_json(self) -> dict[str, Any]:
        """The object of schema ``odkit/references/1``."""
        hosts = {host: {h: n for (each, h), n in sorted(self.counts().items()) if each == host} for host in self.hosts}
        return {
            "schema": "odkit/references/1",
            "summary": {"hosts": hosts, "found": len(self.found)},
            "references": [each.as_json() for each in self.found],
            "findings": [f.as_json() for f in self.findings],
        }


def references(od: Directory, hosts: Iterable[str], *, addresses: Mapping[str, str] = {}) -> References:
    """Find every place where servers stand.

    Args:
        od: the export.
        hosts: full names, short names, addresses or Local KDC realms.  A full name is also sought by its short name and by the
            addresses that the export gives for it.
        addresses: host -> a further address.

    Raises:
        UsageError: not a host.
    """
    wanted = list(hosts)
    book = AddressBook([od], {})
    known: dict[str, Iterable[str]] = {host: book.addresses(host) for host in wanted}
    for host, address in addresses.items():
        known[host] = [*known.get(host, ()), address]
    matcher = Matcher(wanted, known)
    out = References(matcher.hosts)
    for record in od.records():
        out.found += _record(record, matcher)
    out.findings = list(od.findings)
    return out


def _record(record: Record, matcher: Matcher) -> Iterator[Reference]:
    names = {bytes(value) for each in ("cn", "uid") for value in record.attributes.get(each, ())}
    rdn = first_value(record.dn)
    if rdn.encode("utf-8", "surrogateescape") not in names and matcher.may_hold(rdn.encode("utf-8", "surrogateescape")):
        for hit in matcher.find(rdn):
            yield _reference(record, "dn", 0, "", rdn, hit, record.line)
    for attribute, values in record.attributes.items():
        for index, value in enumerate(values):
            if isinstance(value, UnfetchedURL):
                continue
            for inside, text in _texts(attribute, bytes(value), matcher):
                for hit in matcher.find(text):
                    yield _reference(record, attribute, index, inside, text, hit, record.entry.line_of(attribute, index))


def _texts(attribute: str, value: bytes, matcher: Matcher) -> Iterator[tuple[str, str]]:
    """The texts of a value: itself, or the strings of the property list that it is."""
    head = value.lstrip()[:6]
    if head.startswith((b"<?xml", b"<plist", b"bplist")):
        try:
            document = read(value)
        except PlistError:
            pass
        else:
            for root in (document.value, *document.more):
                yield from ((path, text) for path, text in plist_strings(root) if matcher.may_hold(text.encode("utf-8", "surrogatepass")))
            return
    if not is_secret(attribute) and matcher.may_hold(value):
        yield "", decode(value)


def plist_strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a property list, keys of dictionaries too, each with its path."""
    if isinstance(value, dict):
        for key, each in value.items():
            place = f"{path}/{key}"
            yield f"{place} (key)", key
            yield from plist_strings(each, place)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from plist_strings(each, f"{path}[{index}]")
    elif isinstance(value, str):
        yield path, value


def _reference(record: Record, attribute: str, index: int, inside: str, text: str, hit: Hit, line: int) -> Reference:
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
    if is_secret_key(last) or mask_urls(text) != text or (not inside and is_private(attribute, text.encode("utf-8", "replace"))):
        before, after = mask(before) if before else "", mask(after) if after else ""
    return Reference(
        hit.host, hit.kind, decision, record.dn, record.kind, attribute, index, escape(inside), escape(before),
        escape(text[hit.start : hit.end]), escape(after), record.path, line,
    )  # fmt: skip

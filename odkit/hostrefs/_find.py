"""`references`: finds every place of an export that holds a server's name, address or Local KDC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.dn import first_value
from odkit.findings import Finding
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import Hit, HitKind, Matcher
from odkit.hostrefs._places import Handling, handling
from odkit.hosts.addresses import AddressBook
from odkit.kerberos import Principal, protected
from odkit.kerberos.authdata import ALIASES, NAME, names_of
from odkit.kerberos.fates import Fate, RecordOwners, fate_of
from odkit.ldif import Entry, UnfetchedURL
from odkit.names import host_key
from odkit.patterns import regex
from odkit.plist import PlistError, read
from odkit.redaction import Sensitivity, is_secret_key, mask, mask_urls, sensitivity_of
from odkit.text import decode, escape

__all__ = ["Reference", "References", "plist_strings", "references"]

_KEY_COMMENT = regex(r"(?<![0-9])[0-9]{3,5} [0-9]{1,10} [0-9]+ [^\s@]*@\Z")  # "1024 35 DIGITS root@" before a host
_PRINCIPALS = frozenset({NAME.lower(), ALIASES.lower()})
_REALM_PLACES = frozenset({"authauthority", "altsecurityidentities", "apple-config-realname", "apple-kdc-configdata"})
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
    wanted = list(hosts)
    book = AddressBook([od], {})
    known: dict[str, Iterable[str]] = {host: book.addresses(host) for host in wanted}
    for host, address in addresses.items():
        known[host] = [*known.get(host, ()), address]
    matcher = Matcher(wanted, known)
    search = _Search(od, matcher, frozenset(realm for realm in (od.config.kdc_realm, od.config.client_realm, od.realm) if realm))
    found = tuple(each for record in od.records() for each in _record(record, search))
    return References(tuple(matcher.hosts), found, tuple(od.findings))


@dataclass(slots=True)
class _Search:
    """The names that are looked for, and what is needed to judge a place."""

    od: Directory
    matcher: Matcher
    realms: frozenset[str]
    _owners: RecordOwners | None = None

    def owner(self, entry: Entry) -> Record | None:
        """Return the record that an entry of cn=authdata belongs to."""
        if self._owners is None:
            self._owners = RecordOwners.of(self.od)
        return self._owners.find(entry)

    def is_realm(self, record: Record, attribute: str, inside: str, text: str, hit: Hit) -> bool:
        """Tell whether a hit is a realm and no host: a realm's default name is that of the domain's first master in capitals."""
        if text[hit.start : hit.end] not in self.realms or is_host(record.kind, attribute, inside, text, hit):
            return False
        if record.kind == "Config":
            return not any(f"/{key}" in inside for key in ("KDC_List", "KADM_List", "DNS"))
        return text[: hit.start].endswith("@") or attribute.partition(";")[0].lower() in _REALM_PLACES


def _record(record: Record, search: _Search) -> Iterator[Reference]:
    matcher = search.matcher
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
                    if search.is_realm(record, attribute, inside, text, hit):
                        continue
                    found = _reference(record, attribute, index, inside, text, hit, record.entry.line_of(attribute, index))
                    principal = attribute.lower() in _PRINCIPALS and found.handling is Handling.DELETE
                    yield replace(found, handling=_of_principal(record, attribute, text, hit, search)) if principal else found


def _of_principal(record: Record, attribute: str, text: str, hit: Hit, search: _Search) -> Handling:
    """Return what becomes of a principal in cn=authdata when its host goes; odkit purge-principals decides by the same function."""

    def goes(principal: Principal) -> bool:
        return principal.host is not None and host_key(principal.host) == hit.host and protected(principal) is None

    names = list(names_of(record.entry, record.path))
    own = next((p for raw, p, _ in names if decode(raw) == text), None)
    if own is None or not goes(own):
        return Handling.REVIEW
    owner = search.owner(record.entry)
    owner_goes = owner is not None and owner.kind == "Computers" and hit.host in {host_key(n.removesuffix("$")) for n in owner.names}
    shared = not all(goes(p) for _, p, _ in names)
    fate = fate_of(attribute.lower() == ALIASES.lower(), shared=shared, owned=owner is not None, owner_goes=owner_goes)
    return Handling.REVIEW if fate in {Fate.SHARED, Fate.OWNED} else Handling.DELETE


def _texts(attribute: str, value: bytes, matcher: Matcher) -> Iterator[tuple[str, str]]:
    """Yield the texts of a value: itself, or the strings of the property list that it is."""
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
    if sensitivity_of(attribute) is not Sensitivity.SECRET and matcher.may_hold(value):
        yield "", decode(value)


def plist_strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every string of a property list, keys of dictionaries too, each with its path."""
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

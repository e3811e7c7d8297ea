"""Where servers are named, the plain way: every value of every record, one host after the other, by the regular expression for its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import odkit
from odkit.dn import first_value
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import Hit, HitKind
from odkit.hosts.addresses import AddressBook
from odkit.ldif import UnfetchedURL
from odkit.names import address_of, idn_twin, is_fqdn, is_label, short_name
from odkit.values.texts import texts_of_value

BEFORE, AFTER = r"(?<![A-Za-z0-9_.\-])", r"(?![A-Za-z0-9_\-])(?!\.[A-Za-z0-9])"
BEFORE_IPV6, AFTER_IPV6 = r"(?<![A-Za-z0-9_.:\-])", r"(?![A-Za-z0-9_:\-])(?!\.[A-Za-z0-9])"


def words_of(host: str, addresses: Iterable[str]) -> dict[str, HitKind]:
    if host.startswith("LKDC:"):
        return {host.lower(): HitKind.LKDC}
    words = {}
    if address_of(host) is not None:
        words[str(address_of(host))] = HitKind.ADDRESS
    elif is_fqdn(host):
        words = {host: HitKind.FQDN}
    words.setdefault(short_name(host), HitKind.SHORT) if is_fqdn(host) or is_label(host) else None
    for each in addresses:
        words.setdefault(each.lower(), HitKind.ADDRESS)
    return words


def pattern(host: str, word: str) -> str:
    if is_label(host) and word == host:
        return f"{BEFORE}{re.escape(word)}(?:\\.[A-Za-z0-9_\\-]+)*{AFTER}"
    six = ":" in word and not word.startswith("lkdc:")
    return f"{BEFORE_IPV6 if six else BEFORE}{re.escape(word)}{AFTER_IPV6 if six else AFTER}"


def find(host: str, addresses: Iterable[str], text: str) -> list[Hit]:
    """All places of one host in a text."""
    words = words_of(host, addresses)
    hits = []
    found = re.compile("|".join(pattern(host, w) for w in sorted(words, key=len, reverse=True)), re.IGNORECASE | re.ASCII)
    for match in found.finditer(text):
        kind = words.get(match[0].lower()) or HitKind.SHORT
        hits.append(Hit(host, kind, match.start(), match.end()))
    if "xn--" in host:
        for match in re.finditer(r"[\w.\-\u0300-\u036f]+", text):
            name = match[0].rstrip(".")
            if not name.isascii() and len(name) < 254 and idn_twin(name) in words:
                hits.append(Hit(host, HitKind.IDN, match.start(), match.start() + len(name)))
    return sorted(hits, key=lambda hit: hit.start)


def references(od: odkit.Directory, host: str) -> Iterator[tuple[int, str, str, int, str, str, Hit]]:
    """Every place of one host: the record's id and type, attribute, index of the value, path inside it, hit."""
    addresses = AddressBook([od], {}).addresses(host)
    realms = {od.config.kdc_realm, od.config.client_realm, od.realm}
    for record in od.records():
        names = {bytes(value) for each in ("cn", "uid") for value in record.attributes.get(each, ())}
        rdn = first_value(record.dn)
        values: list[tuple[str, int, bytes, tuple[tuple[str, str], ...]]] = [
            ("dn", 0, rdn.encode("utf-8", "surrogateescape"), (("", rdn),))
        ]
        if values[0][2] in names:
            values.clear()
        for attribute, each in record.attributes.items():
            for index, value in enumerate(each):
                if not isinstance(value, UnfetchedURL):
                    values.append((attribute, index, bytes(value), texts_of_value(attribute, bytes(value))))
        for attribute, index, _, texts in values:
            for inside, text in texts:
                for hit in find(host, addresses, text):
                    name = attribute.partition(";")[0].lower()
                    if attribute != "dn" and text[hit.start : hit.end] in realms and not is_host(record.kind, attribute, inside, text, hit):
                        if record.kind == "Config":
                            if not any(f"/{key}" in inside for key in ("KDC_List", "KADM_List", "DNS")):
                                continue
                        elif text[: hit.start].endswith("@") or name in {
                            "authauthority", "altsecurityidentities", "apple-config-realname", "apple-kdc-configdata",
                        }:  # fmt: skip
                            continue
                    yield record.record_id, record.kind, attribute, index, inside, text, hit

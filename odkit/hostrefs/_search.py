"""Searching an export for servers: which records can name one, and every place of a record that does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from odkit.directory import Directory, Record, Stretch
from odkit.dn import first_value
from odkit.hostrefs._hosts import is_host
from odkit.hostrefs._match import Hit, Matcher, host_of
from odkit.hostrefs._sieve import Sieve
from odkit.hosts.addresses import AddressBook
from odkit.ldif import UnfetchedURL
from odkit.namedtuple import NamedTuple
from odkit.values.texts import Texts

if TYPE_CHECKING:
    from odkit.hostrefs._lines import NamingLines
    from odkit.hostrefs._walk import Hits

__all__ = ["Naming", "Search", "Spot"]

_REALM_PLACES = frozenset({"authauthority", "altsecurityidentities", "apple-config-realname", "apple-kdc-configdata"})


class Spot(NamedTuple):
    """Where a server is named in a value.

    Attributes:
        inside: path inside a property list, "" for a plain value.
        text: the value, or the string of the property list.
        hit: in that text.
    """

    inside: str
    text: str
    hit: Hit


class Naming(NamedTuple):
    """A record that can name a server.

    Attributes:
        number: its id.
        kind: its type, as dscl spells it; None for one whose DN occurs twice, or cannot be read.
        hits: where it can name one; None where it must be parsed to know.
        path: of the export.
    """

    number: int
    kind: str | None
    hits: Hits | None
    path: str


class Search:
    """Where servers are named in an export.

    Args:
        od: the export.
        hosts: see `Matcher`.
        addresses: host -> further addresses, beside those that the export gives.

    Attributes:
        matcher: finds their names.
        sieve: tells what cannot name them.
        realms: of the domain, which are spelled like hosts and are none.

    Raises:
        UsageError: not a host.
    """

    def __init__(self, od: Directory, hosts: Iterable[str], addresses: Mapping[str, Iterable[str]] = {}) -> None:
        wanted = [host_of(host) for host in hosts]
        book = AddressBook([od], {})
        known: dict[str, list[str]] = {host: sorted(book.addresses(host)) for host in wanted}
        for host, found in addresses.items():
            known.setdefault(host_of(host), []).extend(found)
        self.matcher = Matcher(wanted, known)
        self._od = od
        self._texts = Texts()
        self.sieve = Sieve(self.matcher, self._texts)
        self.realms = frozenset(realm for realm in (od.config.kdc_realm, od.config.client_realm, od.realm) if realm)

    @cached_property
    def lines(self) -> NamingLines:
        """What finds the lines that can name one of them."""
        from odkit.hostrefs._lines import NamingLines  # which a map of all hosts does not need

        return NamingLines(self.sieve, self._od)

    def named(self, stretch: Stretch, kinds: Sequence[str | None]) -> Iterator[Naming]:
        """Yield the records of a stretch that can name one of them, in their order.

        Args:
            stretch: the records.
            kinds: types of all records of the export.
        """
        if not self.matcher.words:
            return
        found = self.lines.of(stretch)
        if found is None:
            found = ((place, None) for place in self._places_of(stretch.raws))
        first, path = stretch.numbers[0], stretch.make.path
        for place, hits in found:
            yield Naming(first + place, kinds[first + place], hits, path)

    def _places_of(self, raws: list[bytes]) -> Iterator[int]:
        """Yield the places of the records that can name one of them, or must be parsed to know."""
        may_name = self.sieve.records
        if may_name(b"\n".join(raws)):
            yield from (place for place, raw in enumerate(raws) if may_name(raw))

    def places(self, record: Record) -> Iterator[tuple[str, int, Spot]]:
        """Yield every place of a record that names one of them: attribute ("dn" for its own name), index of the value, and where."""
        for spot in self.in_name(record):
            yield "dn", 0, spot
        for attribute, values in record.attributes.items():
            for index, value in enumerate(values):
                if not isinstance(value, UnfetchedURL):
                    for spot in self.in_value(record.kind, attribute, bytes(value)):
                        yield attribute, index, spot

    def in_name(self, record: Record) -> Iterator[Spot]:
        """Yield where the name of a record names one of them; what its attributes give, too, is found there."""
        rdn = first_value(record.dn)
        raw = rdn.encode("utf-8", "surrogateescape")
        if self.sieve.text(raw) and raw not in {bytes(value) for each in ("cn", "uid") for value in record.attributes.get(each, ())}:
            for hit in self.matcher.find(rdn):
                yield Spot("", rdn, hit)

    def in_value(self, kind: str, attribute: str, value: bytes) -> Iterator[Spot]:
        """Yield where a value names one of them.

        Args:
            kind: of the record, as dscl spells it.
            attribute: description.
            value: as it is in the directory.
        """
        if not self.sieve.value(value):
            return
        for inside, text in self._texts.of(attribute, value):
            for hit in self.matcher.find(text):
                if not self._is_realm(kind, attribute, inside, text, hit):
                    yield Spot(inside, text, hit)

    def _is_realm(self, kind: str, attribute: str, inside: str, text: str, hit: Hit) -> bool:
        """Tell whether what was found is a realm: a domain's is its master's first name in capitals by default, and no host."""
        if text[hit.start : hit.end] not in self.realms or is_host(kind, attribute, inside, text, hit):
            return False
        if kind == "Config":
            return not any(f"/{key}" in inside for key in ("KDC_List", "KADM_List", "DNS"))
        return text[: hit.start].endswith("@") or attribute.partition(";")[0].lower() in _REALM_PLACES

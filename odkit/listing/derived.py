"""Hosts, principals and policies as a list shows them: what stands in several records, or in none of its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, Literal

from odkit.dataclass import dataclass
from odkit.directory import Record
from odkit.errors import InputError
from odkit.hostrefs import HostMap, host_map
from odkit.hosts import HostVerdict, judge_hosts
from odkit.listing.model import Column, Kind, Sources
from odkit.listing.records import by_name
from odkit.mcx import Settings, shown_value
from odkit.text import decode
from odkit.values.password import own_principal
from odkit.values.principal import Principal, parse_principal

__all__ = ["HOSTS", "MANAGED", "POLICIES", "PRINCIPALS", "setting_value"]


@dataclass(frozen=True, slots=True)
class _Host:
    verdict: HostVerdict
    places: int
    homes: int
    mounts: int


def _hosts(sources: Sources) -> Iterator[_Host]:
    verdicts = judge_hosts(sources.od, retire=sources.retire)
    found: HostMap = host_map(sources.od)
    places = dict(found.hosts())
    by_type: Counter[tuple[str, str]] = Counter()
    for (kind, attribute, host), count in found.edges.items():
        by_type[host, "home" if attribute.lower() in {"homedirectory", "apple-user-homeurl"} and kind == "Users" else kind] += count
    for host in sorted({*verdicts, *places}):
        verdict = verdicts.get(host)
        if verdict is not None:
            yield _Host(verdict, places.get(host, 0), by_type[host, "home"], by_type[host, "Mounts"])


HOSTS: Final[Kind[_Host]] = Kind(
    "hosts",
    "hosts that the export names",
    _hosts,
    by_name(
        [
            Column("host", "its name", lambda host: host.verdict.host, is_host=True),
            Column("verdict", "live, stale, review or unknown", lambda host: host.verdict.verdict.value),
            Column("why", "the deciding piece of evidence", lambda host: host.verdict.why),
            Column("places", "number of places that name it", lambda host: host.places),
            Column("homes", "number of values of users' homes that name it", lambda host: host.homes),
            Column("mounts", "number of values of mounts that name it", lambda host: host.mounts),
            Column("addresses", "all that the export gives for it", lambda host: tuple(sorted(host.verdict.addresses))),
        ]
    ),
    needs=("homes",),
)


@dataclass(frozen=True, slots=True)
class _Name:
    """A principal: its parts, as text, and where it stands."""

    text: str
    principal: Principal | None
    kvno: int | None
    enctypes: tuple[str, ...]
    path: str
    line: int | None
    record: str | None


def _principals(sources: Sources) -> Iterator[_Name]:
    """Yield principals of the lists that were given; without one, those that users and computers of the export claim."""
    for inventory in sources.inventories:
        for row in inventory.listed:
            text = decode(bytes(row.principal))
            yield _Name(text, row.principal, row.kvno, row.enctypes, inventory.path, row.line, row.record)
    if sources.inventories:
        return
    od = sources.od
    for records in (od.users, od.computers):
        for record in records:
            name = own_principal(record.name, record.password, od.realm)
            if name is not None:
                yield _Name(name, _parsed(name), None, (), record.path, record.line, record.dn)


def _parsed(text: str) -> Principal | None:
    try:
        return parse_principal(text)
    except InputError:
        return None


def _part(principal: Principal | None, part: Literal["service", "host", "realm_name"]) -> str | None:
    """Return a part of a principal as text; None for a text that is no principal, and where it has no such part."""
    found: str | None = None if principal is None else getattr(principal, part)
    return found


PRINCIPALS: Final[Kind[_Name]] = Kind(
    "principals",
    "principals of the lists given with --principals; without one, those that the export's accounts claim",
    _principals,
    by_name(
        [
            Column("principal", "its name with its realm", lambda name: name.text),
            Column("service", "first of two components", lambda name: _part(name.principal, "service")),
            Column("host", "second of two components", lambda name: _part(name.principal, "host"), is_host=True),
            Column("realm", "its realm", lambda name: _part(name.principal, "realm_name")),
            Column("kvno", "version of its newest keys, where the list tells it", lambda name: name.kvno),
            Column("enctypes", "encryption types of its keys, where the list tells them", lambda name: name.enctypes),
            Column("record", "the record that claims it", lambda name: name.record, usual=False),
            Column("file", "the file that it is in", lambda name: name.path, usual=False),
            Column("line", "its line in the file", lambda name: name.line, usual=False),
        ]
    ),
)


@dataclass(frozen=True, slots=True)
class _Policy:
    record: Record
    settings: Settings
    key: str
    value: Any


MANAGED = ("Users", "Groups", "Computers", "ComputerLists", "ComputerGroups")


def _policies(sources: Sources) -> Iterator[_Policy]:
    managed: list[bool] = sources.od.column("managed")
    for kind in MANAGED:
        for record_id in sources.od.record_ids(kind):
            if managed[record_id]:
                record = sources.od.view(record_id, kind)
                for settings in record.mcx.settings():
                    for key, value in sorted(settings.keys.items()):
                        yield _Policy(record, settings, key, value)


def setting_value(value: object, key: str) -> bool | int | str:
    """Return the value of a key in short: numbers and texts as they are, collections as JSON; all below a secret key as its length."""
    found = shown_value(value, key)
    if isinstance(found, (bool, int, str)):
        return found
    return json.dumps(found, ensure_ascii=False, default=str, sort_keys=True)


POLICIES: Final[Kind[_Policy]] = Kind(
    "policies",
    "settings (MCX), one row for each key",
    _policies,
    by_name(
        [
            Column("record", "short name of the record that has it", lambda policy: policy.record.name),
            Column("type", "type of the record", lambda policy: policy.record.kind),
            Column("domain", "domain of the setting", lambda policy: policy.settings.domain),
            Column("key", "its key", lambda policy: policy.key),
            Column("frequency", "always, once or often", lambda policy: policy.settings.frequency),
            Column("value", "its value; secrets as their length", lambda policy: setting_value(policy.value, policy.key)),
            Column("dn", "DN of the record", lambda policy: policy.record.dn, usual=False),
            Column("line", "line of the record in the export", lambda policy: policy.record.line, usual=False),
        ]
    ),
    needs=("managed",),
)

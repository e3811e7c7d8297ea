"""A value that the library gives away cannot be changed under another reader of it, however deep it is looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

import odkit
from conftest import MART
from odkit.hostrefs import host_map
from odkit.kerberos.fates import RecordOwners
from odkit.kerberos.kdclog import read_kdc_log
from odkit.passwords import read_slots
from odkit.purge.options import PurgeOptions
from odkit.values.slot import SlotID

_LOG = b"Nov 19 08:12:31 kdc krb5kdc[9](info): TGS_REQ (4 etypes {18}) 10.0.1.5: ISSUE: authtime 1, etypes {rep=18}, ann@R for host/h@R\n"
_BEFORE, _AFTER = MART / "before" / "export.ldif", MART / "after" / "export.ldif"


def changeable(value: object, path: str, seen: set[int]) -> Iterator[str]:
    """Paths of lists, dicts and sets inside a value; a directory, its records and entries read more when they are asked."""
    if id(value) in seen or isinstance(value, odkit.Directory | odkit.ldif.Entry):
        return
    seen.add(id(value))
    if isinstance(value, list | dict | set | bytearray):
        yield path
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if not each.name.startswith("_"):
                yield from changeable(getattr(value, each.name), f"{path}.{each.name}", seen)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from changeable(each, f"{path}[{key!r}]", seen)
    elif isinstance(value, tuple | frozenset):
        for each in value:
            yield from changeable(each, f"{path}[]", seen)


VALUES: dict[str, Callable[[], Any]] = {
    "the log of a KDC": lambda: read_kdc_log(_LOG),
    "a list of slots": lambda: read_slots(f"{SlotID('0x' + '1' * 32).digits} 0x{'1' * 32} ann\n".encode()),
    "a map of hosts": lambda: host_map(odkit.open(_AFTER)),
    "the owners of password records": lambda: RecordOwners.of(odkit.open(_AFTER)),
    "an inventory": lambda: odkit.read_principals(b"host/h@R\nkrbtgt/R@R\n"),
    "options of a plan": lambda: PurgeOptions(addresses={"h.example.com": "10.0.0.1"}, aliases={"a": "b"}),
    "a plan": lambda: odkit.plan_purge(odkit.open(_AFTER), [odkit.read_principals(MART / "after" / "listprincs.txt")]),
    "references": lambda: odkit.references(odkit.open(_AFTER), ["xserve.medicalmart.example.com"]),
    "a difference": lambda: odkit.diff(_BEFORE, _AFTER),
    "what nobody judged": lambda: odkit.verify(odkit.open(_BEFORE), odkit.open(_AFTER)).not_judged,
}


@pytest.mark.parametrize("make", VALUES.values(), ids=list(VALUES))
def test_nothing_in_it_can_be_changed(make: Callable[[], Any]) -> None:
    assert list(changeable(make(), "", set())) == []


def test_a_planted_list_is_found() -> None:
    assert list(changeable(({"a": [1]},), "", set())) == ["[]", "[]['a']"]

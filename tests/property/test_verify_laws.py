"""A verdict claims what was compared: no single change of a record passes `verify` by without a word."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import odkit
from conftest import MART, effort
from odkit import ldif
from odkit.ldif import Attributes, Entry

# GUIDs, names, numbers, homes, mail, memberships, addresses, keys, authorities, policies and MCX: here "not judged" is no answer
TOLD = frozenset(
    [
        "apple-generateduid",
        "uid",
        "cn",
        "apple-realname",
        "uidnumber",
        "gidnumber",
        "homedirectory",
        "apple-user-homeurl",
        "apple-group-homeurl",
        "loginshell",
        "mail",
        "apple-user-mailattribute",
        "memberuid",
        "apple-group-memberguid",
        "apple-group-nestedgroup",
        "apple-computers",
        "iphostnumber",
        "macaddress",
        "authauthority",
        "apple-user-passwordpolicy",
        "apple-mcxsettings",
        "apple-mcxflags",
        "draft-krbkeyset",
        "cmusaslsecretdigest-md5",
        "cmusaslsecretcram-md5",
        "cmusaslsecretsmbnt",
    ]
)
_EACH = 2  # records of each container


@cache
def entries() -> tuple[Entry, ...]:
    """Some records of each container of a domain of 10.8, and the entries of their passwords."""
    found: dict[str, list[Entry]] = {}
    for name in ("export.ldif", "authdata.ldif"):
        for entry in ldif.read(MART / "lion" / name):
            assert isinstance(entry, Entry)
            found.setdefault(entry.dn.partition(",")[2], []).append(entry)
    return tuple(Entry(each.dn, _few(each.attributes)) for below in found.values() for each in below[: _EACH if len(below) > 30 else 6])


def _few(attributes: Attributes) -> Attributes:
    """With few members: most of them are not in the small export."""
    return Attributes({name: values[:_EACH] if name.lower() != "objectclass" else values for name, values in attributes.items()})


def dumped(records: list[Entry]) -> bytes:
    return ldif.dump(records)


@cache
def unchanged() -> tuple[odkit.Directory, frozenset[tuple[str, str, str]]]:
    """The export, and what is said of it when nothing changed but a comment."""
    data = dumped(list(entries()))
    od = odkit.open(data)
    report = odkit.verify(od, odkit.open(b"# another file\n\n" + data))
    assert report.summary["not_judged"] == {"changes": 0, "attributes": {}, "records": {}}
    return od, frozenset((f.code, f.subject, f.message) for f in report.findings)


def told(changed: list[Entry]) -> tuple[list[tuple[str, str, str]], dict[str, Any]]:
    """What is said of a change that is not said without it, and what is not judged."""
    od, before = unchanged()
    report = odkit.verify(od, odkit.open(dumped(changed)))
    return [each for f in report.findings if (each := (f.code, f.subject, f.message)) not in before], report.summary["not_judged"]


def other(value: bytes) -> bytes:
    """Another value of about the same form."""
    for index in range(len(value) - 1, -1, -1):
        if value[index : index + 1].isalnum():
            return value[:index] + (b"7" if value[index : index + 1] != b"7" else b"8") + value[index + 1 :]
    return value + b"7"


PLACES = st.builds(lambda n, m: (n, m), st.integers(0, 10_000), st.integers(0, 10_000))


@effort(40)
@given(
    place=PLACES, change=st.sampled_from(["drop the attribute", "drop a value", "change a value", "add a value"]), seed=st.integers(0, 99)
)
def test_every_change_of_an_attribute_is_told_or_named_among_what_was_not_judged(place: tuple[int, int], change: str, seed: int) -> None:
    records = list(entries())
    index = place[0] % len(records)
    names = list(records[index].attributes)
    name = names[place[1] % len(names)]
    attributes = Attributes({each: list(values) for each, values in records[index].attributes.items()})
    values = attributes[name]
    at = seed % len(values)
    if change == "drop the attribute" or (change == "drop a value" and len(values) == 1):
        del attributes[name]
    elif change == "drop a value":
        del values[at]
    elif change == "change a value":
        values[at] = other(values[at])
    else:
        values.append(other(values[at]))
    records[index] = Entry(records[index].dn, attributes)
    findings, unjudged = told(records)
    assert findings or unjudged["changes"] or unjudged["records"]
    if name.partition(";")[0].lower() in TOLD:
        assert findings, f"{change} of {name} of {records[index].dn}"


@effort(12)
@given(index=st.integers(0, 10_000))
def test_every_record_that_goes_or_comes_is_told_or_named(index: int) -> None:
    records = list(entries())
    gone = records.pop(index % len(records))
    findings, unjudged = told(records)
    assert findings or unjudged["records"]
    kind = gone.dn.partition(",")[2].partition(",")[0].lower()
    if kind in {"cn=users", "cn=groups", "cn=computers", "cn=computer_groups", "cn=mounts", "cn=config"} and "authdata" not in gone.dn:
        assert findings

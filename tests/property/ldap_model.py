"""A directory server in a few lines, strict: what slapd would refuse raises."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.dn import DN, dn_key, parse_dn
from odkit.ldif import ChangeRecord, Entry

State = dict[str, dict[str, list[bytes]]]


def state(entries: Iterable[Entry]) -> State:
    """Entries by normal form of the DN; attributes in lower case, values sorted."""
    out: State = {}
    for entry in entries:
        values: dict[str, list[bytes]] = {}
        for name, each in entry.attributes.items():
            values.setdefault(name.lower(), []).extend(each)
        out[key(entry.dn)] = {name: sorted(each) for name, each in values.items() if each}
    return out


def key(dn: str) -> str:
    found = dn_key(dn)
    assert found is not None, dn
    return found


def parent(dn: str) -> str:
    return DN(parse_dn(dn).rdns[1:]).key


def apply(changes: Iterable[ChangeRecord], start: State) -> State:
    """Apply change records in order.

    Raises:
        AssertionError: what a server would refuse.
    """
    now = {dn: {name: list(values) for name, values in each.items()} for dn, each in start.items()}
    for change in changes:
        own = key(change.dn)
        if change.changetype == "add":
            assert own not in now, f"entryAlreadyExists {own}"
            assert parent(change.dn) in now or len(own.split(",")) == 1, f"noSuchObject {parent(change.dn)}"
            assert change.attributes is not None
            now[own] = {name.lower(): list(values) for name, values in change.attributes.items() if values}
            continue
        assert own in now, f"noSuchObject {own}"
        if change.changetype == "delete":
            assert not any(other != own and other.endswith("," + own) for other in now), f"notAllowedOnNonLeaf {own}"
            del now[own]
        elif change.changetype == "modrdn":
            _rename(now, own, change)
        else:
            _modify(now[own], change)
    return {dn: {name: sorted(values) for name, values in each.items() if values} for dn, each in now.items()}


def _rename(now: State, own: str, change: ChangeRecord) -> None:
    assert not any(other != own and other.endswith("," + own) for other in now), f"notAllowedOnNonLeaf {own}"
    above = change.newsuperior if change.newsuperior is not None else parent(change.dn)
    assert key(above) in now, f"noSuchObject {above}"
    new = key(f"{change.newrdn},{above}")
    assert new == own or new not in now, f"entryAlreadyExists {new}"
    entry = now.pop(own)
    if change.deleteoldrdn:
        for name, value in parse_dn(change.dn).rdns[0]:
            entry[name.lower()].remove(value.encode())
    for name, value in parse_dn(change.newrdn or "").rdns[0]:
        if value.encode() not in entry.setdefault(name.lower(), []):
            entry[name.lower()].append(value.encode())
    now[new] = entry


def _modify(entry: dict[str, list[bytes]], change: ChangeRecord) -> None:
    for each in change.changes:
        held = entry.setdefault(each.attribute.lower(), [])
        if each.op == "replace":
            held[:] = each.values
        elif each.op == "add":
            for value in each.values:
                assert value not in held, f"attributeOrValueExists {each.attribute}"
                held.append(value)
        elif not each.values:
            assert held, f"noSuchAttribute {each.attribute}"
            held.clear()
        else:
            for value in each.values:
                assert value in held, f"noSuchAttribute {each.attribute}"
                held.remove(value)
    for name, own in parse_dn(change.dn).rdns[0]:
        assert own.encode() in entry.get(name.lower(), []), f"namingViolation {change.dn}"

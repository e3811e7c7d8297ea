"""`odkit references`, `odkit purge-principals` and `references --rewrite-to` agree on what becomes of each place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build_authdata as lion
import odkit
from build import REALM, authority, computer, config, mount, od, tree, user
from conftest import FIXTURES, effort, in_turn
from odkit.hostrefs import Handling, Reference, known_hosts, plan_rewrite
from odkit.kerberos.authdata import ALIASES, NAME
from odkit.kerberos.fates import RecordOwners
from odkit.ldif import Entry
from property.drawn_exports import Draw
from property.strategies import TOGETHER, a_seed, together

NEW = "new.example.net"
GOES, MOVES = {Handling.DELETE, Handling.EITHER}, {Handling.REWRITE, Handling.EITHER}


def value_of(domain: odkit.Directory, place: Reference) -> bytes:
    record = domain.get(place.dn)
    assert record is not None
    return b"" if place.attribute == "dn" else bytes(record.attributes[place.attribute][place.index])


def check_purge(domain: odkit.Directory, hosts: list[str], places: list[Reference]) -> None:
    """What references calls delete, the purge deletes; and it deletes no other place."""
    try:
        plan = odkit.plan_purge(domain, retire=hosts, options=odkit.PurgeOptions(allow_large=True, accept_incomplete=True))
    except odkit.OdkitError:
        assert not any(each.handling in GOES for each in places)
        return
    changes = [*plan.records, *plan.authdata]
    whole = {change.entry.dn for change in changes if change.attribute is None}
    values = {(change.entry.dn, str(change.attribute).lower(), change.value) for change in changes if change.attribute is not None}
    principals = {deletion.text for deletion in plan.delete}
    owners = RecordOwners.of(domain)
    for each in places:
        value = value_of(domain, each)
        goes = each.dn in whole or (each.dn, each.attribute.lower(), value) in values
        if each.attribute in {NAME, ALIASES} and value in principals:
            record = domain.get(each.dn)
            owner = owners.find(record.entry) if record is not None else None
            goes = goes or (owner is not None and owner.dn in whole)
        assert (each.handling in GOES) is goes, (hosts, each)
        if each.usual in GOES and not goes and each.handling is not Handling.KEEP:
            assert each.why, "a place that stays against the rule says why"


def check_rewrite(domain: odkit.Directory, host: str, places: list[Reference]) -> None:
    """What references calls rewrite, --rewrite-to rewrites; and it touches no other place."""
    plan = plan_rewrite(domain, host, NEW, accept_incomplete=True)
    made = {(change.record.dn, value.attribute.lower(), value.old) for change in plan.records for value in change.values}
    made |= {(change.record.dn, name, b"") for change in plan.records if change.renamed for name in ("cn", "dn")}
    for each in places:
        mounted = each.type == "Mounts" and each.attribute.lower() in {"cn", "dn"}
        place = (each.dn, each.attribute.lower(), b"" if mounted else value_of(domain, each))
        if each.handling in MOVES:
            assert place in made, each
        elif mounted:
            continue  # a further name of a mount that is renamed
        elif place in made:  # another place of that value moves
            same = [p for p in places if (p.dn, p.attribute, p.index) == (each.dn, each.attribute, each.index)]
            assert any(p.handling in MOVES for p in same)


def check(domain: odkit.Directory, hosts: list[str]) -> None:
    for host in hosts:
        places = [*odkit.references(domain, [host])]
        if any(domain.get(each.dn) is None for each in places):
            continue
        check_purge(domain, [host], places)
        if "." in host and not host[-1].isdigit() and host != NEW:
            check_rewrite(domain, host, places)


@pytest.mark.whole
@pytest.mark.parametrize("folder", FIXTURES)
def test_fixtures(folder: str) -> None:
    for path in in_turn(FIXTURES[folder]):
        try:
            domain = odkit.open(path)
        except odkit.InputError:
            continue
        hosts = known_hosts(domain)
        check(domain, [*hosts[:2], *(host for host in hosts[2:] if "xserve-hq" in host)][:4])


OLD, LIVE = "old.example.com", "files.example.com"
LKDC = "LKDC:SHA1." + "B" * 40
PARTS = [
    [computer(f"{OLD}$", authAuthority=authority(), description=f"{LKDC}$", labeledURI=f"http://{OLD}/"), computer(f"{LKDC}$")],
    [computer("old$", apple_realname=OLD, ipHostNumber="192.0.2.7")],
    [computer("old$")],
    [computer(f"{OLD}$", LIVE)],
    [computer(f"{LIVE}$", description=f"{OLD}$,x", macAddress="00:11:22:33:44:55"), computer(f"{OLD}$", macAddress="00:11:22:33:44:55")],
    [mount(OLD)],
    [mount(OLD), mount(LIVE)],
    [Entry("cn=two,cn=mounts,dc=example,dc=com", {"cn": [f"{OLD}:/A".encode(), f"{LIVE}:/B".encode()], "mountOption": [f"url==afp://{OLD}/A".encode()]})],
    [user("ann", OLD)],
    [user("ann", LIVE)],
    [user("bob", "192.0.2.7"), user("eve", "old")],
    [tree("od.example.com", gone=[OLD])],
    [tree("od.example.com", old_example_com="192.0.2.7")],
    [config("ldapreplicas", apple_ldap_replica=[f"ldap://{OLD}".encode()])],
    [Entry("cn=lab,cn=computer_lists,dc=example,dc=com", {"cn": [b"lab"], "apple-computers": [f"{OLD}$".encode(), OLD.encode(), b"old$"]})],
    [Entry("cn=g,cn=groups,dc=example,dc=com", {"cn": [b"g"], "memberUid": [f"{OLD}$".encode(), OLD.encode()], "description": [OLD.encode()]})],
    [Entry(f"cn={OLD},cn=machines,dc=example,dc=com", {"cn": [OLD.encode()], "ipHostNumber": [b"192.0.2.7"]})],
    [Entry("cn=p,cn=printers,dc=example,dc=com", {"cn": [b"p"], "apple-printer-lprhost": [OLD.encode()]})],
    [computer("evil\n$", OLD), computer(f"{OLD}$", apple_realname="\u202e")],
    [Entry("cn=one,cn=users,cn=authdata", {"cn": [b"one"], NAME: [f"host/{OLD}@{REALM}".encode()], ALIASES: [f"afp/{OLD}@{REALM}".encode(), b"odd"]})],
    [Entry("cn=two,cn=users,cn=authdata", {"cn": [b"two"], NAME: [f"host/{OLD}@{REALM}".encode()], ALIASES: [f"host/{LIVE}@{REALM}".encode()]})],
    [Entry("cn=three,cn=users,cn=authdata", {"cn": [b"three"], NAME: [f"host/{LIVE}@{REALM}".encode()], ALIASES: [f"vnc/{OLD}@{REALM}".encode()]})],
]  # fmt: skip


@given(st.lists(st.sampled_from(range(len(PARTS))), unique=True, max_size=8), st.sampled_from([OLD, LIVE, "old", "192.0.2.7"]))
@effort(80)
def test_generated_domains(parts: list[int], host: str) -> None:
    entries = {entry.dn: entry for part in parts for entry in PARTS[part]}
    domain = od(*entries.values())
    check(domain, [host])


@pytest.mark.parametrize("hosts", [["old.example.com"], ["old.example.com", "od.example.com"]])
def test_principals_of_the_directory(hosts: list[str]) -> None:
    domain = odkit.open(lion.main(), lion.auth())
    places = [*odkit.references(domain, hosts)]
    check_purge(domain, hosts, places)
    assert {each.handling for each in places if each.attribute == NAME}


def test_a_live_server_is_not_deleted() -> None:
    domain = od(computer(f"{OLD}$"), user("ann", OLD))
    [one, other] = odkit.references(domain, [OLD])
    assert (one.handling, other.handling) == (Handling.REVIEW, Handling.REWRITE)
    assert one.why == "serves 1 home reference of users (<bytes>:14)"


@given(together(lambda rng: (a_seed(rng), rng.choice(["users", "groups", "mounts", "printers", "resources"]))))
@effort(150, TOGETHER)
def test_rewriting_changes_the_name_and_every_other_byte_stays(cases: list[tuple[int, str]]) -> None:
    for seed, container in in_turn(cases):
        check_every_other_byte(seed, container)


def check_every_other_byte(seed: int, container: str) -> None:
    draw = Draw(seed)
    values = {
        name: [draw.value().replace(b"\0", b"") for _ in range(2)]
        for name in (
            "labeledURI",
            "homeDirectory",
            "apple-user-homeurl",
            "mountOption",
            "apple-mcxsettings",
            "smbHome",
            "automountInformation",
        )
    }
    domain = od(Entry(f"cn=one,cn={container},dc=example,dc=com", {"cn": [b"one"], **values}))
    name = re.compile(rb"(?i)srv\.example\.com")
    for change in plan_rewrite(domain, "srv.example.com", NEW).records:
        for each in change.values:
            before, after = name.split(each.old), re.split(rb"(?i)srv\.example\.com|new\.example\.net", each.new)
            assert before == after
            assert len(name.findall(each.new)) < len(name.findall(each.old))


def test_other_names_of_a_server_stand_under_review() -> None:
    """Its short name, its addresses, and the letters of an xn--... name may be another server's: nothing decides by them, nothing passes them over."""
    host = "xn--bcher-kva.example.com"
    text = "afp://bücher.example.com/ afp://192.0.2.7/ afp://xn--bcher-kva/ afp://xn--bcher-kva.example.com/"
    domain = od(
        computer(f"{host}$", ipHostNumber="192.0.2.7"),
        Entry("cn=g,cn=groups,dc=example,dc=com", {"cn": [b"g"], "labeledURI": [text.encode()]}),
    )
    for asked in (host, "bücher.example.com", "BÜCHER.example.com."):
        places = [each for each in odkit.references(domain, [asked]) if each.type == "Groups"]
        assert [(each.host, each.kind.value, each.handling) for each in places] == [
            (host, "idn", Handling.REVIEW), (host, "address", Handling.REVIEW), (host, "short", Handling.REVIEW), (host, "fqdn", Handling.REWRITE),
        ]  # fmt: skip
        assert all(each.why for each in places[:3])

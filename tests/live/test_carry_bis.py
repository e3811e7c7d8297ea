"""The target ``openldap-2307bis`` on the real slapd."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import odkit
from build_carry import domain, group, user
from conftest import MART, needs
from live.carry_server import Server, run
from odkit.carrying import CarryPlan, carry, write_carry
from odkit.ldif import Attributes, Entry, read

pytestmark = pytest.mark.live

BASE = "dc=new,dc=example,dc=com"


def written(plan: CarryPlan, folder: Path) -> dict[str, Attributes]:
    write_carry(plan, folder)
    return {e.dn: e.attributes for e in read(folder / "directory.ldif") if isinstance(e, Entry)}


@pytest.fixture(scope="module")
def plan() -> CarryPlan:
    return carry(odkit.open(MART / "after" / "export.ldif"), to="openldap-2307bis", base_dn=BASE)


def test_everything_that_is_written_arrives(plan: CarryPlan, tmp_path: Path) -> None:
    needs("slapd", "slapadd")
    planned = written(plan, tmp_path / "plan")
    listing = tmp_path / "listprincs.txt"
    listing.write_bytes(b"".join(user.principal + b"\n" for user in plan.users if user.principal is not None))
    server = Server(tmp_path / "server", tmp_path / "plan")
    done = server.load("--apply", "--principals", listing)
    assert done.returncode == 0, done.stdout + done.stderr
    arrived = {e.dn: e for e in read(server.slapcat(BASE)) if isinstance(e, Entry)}
    assert arrived.keys() == planned.keys()
    server.start()
    try:
        assert server.search(BASE, "(&(objectClass=posixAccount)(uid=aabbott0))", "dn").stdout.count("dn:") == 1
        assert server.search(BASE, f"(member=uid=ahebert1,ou=people,{BASE})", "dn").stdout.count("dn:") == 1
        assert "userPassword" not in server.search(BASE, "(objectClass=*)", "*").stdout
    finally:
        server.stop()
    assert run("dash", tmp_path / "plan" / "load.sh", "--rehearsal", "--config", server.config, "--principals", listing).returncode == 0


def test_a_member_is_written_only_for_an_entry_that_is_carried(plan: CarryPlan, tmp_path: Path) -> None:
    entries = written(plan, tmp_path / "plan")
    members = {value.decode() for each in entries.values() for value in each.get("member", [])}
    assert len(members) > 100
    assert members <= entries.keys()
    assert "member" not in entries[f"cn=backup-hosts,ou=groups,{BASE}"]
    [remark] = [f for f in plan.findings if f.code == "OD929"]
    assert "4 members by name or GUID are computers" in remark.message


def test_the_primary_group_of_macs_becomes_one_without_rights(plan: CarryPlan, tmp_path: Path) -> None:
    entries = written(plan, tmp_path / "plan")
    assert entries[f"uid=aabbott0,ou=people,{BASE}"]["gidNumber"] == [b"61000"]
    assert entries[f"cn=od-group-20,ou=groups,{BASE}"]["gidNumber"] == [b"61000"]
    for mapped, number, name in (("5020", b"5020", None), ("macstaff", b"61000", "macstaff")):
        other = carry(odkit.open(MART / "after" / "export.ldif"), to="openldap-2307bis", map_groups={"20": mapped})
        made = written(other, tmp_path / mapped)
        assert made["uid=aabbott0,ou=people,dc=medicalmart,dc=example,dc=com"]["gidNumber"] == [number]
        assert (f"cn={name},ou=groups,dc=medicalmart,dc=example,dc=com" in made) is (name is not None)


def test_members_by_name_guid_and_nesting_are_one_list(tmp_path: Path) -> None:
    data = domain(
        user("ann", 1025, "AAAAAAAA-0000-4000-8000-000000000001"), user("bob", 1026, "AAAAAAAA-0000-4000-8000-000000000002"),
        user("root", 0, "AAAAAAAA-0000-4000-8000-000000000003"),
        group("inner", 1050, apple_generateduid=[b"BBBBBBBB-0000-4000-8000-000000000001"], memberUid=[b"bob"]),
        group("outer", 1051, memberUid=[b"ann", b"gone", b"root"], apple_group_memberguid=[
            b"aaaaaaaa-0000-4000-8000-000000000001", b"AAAAAAAA-0000-4000-8000-000000000003", b"CCCCCCCC-0000-4000-8000-000000000009",
        ], apple_group_nestedgroup=[b"BBBBBBBB-0000-4000-8000-000000000001"]),
    )  # fmt: skip
    plan = carry(odkit.open(data), to="openldap-2307bis")
    entries = written(plan, tmp_path / "plan")
    assert entries["cn=outer,ou=groups,dc=x"]["member"] == [b"uid=ann,ou=people,dc=x", b"cn=inner,ou=groups,dc=x"]
    told = [re.sub(r".*: (\S+) has no entry.*", r"\1", f.message) for f in plan.findings if f.code == "OD929"]
    assert told == ["gone", "root", "AAAAAAAA-0000-4000-8000-000000000003", "CCCCCCCC-0000-4000-8000-000000000009"]


def test_an_empty_group_and_one_without_a_number_arrive(tmp_path: Path) -> None:
    bare = Entry("cn=bare,cn=groups,dc=x", {"objectClass": [b"apple-group", b"extensibleObject"], "cn": [b"bare"]})
    plan = carry(odkit.open(domain(user("ann", 1025), group("empty", 1050), bare)), to="openldap-2307bis")
    entries = written(plan, tmp_path / "plan")
    assert "member" not in entries["cn=empty,ou=groups,dc=x"]
    assert b"posixGroup" not in entries["cn=bare,ou=groups,dc=x"]["objectClass"]
    server = Server(tmp_path / "server", tmp_path / "plan")
    done = server.load("--apply")
    assert done.returncode == 0, done.stdout + done.stderr


def mount(name: str, kind: str, directory: str, *options: str) -> Entry:
    values = {
        "objectClass": [b"mount", b"top"],
        "cn": [name.encode()],
        "mountDirectory": [directory.encode()],
        "mountType": [kind.encode()],
    }
    return Entry(f"cn={name.replace(',', chr(92) + ',')},cn=mounts,dc=x", values | {"mountOption": [o.encode() for o in options]})


def test_nfs_mounts_become_maps_and_others_are_listed(tmp_path: Path) -> None:
    data = domain(
        user("ann", 1025), mount("nfs.example.com:/Homes", "nfs", "/Network/Servers/", "net"),
        mount("nfs.example.com:/Work", "nfs", "/Network/Servers", "net"), mount("old.example.com:/Apps", "nfs", "/Network/Applications"),
        mount("afp.example.com:/Homes", "url", "/Network/Servers/", "net", "url==afp://;AUTH=NO%20USER%20AUTHENT@afp.example.com/Homes"),
        mount("bad host:/x", "nfs", "/Network/Servers"), mount("bad.example.com:/a b", "nfs", "/Network/Servers"),
    )  # fmt: skip
    plan = carry(odkit.open(data), to="openldap-2307bis")
    entries = written(plan, tmp_path / "plan")
    key = entries["automountKey=nfs.example.com,automountMapName=auto_network_servers,ou=automount,dc=x"]
    assert key["automountInformation"] == [b"/Homes -fstype=nfs nfs.example.com:/Homes /Work -fstype=nfs nfs.example.com:/Work"]
    assert "automountKey=/Network/Applications,automountMapName=auto_master,ou=automount,dc=x" in entries
    assert [f.subject.partition(",")[0] for f in plan.findings if f.code == "OD930"] == [
        "cn=afp.example.com:/Homes", "cn=bad host:/x", "cn=bad.example.com:/a b"
    ]  # fmt: skip

"""Records that slapd would refuse, or store and never replicate: each is told of, and what is written loads and replicates."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import odkit
from build_carry import GROUP, domain, user
from conftest import needs
from live.carry_server import Server
from live.edge_records import EDGES, LOST
from odkit.carrying import CarryPlan, carry, write_carry
from odkit.ldif import Attributes, Entry, read

pytestmark = pytest.mark.live


def planned(data: bytes, folder: Path, to: str = "openldap", **options: Any) -> tuple[CarryPlan, dict[str, Attributes]]:
    plan = carry(odkit.open(data), to=to, **options)
    write_carry(plan, folder)
    return plan, {e.dn: e.attributes for e in read(folder / "directory.ldif") if isinstance(e, Entry)}


def codes(plan: CarryPlan, name: str) -> list[str]:
    return [f.code for f in plan.findings if f.subject.startswith(f"uid={name},") and f.code >= "OD920"]


@pytest.fixture(scope="module")
def edges(tmp_path_factory: pytest.TempPathFactory) -> tuple[CarryPlan, dict[str, Attributes], Path]:
    people = [user(name, 1025 + n, "", "", **more) for n, (name, more, _, _) in enumerate(EDGES)]
    lost = [user(name, 1025, "", "", **more) for name, more in LOST]
    hostile = [
        user("comma", dn="uid=com\\,ma,cn=users,dc=x", uid=[b"com,ma"]), user("CN", dn="UID=upper, CN=Users,DC=X", uid=[b"upper"]),
        user("umlaut", dn="uid=grün,cn=users,dc=x", uid=["grün".encode()]), user("two", dn="uid=two words,cn=users,dc=x", uid=[b"two words"]),
        user("hash", dn="uid=\\#hash,cn=users,dc=x", uid=[b"#hash"]), user("plus", dn="cn=p+uid=plus,cn=users,dc=x", cn=[b"p"]),
        user("slash", dn="uid=a\\2Fb,cn=users,dc=x", uid=[b"a/b"]), user("quote", dn='uid="q;r",cn=users,dc=x', uid=[b"q;r"]),
        Entry("cn=deep,cn=made,cn=also made,dc=x", {"objectClass": [b"device"], "cn": [b"deep"]}),
        Entry("cn=Folder,dc=x", {"objectClass": [b"container"], "cn": [b"Folder"]}),
        Entry("cn=inside,cn=folder,dc=x", {"objectClass": [b"device"], "cn": [b"inside"]}),
        user("PHONE", dn="uid=PHONE,cn=users,dc=x"),
    ]  # fmt: skip
    folder = tmp_path_factory.mktemp("edges") / "plan"
    plan, entries = planned(domain(*people, *lost, *hostile), folder)
    return plan, entries, folder


@pytest.mark.parametrize(("name", "told", "missing"), [(name, told, missing) for name, _, told, missing in EDGES])
def test_each_value_is_told_of_and_decided_on(
    edges: tuple[CarryPlan, dict[str, Attributes], Path], name: str, told: list[str], missing: set[str]
) -> None:
    plan, entries, _ = edges
    assert codes(plan, name) == told
    assert [attribute for attribute in missing if attribute in entries[f"uid={name},cn=users,dc=x"]] == []


@pytest.mark.parametrize("name", ["nonumber", "zeros", "nogid"])
def test_a_user_whom_the_target_cannot_hold_is_left_out_and_counted(
    edges: tuple[CarryPlan, dict[str, Attributes], Path], name: str
) -> None:
    plan, entries, _ = edges
    assert "OD924" in codes(plan, name)
    assert f"uid={name},cn=users,dc=x" not in entries
    assert next(u for u in plan.users if u.name == name).verdict == "left_out"


def test_what_is_written_loads_and_comes_back_byte_for_byte(edges: tuple[CarryPlan, dict[str, Attributes], Path], tmp_path: Path) -> None:
    needs("slapd", "slapadd")
    plan, entries, folder = edges
    server = Server(tmp_path / "server", folder)
    done = server.load("--apply")
    assert done.returncode == 0, done.stdout + done.stderr
    arrived = {e.dn for e in read(server.slapcat("dc=x")) if isinstance(e, Entry)}
    assert arrived == entries.keys()
    assert {"uid=com\\2Cma,cn=users,dc=x", "uid=upper,cn=users,dc=x", "uid=a/b,cn=users,dc=x", "cn=inside,cn=Folder,dc=x"} <= arrived
    twins = [f for f in plan.findings if f.code == "OD924" and f.subject.startswith("uid=PHONE")]
    assert len(twins) == 1
    assert sum(plan.counts.values()) - plan.counts["users"] == plan.counts["users"]


def test_a_url_in_place_of_a_value_is_left_out(tmp_path: Path) -> None:
    data = domain(user("ann")) + b"dn: cn=h,cn=computers,dc=x\nobjectClass: device\ncn: h\ndescription:< file:///etc/passwd\n\n"
    plan, entries = planned(data, tmp_path / "plan", accept_incomplete=True)
    assert "description" not in entries["cn=h,cn=computers,dc=x"]
    assert "OD920" in [f.code for f in plan.findings]


def test_values_of_one_attribute_stand_together(tmp_path: Path) -> None:
    data = domain() + (
        b"dn: cn=g,cn=groups,dc=x\nobjectClass: posixGroup\nobjectClass: apple-group\nobjectClass: extensibleObject\ncn: g\n"
        b"memberUid: a\nmemberUid: b\ngidNumber: 1030\nmemberUid: c\nuserid: one\nuid: two\n\n"
    )
    planned(data, tmp_path / "plan")
    names = [line.partition(b":")[0] for line in (tmp_path / "plan" / "directory.ldif").read_bytes().split(b"\n\n")[-2].split(b"\n")]
    assert [name for n, name in enumerate(names) if name in names[:n] and name != names[n - 1]] == []
    assert names.count(b"memberUid") == 3
    assert names.count(b"uid") == 2


def test_a_name_with_rights_at_the_target_is_no_member(tmp_path: Path) -> None:
    people = [user("ann"), user("backup", 1026), user("low", 700)]
    group = {"objectClass": GROUP, "cn": [b"g"], "gidNumber": [b"1030"], "memberUid": [b"ann", b"www-data", b"backup", b"low", b"mac1$"]}
    _, entries = planned(domain(*people, Entry("cn=g,cn=groups,dc=x", group)), tmp_path / "plan")
    assert entries["cn=g,cn=groups,dc=x"]["memberUid"] == [b"ann", b"mac1$"]
    assert "uid=backup,cn=users,dc=x" not in entries
    assert "uid=low,cn=users,dc=x" not in entries


@pytest.mark.parametrize("to", ["openldap", "openldap-2307bis"])
def test_a_group_with_rights_is_carried_under_another_name_and_number(tmp_path: Path, to: str) -> None:
    group = Entry("cn=admin,cn=groups,dc=x", {"objectClass": GROUP, "cn": [b"admin"], "gidNumber": [b"80"]})
    plan, entries = planned(domain(user("ann"), group), tmp_path / "without", to)
    assert not any(dn.startswith("cn=admin,") for dn in entries)
    plan, entries = planned(domain(user("ann"), group), tmp_path / "with", to, map_groups={"admin": "odadmins"})
    made = next(attributes for dn, attributes in entries.items() if dn.startswith("cn=odadmins,"))
    assert (made["cn"], made["gidNumber"]) == ([b"odadmins"], [b"61000"])
    assert [g.new_name for g in plan.groups] == ["odadmins"]


def test_one_form_for_each_user_and_none_for_what_is_not_understood(tmp_path: Path) -> None:
    key = b"1024 35 1234567 root@od.example.com:10.0.0.1"
    slot = b";ApplePasswordServer;0x43a017d473d1e9d60000006400000064," + key
    cases = {
        "marker": ({"userPassword": [b"********"]}, None), "hash": ({"userPassword": [b"abQTZq3m5cOsE"]}, b"{CRYPT}abQTZq3m5cOsE"),
        "scheme": ({"userPassword": [b"{crypt}abQTZq3m5cOsE"], "authAuthority": [b";basic;"]}, b"{CRYPT}abQTZq3m5cOsE"),
        "clear": ({"userPassword": [b"secret"]}, None), "ssha": ({"userPassword": [b"{SSHA512}AAAA"]}, None),
        "slot": ({"userPassword": [b"{CRYPT}abQTZq3m5cOsE"], "authAuthority": [slot]}, None),
        "kerberos": ({"userPassword": [b"********"], "authAuthority": [slot, b";Kerberosv5;;kerberos@R.EXAMPLE;R.EXAMPLE;"]},
                     b"{SASL}kerberos@NEW.EXAMPLE"),
        "off": ({"userPassword": [b"{CRYPT}abQTZq3m5cOsE"], "authAuthority": [b";DisabledUser;;basic;"]}, None),
        "offslot": ({"authAuthority": [b";DisabledUser;" + slot, b";Kerberosv5;;offslot@R.EXAMPLE;R.EXAMPLE;"]}, None),
        "both": ({"userPassword": [b"abQTZq3m5cOsE", b"{CRYPT}xyQTZq3m5cOsE"]}, None),
        "at": ({"authAuthority": [slot, b";Kerberosv5;;a\\@t@R.EXAMPLE;R.EXAMPLE;"]}, None),
    }  # fmt: skip
    realm = {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [b"R.EXAMPLE"]}
    config = [
        Entry("cn=config,dc=x", {"objectClass": [b"container"], "cn": [b"config"]}),
        Entry("cn=KerberosKDC,cn=config,dc=x", realm | {"apple-kdc-authkey": [b"secret"], "apple-kdc-configdata": [b"R.EXAMPLE = {\n}"]}),
    ]
    people = [user(name, 1025 + n, "", "", **more) for n, (name, (more, _)) in enumerate(cases.items())]
    plan, entries = planned(domain(*config, *people), tmp_path / "plan", target_realm="NEW.EXAMPLE")
    found = {name: entries[f"uid={name},cn=users,dc=x"].get("userPassword", []) for name in cases}
    assert found == {name: [] if value is None else [value] for name, (_, value) in cases.items()}
    assert entries["uid=kerberos,cn=users,dc=x"]["authAuthority"] == [b";Kerberosv5;;kerberos@NEW.EXAMPLE;NEW.EXAMPLE;"]
    assert entries["uid=offslot,cn=users,dc=x"]["authAuthority"][0] == b";DisabledUser;"
    kdc = entries["cn=KerberosKDC,cn=config,dc=x"]
    assert (kdc["apple-config-realname"], kdc["apple-kdc-configdata"]) == ([b"NEW.EXAMPLE"], [b"NEW.EXAMPLE = {\n}"])
    assert "apple-kdc-authkey" not in kdc
    assert Counter(u.verdict.value for u in plan.users) == {"carried": 3, "disabled": 2, "reset": 6}

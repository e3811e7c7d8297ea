"""A retired server on which a home still stands, or which a user's Windows home, mail or automount entry names, is never purged, however it is spelled."""

from __future__ import annotations

from pathlib import Path

import pytest

import odkit
from build import SUFFIX, computer, config, inventory, mount, od, tree, user, verdicts
from conftest import each_in_turn
from odkit.hosts import judge_hosts
from odkit.ldif import Entry, dump
from odkit.values.hostspans import host_spans

OLD = "old.example.com"
PLAIN = {"objectClass": [b"apple-user"], "uid": [b"ann"], "cn": [b"Ann"]}

DIRECTORIES = [
    "/Network/Servers/old.example.com/Users/ann",
    "//Network//Servers//old.example.com//Users//ann",
    "/Network/Servers//old.example.com/Users/ann",
    "/private/Network/Servers/old.example.com/Users/ann",
    "/network/servers/OLD.Example.com/Users/ann",
    "/Network/Servers/./old.example.com/Users/ann",
    "/Network/./Servers/old.example.com/Users/ann",
    "/./Network/Servers/old.example.com/Users/ann",
    "/Users/../Network/Servers/old.example.com/Users/ann",
    "/Network/Servers/x/../old.example.com/Users/ann",
    "/Network/Servers/old.example.com/../old.example.com/Users/ann",
    "/net/old.example.com/Users/ann",
    "/NET/old.example.com",
    "/private/net/old.example.com/Users/ann",
    "/Network/Servers/old.example.com",
    "/Network/Servers/old.example.com./Users/ann",
    "/automount/Servers/old.example.com/Users/ann",
    "/private/automount/Servers/old.example.com/Users/ann",
    "/private/var/automount/Network/Servers/old.example.com/Users/ann",
    "/var/automount/Network/Servers/old.example.com/Users/ann",
    "/System/Volumes/Data/Network/Servers/old.example.com/Users/ann",
    "old.example.com:/Users/ann",
    "OLD.example.com:/Users/ann",
    "spare.example.com,old.example.com:/Users/ann",
    "//old.example.com/Users/ann",
    "//ann@old.example.com/Users",
    "\\\\old.example.com\\Users\\ann",
    "smb://old.example.com/Users/ann",
    "nfs://old.example.com/Users/ann",
    "afp://ann:secret@old.example.com/Users/ann",
    "file:///Network/Servers/old.example.com/Users/ann",
    "file://old.example.com/Users/ann",
    " /Network/Servers/old.example.com/Users/ann",
]  # fmt: skip

URLS = [
    "<home_dir><url>afp://spare.example.com/A</url><url>afp://old.example.com/B</url><path>ann</path></home_dir>",
    "<home_dir><url></url><url>afp://old.example.com/B</url><path>ann</path></home_dir>",
    "<home_dir><url>afp://spare.example.com/A</url><path>ann</path></home_dir><home_dir><url>afp://old.example.com/B</url></home_dir>",
    "<home_dir><URL>afp://old.example.com/A</URL><path>ann</path></home_dir>",
    "<home_dir><url type='x'>afp://old.example.com/A</url><path>ann</path></home_dir>",
    "<home_dir>\n<url>\nafp://old.example.com/A\n</url>\n</home_dir>",
    "<home_dir><url>//old.example.com/A</url><path>ann</path></home_dir>",
    "<home_dir><url>\\\\old.example.com\\A</url><path>ann</path></home_dir>",
    "<home_dir><url>/Network/Servers/old.example.com/A</url><path>ann</path></home_dir>",
    "<home_dir><url></url><path>/Network/Servers/old.example.com/A</path></home_dir>",
    "<home_dir><url>afp&#58;//old.example.com/A</url></home_dir>",
    "<home_dir><url><![CDATA[afp://old.example.com/A]]></url></home_dir>",
    "<home_dir><url>afp://old.example.com/A",
    "afp://old.example.com/A",
    "/Network/Servers/old.example.com/A",
]

SHARES = [
    "\\\\old.example.com\\ann",
    "\\\\OLD.EXAMPLE.COM\\profiles\\ann",
    "\\\\old.example.com",
    "//old.example.com/ann",
    "smb://old.example.com/ann",
    "\\\\old.example.com@SSL\\ann",
    "/Network/Servers/old.example.com/ann",
]
WINDOWS = [
    "smbHome", "smbProfilePath", "smbScriptPath", "profilePath", "scriptPath", "sambaHomePath", "sambaProfilePath", "sambaLogonScript",
]  # fmt: skip

MAPS = [
    "old.example.com:/Users",
    "-fstype=nfs old.example.com:/Users",
    "-fstype=nfs,rw\told.example.com:/Users",
    "spare.example.com,old.example.com:/Users",
    "old.example.com,spare.example.com:/Users",
    "old.example.com(2):/Users",
    "spare.example.com(1),old.example.com(2):/Users",
    "spare.example.com:/A old.example.com:/B",
    "-ro / spare.example.com:/A /b old.example.com:/B",
    "-fstype=afp afp://ann@old.example.com/Users",
    "-fstype=cifs ://old.example.com/Users",
    "-fstype=url url==afp://old.example.com/Users",
    "-fstype=smbfs //old.example.com/Users",
    "-fstype=smbfs ://ann:*@old.example.com/Users",
]

CASES = [
    *(("homeDirectory", each) for each in DIRECTORIES),
    *(("apple-user-homeurl", each) for each in URLS),
    *(("smbHome", each) for each in SHARES),
    *((name, SHARES[0]) for name in WINDOWS[1:]),
]


def person(attribute: str, value: str) -> Entry:
    return Entry(f"uid=ann,cn=users,{SUFFIX}", PLAIN | {attribute: [value.encode()]})


def nothing_goes(directory: odkit.Directory) -> None:
    """The server, its principals, computer records and mounts stay, and a person is asked."""
    plan = odkit.plan_purge(directory, inventory(f"host/{OLD}", f"nfs/{OLD}"), retire=[OLD])
    assert plan.hosts[OLD].verdict == "review", plan.hosts[OLD].why
    assert not plan.delete
    assert not plan.records
    assert {each.principal for each in plan.review} >= {b"host/%s@EXAMPLE.COM" % OLD.encode()}
    assert not [each for each in odkit.references(directory, [OLD]) if each.handling in {"delete", "either"}]


LEFT = (computer(f"{OLD}$"), mount(OLD, "/Elsewhere"))


@each_in_turn("attribute, value", CASES)
def test_a_home_in_any_spelling_holds_its_server_back(attribute: str, value: str) -> None:
    nothing_goes(od(person(attribute, value), *LEFT))


@each_in_turn("attribute, value", [CASES[1], *CASES[-3:], ("smbHome", SHARES[0]), ("apple-user-homeurl", URLS[0])])
def test_the_same_among_many_ordinary_homes_which_are_read_together(attribute: str, value: str) -> None:
    """Records of one shape are read by one expression, once it is learned."""
    usual = [
        Entry(
            f"uid=u{number},cn=users,{SUFFIX}",
            {
                "objectClass": [b"apple-user"], "uid": [b"u%d" % number], "homeDirectory": [b"/Network/Servers/new.example.com/Users/u%d" % number],
                "smbHome": [b"\\\\new.example.com\\u%d" % number], "scriptPath": [b"logon%d.bat" % number],
            },
        )
        for number in range(600)
    ]  # fmt: skip
    values = dict(usual[0].attributes) | {"uid": [b"ann"], attribute: [value.encode()]}
    directory = od(*usual, Entry(f"uid=ann,cn=users,{SUFFIX}", values), *LEFT)
    nothing_goes(directory)
    assert directory.home_hosts["new.example.com"].count >= 600


@each_in_turn("value", MAPS)
def test_every_server_of_an_automount_entry_lives(value: str) -> None:
    top = Entry(f"automountMapName=auto_home,cn=automountMap,{SUFFIX}", {"automountMapName": [b"auto_home"]})
    container = Entry(f"cn=automountMap,{SUFFIX}", {"cn": [b"automountMap"]})
    entry = Entry(
        f"automountKey=ann,automountMapName=auto_home,cn=automountMap,{SUFFIX}",
        {"objectClass": [b"automount"], "automountKey": [b"ann"], "automountInformation": [value.encode()]},
    )
    nothing_goes(od(container, top, entry, *LEFT))


@each_in_turn(
    "attribute, value",
    [
        ("homeDirectory", "/Network/Servers/old.local/Users/ann"),
        ("homeDirectory", "/net/old/Users/ann"),
        ("homeDirectory", "/Network/Servers/old/Users/ann"),
        ("apple-user-homeurl", "<home_dir><url>afp://old.local/U</url><path>ann</path></home_dir>"),
        ("smbHome", "\\\\OLD\\ann"),
        ("smbHome", "\\\\old.local\\ann"),
    ],
)
def test_so_does_its_short_name_and_its_name_of_bonjour(attribute: str, value: str) -> None:
    nothing_goes(od(person(attribute, value), *LEFT))


def test_a_server_that_only_older_exports_had_stays_too() -> None:
    """Without --retire: what an older export had and today's has not would be inferred to be gone."""
    today = od(person("homeDirectory", f"/net/{OLD}/Users/ann"), tree())
    assert judge_hosts(today, before=[od(user("ann", OLD), tree())])[OLD].verdict == "live"


@each_in_turn(
    "attribute, value",
    [
        ("homeDirectory", "/Users/ann"),
        ("homeDirectory", "/Users/old.example.com"),
        ("homeDirectory", "//Users//old.example.com"),
        ("homeDirectory", "/networks/old.example.com/ann"),
        ("homeDirectory", "/Volumes/net/old.example.com/ann"),
        ("homeDirectory", "99"),
        ("scriptPath", "old.example.com.bat"),
        ("smbHome", "H:\\old.example.com"),
    ],
)
def test_a_folder_that_is_called_like_it_does_not(attribute: str, value: str) -> None:
    directory = od(person(attribute, value), *LEFT)
    assert verdicts(directory, retire=[OLD]) == {OLD: "stale"}


@pytest.mark.parametrize("attribute", ["homeDirectory", "smbHome", "sambaProfilePath"])
def test_a_value_that_cannot_be_read_stops_the_plan(attribute: str) -> None:
    """What is not shown is not absent."""
    text = dump([Entry(SUFFIX, {"dc": [b"example"]}), config("x"), person("uid", "ann"), *LEFT])
    broken = text.replace(b"uid: ann\n", b"uid: ann\n%s:: !\n" % attribute.encode(), 1)
    with pytest.raises(odkit.InputError):
        odkit.plan_purge(odkit.open(broken), retire=[OLD])


@each_in_turn("value", DIRECTORIES)
def test_what_is_taken_for_a_host_is_that_part_of_the_path(value: str) -> None:
    if "/../" in value:
        return
    found = {value[start:end].lower().removesuffix(".") for start, end in host_spans("Users", "homeDirectory", "", value) if start < end}
    assert OLD in found
    assert found <= {OLD, "spare.example.com"}


def test_the_list_of_hosts_says_so(tmp_path: Path) -> None:
    directory = od(person("smbHome", SHARES[0]), *LEFT)
    assert verdicts(directory)[OLD] == "live"
    assert judge_hosts(directory)[OLD].why.startswith("serves the Windows home, profile or script of 1 user")

"""Mounts as 10.5's autofs reads them, homes against them, and making them again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import odkit
from build import HEAD, home_url, mounted
from conftest import MART, each_in_turn, needs
from odkit import project
from odkit.ldif import ChangeRecord, read
from odkit.servers.mounts import check_mounts, mounts_ldif
from odkit.servers.mounts_dscl import mounts_dscl

GOOD = {
    "mountDirectory": [b"/Network/Servers/"],
    "mountType": [b"url"],
    "mountOption": [b"net", b"url==afp://;AUTH=NO%20USER%20AUTHENT@s.example.com/H"],
}


def codes(found: odkit.Directory) -> list[str]:
    return [f.code for f in check_mounts(found)]


class TestRules:
    @each_in_turn(
        "name, changes, wanted",
        [
            ("s.example.com:/V/H", {}, []),
            ("nothing", {}, ["OD721"]),
            (":/V/H", {}, ["OD721"]),
            ("s.example.com:/V/H", {"mountOption": [b"net"]}, ["OD722"]),
            ("s.example.com:/V/H", {"mountType": [b"nfs"]}, ["OD722"]),
            ("s.example.com:/V/H", {"mountType": []}, ["OD722"]),
            ("s.example.com:/V/H", {"mountOption": [*GOOD["mountOption"], b"x" * 200]}, ["OD723"]),
            ("s.example.com:/V/H", {"mountOption": [b"net,ro", GOOD["mountOption"][1]]}, ["OD724"]),
            ("s.example.com:/V/H", {"mountOption": GOOD["mountOption"][1:], "mountDirectory": []}, ["OD725"]),
            ("other.example.com:/V/H", {}, ["OD727"]),
            ("s.example.com:/V/H", {"mountType": [b"nfs"], "mountOption": [b"net"]}, []),
        ],
    )
    def test_each(self, name: str, changes: dict[str, list[bytes]], wanted: list[str]) -> None:
        values = {key: each for key, each in (GOOD | changes).items() if each}
        assert codes(mounted((name, values))) == wanted

    def test_the_same_directory(self) -> None:
        static = {"mountDirectory": [b"/Volumes/S"], "mountType": [b"nfs"]}
        assert codes(mounted(("a.example.com:/x", static), ("b.example.com:/x", static))) == ["OD726"]

    def test_homes(self) -> None:
        nfs = b"/Network/Servers/s.example.com/V/H/ann"
        mount = ("s.example.com:/V/H", GOOD)
        assert codes(mounted(mount, users=((home_url("s.example.com", "ann"), nfs),))) == []
        assert codes(mounted(mount, users=((home_url("t.example.com", "ann"), nfs),))) == ["OD728"]
        assert codes(mounted(mount, users=((home_url("s.example.com", "bob"), nfs),))) == ["OD729"]
        assert codes(mounted(users=((home_url("s.example.com", "ann"), nfs),))) == ["OD730"]
        assert codes(mounted(mount, users=((home_url("s.example.com", "ann"), nfs.replace(b"/V/H", b"/V/H2")),))) == ["OD730"]

    @pytest.mark.parametrize("stage", ["before", "after"])
    def test_the_company(self, stage: str) -> None:
        assert check_mounts(odkit.open(MART / stage / "export.ldif")) == []


class TestHomeURLs:
    @pytest.mark.parametrize(
        "url",
        [
            b"<homedir><url>smb://se3.example.com/osx</url><path>ann</path></homedir>",
            b"afp://s.example.com/H",
            b"<home_dir><path>ann</path></home_dir>",
            b"<home_dir><url>afp://s.example.com/H</url>",
        ],
    )
    def test_a_home_url_that_no_mac_reads(self, url: bytes) -> None:
        assert codes(mounted(users=((url, b"/Users/ann"),))) == ["OD731"]
        assert "OD731" in [f.code for f in odkit.verify(mounted(users=((url, b"/Users/ann"),))).findings]

    def test_one_that_is_read(self) -> None:
        assert codes(mounted(users=((b"\n <home_dir><url>afp://s.example.com/H</url>\n<path>ann</path></home_dir>", b"/Users/ann"),))) == []


class TestMakingThemAgain:
    def test_ldif(self) -> None:
        domain = odkit.open(MART / "after" / "export.ldif")
        records = [r for r in read(mounts_ldif(domain.mounts.records())[0]) if isinstance(r, ChangeRecord)]
        assert [r.dn for r in records] == [m.dn for m in domain.mounts.records()]
        for record, mount in zip(records, domain.mounts.records(), strict=True):
            assert record.attributes is not None
            assert {n: v for n, v in record.attributes.items() if n.lower() != "objectclass"} == {
                n: v
                for n, v in mount.attributes.items()
                if n.lower() in {"cn", "mountdirectory", "mounttype", "mountoption", "mountdumpfrequency", "mountpassno"}
            }

    def test_dscl_by_the_shell(self) -> None:
        """Each word arrives as it is, whatever stands in a value."""
        needs("dash")
        odd = {"mountDirectory": [b"/x $(touch y) `id` '\"; rm *"], "mountType": [b"nfs"], "mountOption": [b"a b", b"-net", b"~"]}
        text, refused = mounts_dscl(mounted(("s.example.com:/V/H", odd), ("t.example.com:/bad\x1b", GOOD)).mounts.records())
        assert refused == ["t.example.com:/bad\\x1b: " + refused[0].partition(": ")[2]]
        script = 'dscl() { printf "%s\\n" "$@"; echo; }\n' + text
        said = subprocess.run(["dash", "-c", script], capture_output=True, text=True, check=True).stdout
        calls = [block.split("\n") for block in said.strip().split("\n\n")]
        assert calls[0] == ["-u", "diradmin", "-p", "/LDAPv3/127.0.0.1", "-create", "/Mounts/s.example.com:%2FV%2FH"]
        assert calls[1][-2:] == ["VFSLinkDir", "/x $(touch y) `id` '\"; rm *"]
        assert calls[3][-4:] == ["VFSOpts", "a b", "-net", "~"]


class TestInit:
    @pytest.mark.parametrize("stage", ["before", "leftover", "after"])
    def test_what_it_writes_is_read(self, stage: str, tmp_path: Path) -> None:
        domain = odkit.open(MART / stage / "export.ldif")
        text = project.first_plan(domain, ["export.ldif"])
        (tmp_path / "odkit.toml").write_text(text)
        plan = project.load(tmp_path / "odkit.toml")
        assert (plan.realm, plan.suffix) == ("MEDICALMART.EXAMPLE.COM", "dc=medicalmart,dc=example,dc=com")
        assert [s.name for s in plan.servers if s.role == "master"] == [
            "xserve-hq1.medicalmart.example.com" if stage == "before" else "odmaster.medicalmart.example.com"
        ]
        assert all(s.address for s in plan.servers if s.role != "member")
        assert "# DECIDE: site, release, target" in text

    def test_no_server_is_vouched_for_by_a_mount_alone(self) -> None:
        """Mounts outlive their servers; what stands as a server in odkit.toml is kept."""
        text = project.first_plan(mounted(("gone.example.com:/Homes", GOOD)), ["x"])
        assert "[[server]]\nname" not in text
        assert "# DECIDE: gone.example.com is named by the mount gone.example.com:/Homes alone: a [[server]], or retired?" in text

    def test_hostile_names(self) -> None:
        text = project.first_plan(mounted(('s.example.com:/V"\n[domain]\nrealm = "EVIL"\n', GOOD)), ['x"\ny'])
        import tomllib

        assert "realm" not in tomllib.loads(text)["domain"]


def test_homes_on_no_mount_are_said_once_and_alike() -> None:
    home = "homeDirectory: /Network/Servers/gone.example.com/Homes/ann\n"
    data = f"{HEAD}dn: uid=ann,cn=users,dc=od,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: ann\nuidNumber: 1\n{home}\n".encode()
    alone, pair = (odkit.verify(*[odkit.open(data)] * count).findings for count in (1, 2))
    assert (
        [f.code for f in alone if "gone.example.com" in f.message] == ["OD730"] == [f.code for f in pair if "gone.example.com" in f.message]
    )

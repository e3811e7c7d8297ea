"""make-local.sh by every shell, on a stand-in Mac with accounts, homes and a server's share; and the list of who is to be made local."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import lint
import odkit
from build import SUFFIX, od
from conftest import MART, needs
from live import mac_accounts, mac_standin
from live.conftest import SHELLS
from live.parsing import unreadable
from live.recorder import without_terminal
from odkit.ldif import Entry
from odkit.runbook import LocalAccount, local_accounts, local_list, local_script

pytestmark = pytest.mark.live

GUID = "0A1B2C3D-0000-4000-8000-00000000{:04}"
SERVER = "/Network/Servers/files.example.com/Volumes/Data/Homes"
NODE = "/LDAPv3/od.example.com"
HASH = ";ShadowHash;HASHLIST:<SALTED-SHA512>"
LKDC = ";Kerberosv5;;ann@LKDC:SHA1.0123;LKDC:SHA1.0123;"
TIES = [
    ";LocalCachedUser;/LDAPv3/od.example.com:ann:" + GUID.format(1031),
    ";Kerberosv5;0x4a;ann@OD.EXAMPLE.COM;OD.EXAMPLE.COM;1024 35 14 root@od",
]


def user(name: str, number: int, **more: Any) -> dict[str, list[str]]:
    """A user of the domain with his home on the server."""
    keys = {
        "objectClass": ["apple-user"], "uid": [name], "cn": ["Ann O'Hara $(touch x) | Zoé"], "uidNumber": [str(number)], "gidNumber": ["20"],
        "apple-generateduid": [GUID.format(number)], "homeDirectory": [f"{SERVER}/{name}"], "loginShell": ["/bin/bash"],
        "apple-user-homeurl": [f"<home_dir><url>afp://files.example.com/Homes</url><path>{name}</path></home_dir>"],
    }  # fmt: skip
    return {key: value for key, value in {**keys, **more}.items() if value}


def accounts(*users: dict[str, list[str]]) -> tuple[LocalAccount, ...]:
    entries = (Entry(f"uid={keys['uid'][0]},cn=users,{SUFFIX}", {k: [v.encode() for v in vs] for k, vs in keys.items()}) for keys in users)
    return local_accounts(od(*entries))


@dataclass
class Mac:
    folder: Path

    @property
    def state(self) -> dict[str, Any]:
        return mac_standin.read(self.folder)

    def is_now(self, users: dict[str, dict[str, list[str]]], folders: dict[str, list[str]], release: str = "12.6", **more: Any) -> None:
        mac_accounts.become(self.folder, release, users, folders, **more)

    def run(self, *words: str, shell: str = "dash") -> tuple[int, str]:
        env = os.environ | {"PATH": f"{self.folder / 'bin'}:{os.environ.get('PATH', '')}"}
        return without_terminal([*SHELLS[shell], str(self.folder / "make-local.sh"), "--rehearsal", *words], env)


@pytest.fixture
def mac(tmp_path: Path) -> Iterator[Mac]:
    mac_standin.install(tmp_path, mac_accounts.PROGRAMS)
    found = accounts(user("ann", 1031), user("bob", 1032), user("cy", 1033, homeDirectory=["99"], **{"apple-user-homeurl": []}))
    (tmp_path / "make-local.sh").write_bytes(local_script(found))
    with mac_standin.serving(tmp_path, mac_accounts.change):
        yield Mac(tmp_path)


def mobile(**more: list[str]) -> dict[str, list[str]]:
    """Ann's account, kept on a Mac by the directory."""
    keys = {
        "UniqueID": ["1031"], "GeneratedUID": [GUID.format(1031).lower()], "NFSHomeDirectory": ["/Users/ann"], "OriginalNodeName": [NODE],
        "AuthenticationAuthority": [HASH, *TIES, LKDC], "CopyTimestamp": ["2026-01-01T00:00:00Z"], "cached_groups": ["<plist> a b</plist>"],
        "RealName": ["Ann O'Hara"],
    }  # fmt: skip
    return keys | more


@pytest.mark.parametrize("shell", ["dash", "bash", "zsh", "busybox"])
def test_a_network_account_gets_its_home_and_then_its_account(mac: Mac, shell: str) -> None:
    needs(SHELLS[shell][0])
    files = ["Documents/a", "Library/b c", "x"]
    mac.is_now({"admin": {"UniqueID": ["501"]}}, {f"{SERVER}/ann": files})
    code, said = mac.run("ann", shell=shell)
    assert code == 0, said
    assert list(mac.state["users"]) == ["admin"]
    assert "would run: ditto" in said
    code, said = mac.run("ann", "--apply", shell=shell)
    assert code == 0, said
    state = mac.state
    assert state["users"]["ann"] == {
        "GeneratedUID": [GUID.format(1031)], "UniqueID": ["1031"], "PrimaryGroupID": ["20"], "RealName": ["Ann O'Hara $(touch x) | Zoé"],
        "UserShell": ["/bin/bash"], "NFSHomeDirectory": ["/Users/ann"],
    }  # fmt: skip
    assert (state["folders"]["/Users/ann"], state["folders"][f"{SERVER}/ann"], state["owner"]) == (files, files, {"/Users/ann": "1031:20"})
    assert "BY HAND: passwd ann" in said
    for confidence in ("(confidence: high)", "(confidence: medium)"):
        assert confidence in said
    code, said = mac.run("ann", "--apply", shell=shell)
    assert (code, "this Mac's own account already" in said) == (0, True)


@pytest.mark.parametrize(("release", "daemon"), [("10.5.8", "DirectoryService"), ("10.7.5", "opendirectoryd"), ("26.1", "opendirectoryd")])
def test_a_mobile_account_loses_what_ties_it_and_keeps_its_password(mac: Mac, release: str, daemon: str) -> None:
    mac.is_now({"ann": mobile()}, {"/Users/ann": ["x"]}, release)
    before = mac.state["users"]
    assert mac.run("ann")[0] == 0
    assert mac.state["users"] == before
    code, said = mac.run("ann", "--apply")
    assert code == 0, said
    kept = {"UniqueID", "GeneratedUID", "NFSHomeDirectory", "RealName"}
    assert mac.state["users"]["ann"] == {**{key: before["ann"][key] for key in kept}, "AuthenticationAuthority": [HASH, LKDC]}
    assert "/var/root/odkit-local-1/ann.plist" in mac.state["folders"]
    assert ["killall", daemon] in mac.state["log"]
    assert "passwd ann" not in said


def test_an_account_without_a_password_of_its_own_is_said(mac: Mac) -> None:
    mac.is_now({"ann": mobile(AuthenticationAuthority=list(TIES))}, {"/Users/ann": ["x"]})
    code, said = mac.run("ann", "--apply")
    assert (code, "BY HAND: passwd ann" in said) == (0, True)


@pytest.mark.parametrize(
    ("users", "folders", "more", "why"),
    [
        ({}, {}, {}, "is empty or cannot be read"),
        ({}, {f"{SERVER}/ann": []}, {}, "is empty or cannot be read"),
        ({}, {f"{SERVER}/ann": ["x"], "/Users/ann": ["y"]}, {}, "is there without an account"),
        ({}, {f"{SERVER}/ann": ["x", "y"]}, {"room": 2}, "no room below /Users"),
        ({"eve": {"UniqueID": ["1031"]}}, {f"{SERVER}/ann": ["x"]}, {}, "uid 1031 is eve's"),
        ({"ann": mobile()}, {"/Users/ann": ["x"]}, {"busy": ["1031"]}, "programs of this user run here"),
        ({"ann": mobile(UniqueID=["502"])}, {"/Users/ann": ["x"]}, {}, "another account of that name"),
        ({"ann": mobile(GeneratedUID=[GUID.format(9)])}, {"/Users/ann": ["x"]}, {}, "another account of that name"),
        ({"ann": mobile()}, {}, {}, "is not a folder of this Mac's /Users"),
        ({"ann": mobile(NFSHomeDirectory=[f"{SERVER}/ann"])}, {}, {}, "is not a folder of this Mac's /Users"),
        ({"ann": mobile(NFSHomeDirectory=["/Users/eve/ann"])}, {"/Users/eve/ann": ["x"]}, {}, "is not a folder of this Mac's /Users"),
        ({"ann": mobile(NFSHomeDirectory=["/Users/../etc"])}, {"/Users/../etc": ["x"]}, {}, "is not a folder of this Mac's /Users"),
        ({"ann": mobile(HomeDirectory=["<home_dir><url>file://localhost/Users/ann/ann.sparsebundle</url></home_dir>"])}, {"/Users/ann": ["x"]}, {},
         "an encrypted image"),
    ],
)  # fmt: skip
def test_what_it_cannot_do_is_refused_and_nothing_is_changed(
    mac: Mac, users: dict[str, Any], folders: dict[str, list[str]], more: dict[str, Any], why: str
) -> None:
    mac.is_now(users, folders, **more)
    before = mac.state
    code, said = mac.run("ann", "--apply")
    assert (code, why in said) == (1, True), said
    assert {key: mac.state[key] for key in ("users", "folders", "owner")} == {key: before[key] for key in ("users", "folders", "owner")}


def test_the_others_are_gone_on_with(mac: Mac) -> None:
    mac.is_now({}, {f"{SERVER}/bob": ["x"]})
    code, said = mac.run("ann", "nobody", "cy", "bob", "--apply")
    assert code == 1, said
    assert list(mac.state["users"]) == ["bob"]
    for why in ("the export has no such user", "refused: it has no home", "3 of the users were refused"):
        assert why in said


def test_a_copy_that_is_not_whole_makes_no_account(mac: Mac) -> None:
    mac.is_now({}, {f"{SERVER}/ann": ["x", "y"]}, loses=1)
    code, said = mac.run("ann", "--apply")
    assert (code, mac.state["users"]) == (1, {}), said
    assert "is not whole" in said


def test_an_account_that_reads_otherwise_than_it_was_written_ends_it(mac: Mac) -> None:
    """macOS keeps some keys to itself (from 10.14 on, uid and home of accounts that are there)."""
    mac.is_now({}, {f"{SERVER}/ann": ["x"]}, deaf="GeneratedUID")
    code, said = mac.run("ann", "bob", "--apply")
    assert (code, "and should read 1031" in said) == (1, True), said


def test_another_folder_of_homes(mac: Mac) -> None:
    mac.is_now({}, {"/Volumes/Old Homes/ann": ["x"]})
    code, said = mac.run("ann", "--apply", "--home", "/Volumes/Old Homes")
    assert (code, mac.state["folders"]["/Users/ann"]) == (0, ["x"]), said


def test_without_a_name_it_shows_what_this_mac_has_of_the_domain(mac: Mac) -> None:
    mac.is_now({"ann": mobile(), "admin": {"UniqueID": ["501"]}}, {"/Users/ann": ["x"], "/Users/bob": ["x"], "/Users/admin": []})
    code, said = mac.run("--apply")
    assert code == 0, said
    assert f"ann: kept from {NODE}" in said
    assert "bob: a folder below /Users, and no account" in said
    assert "admin" not in said
    assert not mac.state["owner"]


@pytest.mark.parametrize(("release", "status"), [("10.4.11", 3), ("9.2", 3)])
def test_releases_that_it_does_not_know(mac: Mac, release: str, status: int) -> None:
    mac.is_now({}, {f"{SERVER}/ann": ["x"]}, release)
    assert mac.run("ann", "--apply")[0] == status
    assert mac.state["users"] == {}


@pytest.mark.parametrize("word", ["a b", "$(touch x)", "../ann", ""])
def test_names_that_are_none(mac: Mac, word: str) -> None:
    mac.is_now({}, {})
    assert mac.run(word, "--apply")[0] == 2


def test_who_is_left_and_why() -> None:
    """Known, absent, and not shown are three things; nobody of whom something is unknown is made anything."""
    found = accounts(
        user("ann", 1031), user("Al", 1034, uid=["Al", "ANN"]), user("low", 57), user("root", 0), user("none", 1035, uidNumber=[]), user("a b", 1036),
        user("twin", 1037), user("twin2", 1037), user("noguid", 1038, **{"apple-generateduid": []}), user("nohome", 1039, homeDirectory=["99"]),
        user("up", 1040, homeDirectory=["/Network/Servers/files.example.com/../x"]), user("ok", 1042, homeDirectory=["/Users/ok"]),
        user("two", 1041, homeDirectory=["/Users/two", "/Users/deux"]),
    )  # fmt: skip
    why = {each.name: "; ".join(each.why_not) for each in found}
    assert why.pop("ok") == ""
    for name, reason in (("ann", "capitals apart"), ("Al", "capitals apart"), ("low", "uid 57 is not"), ("root", "uid 0 is not"),
                         ("none", "no number"), ("a b", "its name has characters"), ("twin", "uid 1037 is that of another"), ("noguid", "no GUID"),
                         ("nohome", "no home"), ("up", "not a plain one"), ("two", "several values of homeDirectory")):  # fmt: skip
        assert reason in why[name], (name, why[name])
    text = local_list(found).decode()
    assert "1 account to be made local, 12 left." in text
    assert text.count("LEFT: ") == 12


def test_an_export_that_does_not_show_the_homes_makes_nobody_local(tmp_path: Path) -> None:
    export = tmp_path / "narrow.ldif"
    export.write_text(
        "# extended LDIF\n#\n# LDAPv3\n# base <dc=example,dc=com> with scope subtree\n# filter: (objectClass=*)\n"
        "# requesting: uid uidNumber\n#\n\n"
        "dn: uid=ann,cn=users,dc=example,dc=com\nuid: ann\nuidNumber: 1031\n\n# search result\nsearch: 2\nresult: 0 Success\n\n"
        "# numResponses: 2\n# numEntries: 1\n"
    )
    [found] = local_accounts(odkit.open(export))
    assert "the export does not show its homeDirectory" in found.why_not
    assert "the export does not show its apple-generateduid" in found.why_not


def test_form(tmp_path: Path) -> None:
    found = local_accounts(odkit.open(MART / "lion" / "export.ldif"))
    assert (sum(not each.why_not for each in found), len(found)) == (60, 64)
    script = tmp_path / "make-local.sh"
    script.write_bytes(local_script(found))
    assert script.read_bytes().isascii()
    for shell in SHELLS.values():
        assert unreadable(shell, [script]) == []
    lint.assert_plain_sh(script)

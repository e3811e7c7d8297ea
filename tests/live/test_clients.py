"""The scripts for the Macs of the offices, by every shell, on a stand-in Mac that knows what it is bound to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import lint
import odkit
from conftest import MART, ROOT, needs
from live import mac_standin
from live.conftest import SHELLS
from live.parsing import unreadable
from live.recorder import without_terminal
from odkit import project
from odkit.runbook import client_scripts, write_runbook

pytestmark = pytest.mark.live

OLD = "xserve-hq1.medicalmart.example.com"
NEW = "od-store.medicalmart.example.com"


@dataclass
class Mac:
    folder: Path
    runbook: Path

    @property
    def state(self) -> dict[str, Any]:
        return mac_standin.read(self.folder)

    def is_now(self, release: str, bound: list[str], paths: list[str], mounted: str = "") -> None:
        daemon = "opendirectoryd" if release.startswith(("10.7", "10.8", "11")) else "DirectoryService"
        state = {"release": release, "daemon": daemon, "bound": bound, "paths": {p: ["/Local/Default", *paths] for p in ("/Search", "/Search/Contacts")},
                 "policy": {}, "log": [], "mounted": mounted}  # fmt: skip
        mac_standin.become(self.folder, state)

    def run(self, name: str, *words: str, shell: str = "dash") -> tuple[int, str]:
        env = os.environ | {"PATH": f"{self.folder / 'bin'}:{os.environ.get('PATH', '')}"}
        return without_terminal([*SHELLS[shell], str(self.runbook / "clients" / name), "--rehearsal", *words], env)


@pytest.fixture(scope="module")
def runbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients") / "runbook"
    write_runbook(project.load(MART / "odkit.toml"), folder, od=odkit.open(MART / "after" / "export.ldif"))
    return folder


@pytest.fixture
def mac(tmp_path: Path, runbook: Path) -> Iterator[Mac]:
    mac_standin.install(tmp_path)
    with mac_standin.serving(tmp_path):
        yield Mac(tmp_path, runbook)


@pytest.mark.parametrize("release", ["10.4.11", "10.5.8", "10.7.5", "11.2"])
def test_from_the_old_server_to_the_new(mac: Mac, release: str) -> None:
    mac.is_now(release, [OLD], [f"/LDAPv3/{OLD}"])
    before = mac.state
    code, said = mac.run(f"rebind-{NEW}.sh")
    assert code == 0, said
    assert (mac.state["bound"], mac.state["paths"]) == (before["bound"], before["paths"])
    assert f"would run: dsconfigldap -f -r {OLD} -u diradmin -i" in said
    code, said = mac.run(f"rebind-{NEW}.sh", "--apply")
    assert code == 0, said
    assert mac.state["bound"] == [NEW]
    assert mac.state["paths"] == {p: ["/Local/Default", f"/LDAPv3/{NEW}"] for p in ("/Search", "/Search/Contacts")}
    assert bool(mac.state["policy"]) is not release.startswith(("10.7", "11"))
    changes = len([each for each in mac.state["log"] if each[0] == "dsconfigldap"])
    code, said = mac.run(f"rebind-{NEW}.sh", "--apply")
    assert code == 0, said
    assert "bound already" in said
    assert len([each for each in mac.state["log"] if each[0] == "dsconfigldap"]) == changes


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_shells(mac: Mac, shell: str) -> None:
    needs(SHELLS[shell][0])
    mac.is_now("10.5.8", [OLD, "other.example.org"], [f"/LDAPv3/{OLD}", "/LDAPv3/other.example.org"])
    code, said = mac.run(f"rebind-{NEW}.sh", "--apply", shell=shell)
    assert code == 0, said
    assert mac.state["bound"] == ["other.example.org", NEW]
    code, said = mac.run("check-client.sh", shell=shell)
    assert (code, said.splitlines()[-1]) == (
        0,
        "REHEARSAL: no retired server is named (looked for by name; an address of one is not found)",
    )


@pytest.mark.parametrize(
    ("bound", "path", "mounted", "hits"),
    [
        ([], [], "", []),
        ([OLD], [], "", ["configured directories, line 1"]),
        ([], [f"/LDAPv3/{OLD.upper()}"], "", ["search path, line 1", "search path of contacts, line 1"]),
        ([], [], f"afp_x on /Network/Servers/{OLD}/Homes", ["mounted volumes, line 1"]),
        ([f"my{OLD}", f"{OLD}.example.org", f"{OLD}2", f"x-{OLD}", f"a.{OLD}"], [], "", []),  # other names
    ],
)
def test_what_a_mac_still_names(mac: Mac, bound: list[str], path: list[str], mounted: str, hits: list[str]) -> None:
    mac.is_now("10.5.8", bound, path, mounted)
    code, said = mac.run("check-client.sh")
    assert code == (1 if hits else 0), said
    for hit in hits:
        assert f"still names a retired server: {hit}" in said
    assert said.count("still names a retired server:") == len(hits)


def test_what_cannot_be_looked_at_is_no_answer(mac: Mac) -> None:
    mac.is_now("10.5.8", [], [])
    mac_standin.become(mac.folder, {**mac.state, "broken": True})
    code, said = mac.run("check-client.sh")
    assert (code, "what this Mac names is not known" in said) == (2, True)


def test_names_in_another_case_and_short_ones(mac: Mac) -> None:
    """What is found is passed on as it is spelled here: the stand-in, like a directory that minds the case, knows no other spelling."""
    mac.is_now("10.5.8", [OLD.upper(), "xserve-hq2"], [f"/LDAPv3/{OLD.capitalize()}", "/LDAPv3/xserve-hq2"])
    code, said = mac.run(f"rebind-{NEW}.sh", "--apply")
    assert code == 0, said
    assert mac.state["bound"] == [NEW]
    assert mac.state["paths"] == {p: ["/Local/Default", f"/LDAPv3/{NEW}"] for p in ("/Search", "/Search/Contacts")}


def test_offices_by_site_in_any_case() -> None:
    servers = (
        project.Server("m.example.com", "master", site="HQ"),
        project.Server("s.example.com", "replica", site="Store"),
        project.Server("f.example.com", "member", site="store"),
    )
    names = [name for name, _ in client_scripts(project.Project(Path("x"), servers=servers))]
    assert names == ["clients/rebind-m.example.com.sh", "clients/rebind-s.example.com.sh"]


def test_releases_and_names_that_it_does_not_know(mac: Mac) -> None:
    mac.is_now("9.2", [], [])
    assert mac.run(f"rebind-{NEW}.sh", "--apply")[0] == 3
    mac.is_now("10.5.8", [], [])
    for name in ("a b", "-x", "$(reboot)", "a.b"):
        assert mac.run(f"rebind-{NEW}.sh", "--apply", "--name", name)[0] == 2
    assert mac.state["bound"] == []


def test_a_failure_ends_it(mac: Mac) -> None:
    """dsconfigldap asks for another administrator than the stand-in's: nothing behind it is done."""
    mac.is_now("10.5.8", [OLD], [f"/LDAPv3/{OLD}"])
    code, said = mac.run(f"rebind-{NEW}.sh", "--apply", "--admin", "nobody")
    assert code == 1
    assert "stopped: dsconfigldap ends with 64" in said
    assert mac.state["paths"] == {p: ["/Local/Default", f"/LDAPv3/{OLD}"] for p in ("/Search", "/Search/Contacts")}


def test_form(runbook: Path) -> None:
    names = sorted((runbook / "clients").iterdir())
    scripts = [path for path in names if path.suffix == ".sh"]
    offices = [path.name for path in scripts if path.name.startswith("rebind-")]
    assert offices == [f"rebind-od{name}.medicalmart.example.com.sh" for name in ("-dartmouth", "-edmonton", "-store", "-windsor", "relay")]
    for path in scripts:
        assert path.read_bytes().isascii()
    for shell in SHELLS.values():
        assert unreadable(shell, scripts) == []
    lint.assert_plain_sh(*scripts)


def test_the_list_of_macs(runbook: Path) -> None:
    text = (runbook / "clients" / "CHECKLIST.md").read_text()
    assert "xserve-" not in text
    assert "odmaster" not in text
    assert str(ROOT) not in text

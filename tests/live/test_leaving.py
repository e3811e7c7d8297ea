"""The way out of Open Directory: its page, the commands of odkit in it, its scripts by the real shells, and leave.sh on a stand-in Mac."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

import commandline
import lint
import odkit
from conftest import MART, ROOT, needs
from live import mac_standin
from live.conftest import SHELLS
from live.parsing import unreadable
from live.recorder import STEPS, applied, recorder, without_terminal
from odkit import project
from odkit.carrying.targets import all_targets
from odkit.errors import InputError, UsageError
from odkit.project import Leave, Project
from odkit.rehearsal.terminal import run_on_terminal
from odkit.runbook import How, Phase, Purpose, page, phases, write_runbook
from odkit.runbook import leave_script as leaving_mac
from odkit_cli import cli
from shellread import functions, simple_commands

pytestmark = pytest.mark.live

LION = MART / "lion"
PLAN = project.load(LION / "odkit.toml")
assert PLAN.leave is not None
LEAVE: Leave = PLAN.leave
REBOUND = {"openldap", "samba"}


def to(carry: str, clients: str = "unbind", homes: str = "local", **more: Any) -> Project:
    """The company's plan, to another target."""
    return replace(PLAN, leave=replace(LEAVE, carry=carry, clients=clients, homes=homes, **more))


def odkit_lines(found: list[Phase]) -> list[tuple[str, ...]]:
    """The words behind ``odkit`` of every command of odkit, those in sentences, too."""
    commands = [c for phase in found for step in phase.steps for c in step.commands]
    lines = [c.words[1:] for c in commands if c.how is How.ODKIT]
    said = [c.words[0] for c in commands if c.how is How.PERSON]
    told = [m[1] for text in said for m in re.finditer(r"(?:\A|(?<=[:;] ))odkit (.*?)(?=[:;,] |: |\Z| for each | with every )", text)]
    return lines + [tuple(each.split()) for each in told]


def parse(words: tuple[str, ...]) -> None:
    """Let the command line read the words, up to where it would do something."""
    command: click.Command = cli
    context, rest = None, list(words)
    while isinstance(command, click.Group):
        parent = click.Context(command, parent=context, obj={})
        _, found, rest = command.resolve_command(parent, rest)
        assert found is not None
        command, context = found, parent
    with command.make_context(command.name, rest, parent=context):
        pass


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the administrator stands: odkit.toml, and the folders that collect-carry.sh has brought."""
    base = tmp_path_factory.mktemp("leaving")
    files = {name: (LION / name).read_bytes() for name in ("export.ldif", "authdata.ldif", "m-key")}
    for each in ("odkit-carry", "odkit-final"):
        (base / each).mkdir(0o700)
        lines = []
        for name, data in files.items():
            (base / each / name).write_bytes(data)
            entries = len(re.findall(rb"(?m)^dn:", data)) if name.endswith("ldif") else 0
            lines.append(f"file {name} status 0 entries {entries} bytes {len(data)} sha1 -")
        (base / each / "MANIFEST").write_text("\n".join(["odkit-collect 1", *lines, "end", ""]))
    for name in ("new-kdc.dump", "new-kdc.stash"):
        (base / name).write_bytes((LION / name).read_bytes())
    for name in ("logins", "users"):
        (base / name).write_text("aabbott0\tx\n")
        (base / name).chmod(0o600)
    (base / "retired.txt").write_text("old.example.com\n")
    (base / "shares.txt").write_text("files.medicalmart.example.com/Homes = nas.example.com/homedirs\n")
    write_runbook(PLAN, base / "runbook", od=odkit.open(LION / "export.ldif", LION / "authdata.ldif"), purpose=Purpose.LEAVE)
    return base


class TestThePage:
    def test_the_phases_in_their_order_each_with_a_way_back_and_each_step_with_its_confidence(self) -> None:
        found = phases(PLAN, Purpose.LEAVE)
        assert [each.name.partition("-")[2] for each in found] == [
            "archive", "carry", "rehearse", "cut-over", "afp", "clients", "profiles", "destroy",
        ]  # fmt: skip
        steps = [step for each in found for step in each.steps]
        assert all(each.go and each.back and each.steps for each in found)
        assert {step.confidence for step in steps} <= {"high", "medium", "low"}
        text = page(PLAN, Purpose.LEAVE)
        assert len(re.findall(r"(?m)^Confidence: (?:high|medium|low)\.$", text)) == len(steps) == text.count("\n### ")
        assert "# Leaving Open Directory" in text
        # what is destroyed comes last, and the master last of all
        order = [step.server.name.partition(".")[0] for step in found[-1].steps if step.server is not None]
        assert order == ["od-store", "od-dartmouth", "od-windsor", "od-edmonton", "odrelay", "odmaster"]
        assert all(
            c.how is not How.CONFIRM or "-destroyldapserver" not in c.words for each in found[:-1] for s in each.steps for c in s.commands
        )

    @pytest.mark.parametrize("clients", ["unbind", "rebind"])
    @pytest.mark.parametrize("carry", sorted(all_targets()))
    def test_every_command_of_odkit_is_one_that_its_command_line_reads(
        self, carry: str, clients: str, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(folder)
        shares = folder / "shares.txt"
        plan = to(carry, clients, "smb", shares=shares)
        if clients == "rebind" and carry not in REBOUND:
            with pytest.raises(InputError, match=f"a Mac is not bound to {carry}"):
                phases(plan, Purpose.LEAVE)
            return
        lines = odkit_lines(phases(replace(plan, path=folder / "odkit.toml"), Purpose.LEAVE))
        assert len(lines) >= 11
        assert any("shares.txt" in words for words in lines)
        for words in lines:
            parse(words)

    def test_planted_commands_that_do_not_exist_are_found(self) -> None:
        for words in (("verfy", "x"), ("carry", "x", "--to-where", "mit"), ("mcx", "profile", "x"), ("collect", "--for", "leaving")):
            with pytest.raises(click.UsageError):
                parse(words)

    def test_the_commands_of_odkit_run_on_the_companys_files(self, folder: Path) -> None:
        """Those that start no server, in the order of the page; what is written is gone when the page says so."""
        ran = []
        for words in odkit_lines(phases(PLAN, Purpose.LEAVE)):
            if "--rehearse" in words or words[0] == "check-live":
                continue
            done = commandline.odkit(*words, data=None, cwd=folder)
            assert done.returncode in {0, 1}, (words, done.stderr)
            ran.append(words[0])
        assert ran == [
            "collect", "inspect", "verify", "verify-passwords", "verify-mcx", "carry", "verify", "diff", "carry", "afp", "mcx",
        ]  # fmt: skip
        assert (folder / "carry" / "load.sh").is_file()
        assert (folder / "profiles" / "REPORT.txt").is_file()

    def test_the_command_line_writes_it(self, folder: Path) -> None:
        done = commandline.odkit("runbook", "--leave", str(LION / "odkit.toml"), "-o", str(folder / "told"), data=None)
        assert (done.returncode, done.stdout) == (
            0,
            f"Written to {folder}/told/: RUNBOOK.md and 13 scripts, clients/CHECKLIST.md, clients/LOCAL.md.\n",
        )
        assert commandline.odkit("runbook", "--leave", "--only", "removal", str(LION / "odkit.toml")).returncode == 2

    def test_what_does_not_go_together_is_said_with_its_line(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"has no \[leave\]"):
            phases(project.load(MART / "odkit.toml"), Purpose.LEAVE)
        with pytest.raises(InputError, match="needs realm and base") as error:
            phases(to("samba", realm=""), Purpose.LEAVE)
        assert error.value.line == LEAVE.line > 0
        with pytest.raises(UsageError, match="not a target: 'windows'"):
            phases(to("windows"), Purpose.LEAVE)
        servers = tuple(replace(each, release="", target="") for each in PLAN.servers)
        with pytest.raises(UsageError, match="has no release"):
            phases(replace(PLAN, servers=servers), Purpose.LEAVE)
        with pytest.raises(UsageError, match="no server with the role master"):
            write_runbook(replace(PLAN, servers=()), tmp_path / "out", purpose=Purpose.LEAVE)


class TestTheScripts:
    def test_every_shell_reads_them_and_neither_linter_finds_anything(self, folder: Path) -> None:
        scripts = sorted((folder / "runbook").rglob("*.sh"))
        assert len(scripts) == 13
        kinds = list({(p.parent.name, "odmaster" in p.name, p.name if p.parent.name == "clients" else ""): p for p in scripts}.values())
        for shell in SHELLS.values():
            assert unreadable(shell, scripts if shell == ["dash"] else kinds) == []
        rebound = folder / "rebound.sh"
        rebound.write_bytes(leaving_mac(to("openldap", "rebind")))
        lint.assert_plain_sh(*kinds, rebound)
        for script in scripts:
            assert script.read_bytes().isascii()
            assert script.read_bytes().endswith(b'main "$@"\n')

    def test_what_they_call(self, folder: Path, tmp_path: Path) -> None:
        """With --apply, every question answered: exactly the commands of the golden file; without, only what reads, once for the same steps."""
        env, log = recorder(tmp_path, "10.7+")
        seen = []
        looked = set()
        for script in sorted((folder / "runbook").glob("[0-9]*/*.sh"), key=lambda p: (p.parent.name, p.name)):
            log.write_text("")
            steps = functions(script.read_text())["steps"]
            called = {words[0] for words in simple_commands(steps)}
            assert called <= STEPS | {"off"}, script
            status, said = applied(script, called, env)
            assert status == 0, (script, said[-600:])
            seen.append(f"{script.parent.name}/{script.name}\n{log.read_text()}")
            if steps not in looked:
                log.write_text("")
                assert without_terminal(["dash", str(script), "--rehearsal"], env)[0] == 0
                assert not re.search(r"destroyldapserver|slapcat|backupdb|mkdir| \[-delete\]| \[-r\]", log.read_text()), script
            looked.add(steps)
        golden = ROOT / "tests" / "golden" / "leaving.txt"
        if os.environ.get("UPDATE_GOLDEN"):
            golden.write_text("\n".join(seen))
        assert "\n".join(seen) == golden.read_text()

    def test_a_wrong_word_destroys_nothing(self, folder: Path, tmp_path: Path) -> None:
        env, log = recorder(tmp_path, "10.7+")
        script = folder / "runbook" / "7-destroy" / "odmaster.medicalmart.example.com.sh"
        words = ["dash", str(script), "--apply", "--rehearsal", "--machine", script.stem]
        assert run_on_terminal(words, env=env, password="", confirm="yes").status == 3
        assert "destroyldapserver" not in log.read_text()


class TestLeavingOnAMac:
    @pytest.fixture
    @staticmethod
    def mac(tmp_path: Path) -> Iterator[Path]:
        mac_standin.install(tmp_path)
        (tmp_path / "unbind.sh").write_bytes(leaving_mac(PLAN))
        (tmp_path / "rebind.sh").write_bytes(leaving_mac(to("openldap", "rebind")))
        with mac_standin.serving(tmp_path):
            yield tmp_path

    @staticmethod
    def is_now(folder: Path, release: str, bound: list[str], kept: tuple[str, ...] = ()) -> None:
        daemon = "DirectoryService" if release.startswith(("10.4", "10.5", "10.6")) else "opendirectoryd"
        paths = {each: ["/Local/Default", *(f"/LDAPv3/{name}" for name in bound)] for each in ("/Search", "/Search/Contacts")}
        state = {"release": release, "daemon": daemon, "bound": bound, "paths": paths, "policy": {}, "log": [], "mounted": "", "kept": kept}
        mac_standin.become(folder, state)

    @staticmethod
    def run(folder: Path, name: str, *words: str, shell: str = "dash") -> tuple[int, str]:
        env = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ.get('PATH', '')}"}
        return without_terminal([*SHELLS[shell], str(folder / name), "--rehearsal", *words], env)

    @pytest.mark.parametrize(("release", "shell"), [("10.5.8", "dash"), ("12.6", "bash"), ("26.1", "zsh")])
    def test_it_is_off_every_server_of_the_domain_and_off_no_other(self, mac: Path, release: str, shell: str) -> None:
        needs(SHELLS[shell][0])
        mine = ["odmaster.medicalmart.example.com", "OD-STORE", "10.1.0.21"]
        self.is_now(mac, release, [*mine, "other.example.org"])
        before = mac_standin.read(mac)
        assert self.run(mac, "unbind.sh", shell=shell)[0] == 0
        assert mac_standin.read(mac)["bound"] == before["bound"]
        code, said = self.run(mac, "unbind.sh", "--apply", shell=shell)
        assert code == 0, said
        after = mac_standin.read(mac)
        assert after["bound"] == ["other.example.org"]
        assert after["paths"] == {each: ["/Local/Default", "/LDAPv3/other.example.org"] for each in ("/Search", "/Search/Contacts")}
        assert "(confidence: medium)" in said

    def test_a_mac_that_keeps_accounts_of_the_directory_is_left_alone(self, mac: Path) -> None:
        self.is_now(mac, "12.6", ["odmaster.medicalmart.example.com"], ("ann",))
        code, said = self.run(mac, "unbind.sh", "--apply")
        assert (code, "ann" in said, mac_standin.read(mac)["bound"]) == (3, True, ["odmaster.medicalmart.example.com"])
        assert self.run(mac, "unbind.sh")[0] == 0

    @pytest.mark.parametrize("release", ["10.6.8", "12.6"])
    def test_it_is_bound_to_the_new_server_once(self, mac: Path, release: str) -> None:
        self.is_now(mac, release, ["odmaster.medicalmart.example.com"], ("ann",))
        for _ in range(2):
            code, said = self.run(mac, "rebind.sh", "--apply")
            assert code == 0, said
            assert mac_standin.read(mac)["bound"] == [LEAVE.server]
            paths = mac_standin.read(mac)["paths"]
            assert paths == {each: ["/Local/Default", f"/LDAPv3/{LEAVE.server}"] for each in ("/Search", "/Search/Contacts")}
        assert "(confidence: low)" in said


class TestTheRemovalAlone:
    def test_retired_servers_go_and_the_domain_stays(self, tmp_path: Path) -> None:
        plan = project.load(MART / "odkit.toml")
        found = phases(plan, Purpose.REMOVAL)
        assert [each.name for each in found] == ["0-archive", "1-servers", "2-names", "3-clients", "4-verify"]
        text = page(plan, Purpose.REMOVAL)
        assert "eraseDisk" not in text
        assert "Story:" not in text
        # of the release that runs today, not of the one that a migration would bring
        assert "--target 10.4 -o purge" in text.replace("\\", "")
        lines = odkit_lines(found)
        assert {words[0] for words in lines} >= {"purge-principals", "rehearse", "references", "verify", "diff"}
        assert {path.name for path in write_runbook(plan, tmp_path / "out", purpose=Purpose.REMOVAL)} >= {"retired.txt", "check-client.sh"}
        with pytest.raises(UsageError, match="names no retired server"):
            phases(replace(plan, retired=()), Purpose.REMOVAL)

    def test_its_commands_of_odkit_are_read_by_the_command_line(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        for name in ("before.ldif", "after.ldif", "authdata.ldif", "listprincs.txt"):
            (folder / name).write_text("")
        (folder / "purge").mkdir(exist_ok=True)
        for words in odkit_lines(phases(project.load(MART / "odkit.toml"), Purpose.REMOVAL)):
            parse(words)

    def test_the_command_line_writes_it(self, tmp_path: Path) -> None:
        done = commandline.odkit("runbook", "--only", "removal", str(MART / "odkit.toml"), "-o", str(tmp_path / "out"), data=None)
        assert done.returncode == 0, done.stderr
        assert str(ROOT) not in (tmp_path / "out" / "RUNBOOK.md").read_text()

"""The runbook: the story in its order, scripts that every shell reads, and the commands that they really call."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import click
import pytest

import lint
from conftest import MART, ROOT, in_turn, needs
from live.conftest import SHELLS
from live.parsing import unreadable
from live.recorder import RELEASES, STEPS, applied, recorder, small, without_terminal
from odkit import project
from odkit.errors import UsageError
from odkit.project import Export, Project, Server
from odkit.rehearsal.terminal import run_on_terminal
from odkit.runbook import How, page, phases, write_runbook
from odkit_cli import cli
from shellread import functions, simple_commands

pytestmark = pytest.mark.live

GOLDEN = ROOT / "tests" / "golden"


class TestPage:
    def test_the_story_in_its_order(self) -> None:
        """Every step of it, first seen in the order of the phases of docs/story.md."""
        table = re.findall(r"^\| (S\d+) \| .*? \| ([0-9a-z-]+) \| (.*?) \|$", (ROOT / "docs" / "story.md").read_text(), re.MULTILINE)
        assert [step for step, _, _ in table] == [f"S{n}" for n in range(1, 31)]
        found = {
            story: phase.name
            for phase in reversed(phases(project.load(MART / "odkit.toml")))
            for step in phase.steps
            for story in step.story
        }
        assert {step: phase for step, phase, _ in table} == found
        text = page(project.load(MART / "odkit.toml"))
        for _, _, commands in table:
            for command in re.findall(r"`odkit ([a-z-]+)", commands):
                assert command in cli.list_commands(click.Context(cli))
        for command in ("asr -source / -target /Volumes/serverbak -erase -noprompt", "systemsetup -setstartupdisk", "sa\\_srchr 224.0.0.1",
                        "diskutil eraseDisk 'Journaled HFS+' server disk1", "OSInstall.mpkg", "slapconfig -createreplica odrelay.medicalmart.example.com"):  # fmt: skip
            assert command in text, command
        assert "OSIntall" not in text

    def test_no_master(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no server with the role master"):
            write_runbook(Project(Path("x")), tmp_path / "out")


class TestScripts:
    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        base = tmp_path_factory.mktemp("runbook")
        for release in RELEASES:
            write_runbook(small(release), base / release)
        return base

    def test_syntax_and_form(self, folder: Path) -> None:
        scripts = sorted(folder.rglob("*.sh"))
        assert len(scripts) > 100
        # what differs by names alone need not be read by every shell
        names = re.compile("|".join(each.name.partition(".")[0] for each in small("10.5").servers))
        kinds = list({names.sub("NAME", lint.without_data(p.read_text())): p for p in scripts}.values())
        assert len(kinds) > 25
        same = list({p.read_bytes(): p for p in scripts}.values())
        for shell in SHELLS.values():
            assert unreadable(shell, same if shell == ["dash"] else kinds) == []
        # one of each form: probes and an archive, what is confirmed, what binds, what only looks; the slow programs need not see the
        # same lines for every server and phase
        forms = {"1-archive", "2-clone", "10-members", "13-monday", "0-preflight"}
        chosen = list({p.parent.name: p for p in scripts if p.parts[-3] == "10.7+" and p.parent.name in forms}.values())
        chosen += [p for p in scripts if p.parts[-3] == "10.4" and p.name.startswith("member") and p.parent.name == "10-members"]
        lint.assert_plain_sh(*chosen)
        for script in scripts:
            data = script.read_bytes()
            assert data.isascii()
            assert data.endswith(b'main "$@"\n')

    def test_what_they_call(self, folder: Path, tmp_path: Path) -> None:
        """With --apply, every question answered: exactly the commands of the golden files; without, only what reads.

        A step acts through functions that look at --apply; of those two releases, with their own ways to bind, see all.  A script that asks
        for no release does the same on each: where several have it, it is run once, and to look once for the same steps.  The first of each
        server looks for the machine that it is for; of the others that is said.
        """
        acted: dict[bytes, str] = {}
        looked: dict[str, str] = {}
        here: set[str] = set()
        for release in in_turn(RELEASES):
            (tmp_path / release).mkdir()
            env, log = recorder(tmp_path / release, release)
            commands = [c for p in phases(small(release)) for s in p.steps for c in s.commands if c.how is How.READ]
            reads = {" ".join([c.words[0], *(f"[{word}]" for word in c.words[1:])]) for c in commands}
            reads |= {"sw_vers [-productVersion]", "dscl [localhost] [-list] [/LDAPv3]"}  # what binding.sh asks
            reads |= {f"dscl [{policy}] [-read] [/] [CSPSearchPath]" for policy in ("/Search", "/Search/Contacts")}
            seen = []
            for script in sorted((folder / release).glob("[0-9]*/*.sh"), key=lambda p: (int(p.parent.name.partition("-")[0]), p.name)):
                text = script.read_bytes()
                steps = functions(text.decode())["steps"]
                if "sw_vers" in acted.get(text, "sw_vers"):
                    log.write_text("")
                    called = {words[0] for words in simple_commands(steps)}
                    assert called <= STEPS, script
                    status, said = applied(script, called, env)
                    assert status == 0, (script, said[-600:])
                    acted[text] = log.read_text()
                seen.append(f"{script.parent.name}/{script.name}\n{acted[text]}")
                if release not in {"10.5", "10.7+"}:
                    continue
                if "sw_vers" in looked.get(steps, "sw_vers"):
                    log.write_text("")
                    told = ["--machine", script.stem] if script.stem in here else []
                    assert without_terminal(["dash", str(script), "--rehearsal", *told], env)[0] == 0
                    here.add(script.stem)
                    looked[steps] = log.read_text()
                assert set(looked[steps].splitlines()) <= reads, script
            text_of_all = "\n".join(seen)
            golden = GOLDEN / f"runbook-{release.rstrip('+')}.txt"
            if os.environ.get("UPDATE_GOLDEN"):
                golden.write_text(text_of_all)
            assert text_of_all == golden.read_text()

    def test_a_wrong_word_stops_it(self, folder: Path, tmp_path: Path) -> None:
        env, log = recorder(tmp_path)
        script = folder / "10.5" / "4-install" / "master.example.com.sh"
        words = ["dash", str(script), "--apply", "--rehearsal", "--machine", "master.example.com"]
        done = run_on_terminal(words, env=env, password="", confirm="yes")
        assert done.status == 3
        assert "eraseDisk" not in log.read_text()
        # without a terminal nobody can have typed it
        lost = subprocess.run(["setsid", *words], env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)  # fmt: skip
        assert lost.returncode == 3
        assert "eraseDisk" not in log.read_text()

    def test_another_machine_stops_it(self, folder: Path, tmp_path: Path) -> None:
        """By name or address it must be the one that the script is for; a run that only looks may be anywhere."""
        env, log = recorder(tmp_path)
        stubs = tmp_path / "stubs"
        script = folder / "10.5" / "1-archive" / "master.example.com.sh"
        for name, address, status in (
            ("mac.local", "10.0.0.9", 3),
            ("Master.Example.COM", "10.0.0.9", 0),
            ("master", "", 0),
            ("x", "10.0.0.1", 0),
            ("x", "10.0.0.11", 3),
            ("relay.example.com", "10.0.0.1", 3),
            ("relay", "10.0.0.1", 3),
        ):
            (stubs / "hostname").write_text(f"#!/bin/sh\necho {name}\n")
            (stubs / "ifconfig").write_text(f"#!/bin/sh\nprintf 'en0: flags=8863<UP>\\n\\tinet {address} netmask 0xffffff00\\n'\n")
            for stub in ("hostname", "ifconfig"):
                (stubs / stub).chmod(0o755)
            log.write_text("")
            done = run_on_terminal(["dash", str(script), "--apply", "--rehearsal"], env=env, password="")
            assert done.status == status, (name, done.output)
            assert ("slapcat" in log.read_text()) is (status == 0)
            assert without_terminal(["dash", str(script), "--rehearsal"], env)[0] == 0

    @pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
    def test_names_are_data(self, shell: str, tmp_path: Path) -> None:
        """Nothing of the plan becomes a command."""
        needs(SHELLS[shell][0])
        env, log = recorder(tmp_path)
        odd = "$(touch x)`touch x`'; touch x; \"*"
        server = Server("m.example.com", "master", target="10.5", boot=odd, backup=odd, install=odd, site=odd, shares=(Export("afp", f"/{odd}"),),
                        backups=(project.Backup(f"/{odd}", f"-e touch x {odd}"),))  # fmt: skip
        write_runbook(Project(Path("x"), "R", servers=(server,)), tmp_path / "out")
        for script in (tmp_path / "out").rglob("*.sh"):
            steps = {words[0] for words in simple_commands(functions(script.read_text()).get("steps", ""))}
            applied(script, steps, env, shell=SHELLS[shell], machine=server.name, cwd=tmp_path)
        assert not list(tmp_path.rglob("x"))
        assert f"[/Volumes/{odd}]" in log.read_text()

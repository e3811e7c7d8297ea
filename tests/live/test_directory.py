"""delete-records.sh through the stand-in and delete-records.ldif through ldapmodify, on a real slapd."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import odkit
from conftest import MART, needs
from live.conftest import SHELLS, Kept, Stage, State
from odkit.ldif import ChangeRecord, Modification, dump
from odkit.rehearsal.slapd import state

pytestmark = pytest.mark.live

DART = "xserve-dart1.medicalmart.example.com"
Plans = Callable[[tuple[str, ...], str], tuple[odkit.PurgePlan, Path]]
Write = Callable[..., odkit.PurgePlan]


@pytest.fixture(scope="module")
def plans(leftover: Kept, tmp_path_factory: pytest.TempPathFactory) -> Plans:
    """Make a plan for servers and a release once, and write it."""

    @functools.cache
    def made(retired: tuple[str, ...], target: str) -> tuple[odkit.PurgePlan, Path]:
        plan, folder = odkit.plan_purge(leftover.od, retire=retired), tmp_path_factory.mktemp("plan") / "purge"
        odkit.write_plan(plan, folder, target=target)
        return plan, folder

    return made


@pytest.fixture
def write(stage: Stage, plans: Plans) -> Write:
    """A folder with a plan in the place of the test."""

    def copied(retired: list[str], target: str = "10.5") -> odkit.PurgePlan:
        plan, folder = plans(tuple(retired), target)
        shutil.copytree(folder, stage.folder / "purge")
        return plan

    return copied


def planned(plan: odkit.PurgePlan, before: State) -> State:
    """The state that the plan means, computed from the plan alone."""
    from odkit.dn import dn_key

    wanted = {dn: {name: list(values) for name, values in each.items()} for dn, each in before.items()}
    for change in plan.records:
        key = dn_key(change.entry.dn) or ""
        if change.attribute is None:
            del wanted[key]
        else:
            wanted[key][change.attribute.lower()].remove(change.value or b"")
    return wanted


class TestDscl:
    def test_the_story(self, stage: Stage, write: Write, retired: list[str]) -> None:
        """One batch, one prompt; exactly the plan; the cleaned fixture; nothing the second time; and back."""
        plan = write(retired)
        before = stage.now()
        script = str(stage.folder / "purge" / "delete-records.sh")
        done = stage.run(script, "--apply", "--rehearsal")
        assert (done.status, done.prompts) == (0, 1), done.output
        assert f"{len(plan.records)} deleted, 0 absent, 0 failed" in done.output
        assert all(line.startswith("REHEARSAL: ") for line in done.output.splitlines())
        assert stage.directory.password not in done.output
        assert stage.now() == planned(plan, before)
        after = odkit.open(MART / "after" / "export.ldif")
        assert stage.now() == state(r.entry for r in after.records())
        again = stage.run(script, "--apply", "--rehearsal")
        assert (again.status, again.prompts) == (0, 0)
        assert f"nothing to delete: 0 deleted, {len(plan.records)} absent, 0 failed" in again.output
        restore = (stage.folder / "purge" / "restore" / "restore-records.ldif").read_bytes()
        assert stage.directory.modify(restore).returncode == 0
        assert stage.now() == before

    @pytest.mark.parametrize("shell", ["bash", "zsh"])
    def test_every_shell(self, stage: Stage, write: Write, shell: str) -> None:
        needs(SHELLS[shell][0])
        plan = write([DART])
        before = stage.now()
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--apply", "--rehearsal", shell=SHELLS[shell])
        assert (done.status, done.prompts) == (0, 1), done.output
        assert stage.now() == planned(plan, before)

    def test_dry_run_changes_nothing(self, stage: Stage, write: Write) -> None:
        write([DART])
        before = stage.now()
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--rehearsal")
        assert (done.status, done.prompts) == (0, 0)
        assert f"delete /Mounts/{DART}:%2FVolumes%2FData%2FHomes" in done.output
        assert stage.now() == before

    @pytest.mark.parametrize("attribute", ["description", "apple-generateduid", "apple-hwuuid"])
    def test_a_value_changed_or_added_since_the_plan_stops(self, stage: Stage, write: Write, attribute: str) -> None:
        write([DART])
        dn = f"cn=xserve-dart1$,cn=computers,{stage.od.suffix}"
        change = ChangeRecord(dn, "modify", changes=(Modification("replace", attribute, (b"another",)),))
        assert stage.directory.modify(dump([change])).returncode == 0
        before = stage.now()
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--apply", "--rehearsal")
        assert (done.status, done.prompts) == (3, 0), done.output
        assert "no longer as planned: /Computers/xserve-dart1$" in done.output
        assert stage.now() == before

    def test_10_4_has_no_batch(self, stage: Stage, write: Write, retired: list[str]) -> None:
        stage.play("10.4.11")
        write(retired[:6], "10.4")
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--apply", "--rehearsal")
        assert done.status == 3
        assert "use delete-records-ldif.sh. Nothing was changed." in done.output

    def test_10_4_one_command_each(self, stage: Stage, write: Write) -> None:
        stage.play("10.4.11")
        plan = write([DART], "10.4")
        before = stage.now()
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--apply", "--rehearsal")
        assert (done.status, done.prompts) == (0, len(plan.records)), done.output
        assert stage.now() == planned(plan, before)

    def test_a_wrong_password_deletes_nothing_and_says_so(self, stage: Stage, write: Write) -> None:
        write([DART])
        stage.play("10.5.8", password="another")
        before = stage.now()
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--apply", "--rehearsal")
        assert done.status == 1
        assert "0 deleted, 0 absent, 10 failed" in done.output
        assert stage.now() == before

    def test_an_answer_without_the_records_name_is_not_understood(self, stage: Stage, write: Write) -> None:
        write([DART])
        (stage.folder / "standins" / "dscl").write_text("#!/bin/sh\ncase $* in *-read*) echo 'Comment: x' ;; esac\n")
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--apply", "--rehearsal")
        assert done.status == 2
        assert "stopped: dscl does not tell the name of /" in done.output

    def test_a_directory_that_is_not_there(self, stage: Stage, write: Write) -> None:
        write([DART])
        done = stage.run(str(stage.folder / "purge" / "delete-records.sh"), "--apply", "--rehearsal", "--node", "/LDAPv3/192.0.2.1")
        assert done.status == 2
        assert "dscl cannot read the node /LDAPv3/192.0.2.1; nothing was changed" in done.output


@pytest.mark.parametrize("tool", ["sort", "awk", "grep"])
def test_a_failing_tool_stops(stage: Stage, write: Write, tool: str) -> None:
    """Of the others see test_failing_tools.py; comm and sed only show what is done."""
    write([DART])
    before = stage.now()
    (stage.folder / "standins" / tool).write_text("#!/bin/sh\nexit 2\n")
    (stage.folder / "standins" / tool).chmod(0o755)
    script = stage.folder / "purge" / "delete-records-ldif.sh"
    done = stage.run(str(script), "--apply", "--rehearsal", "--uri", stage.directory.url)
    assert done.status in {2, 3}, done.output
    assert stage.now() == before


def test_another_domains_server(stage: Stage, write: Write) -> None:
    write([DART])
    script = stage.folder / "purge" / "delete-records-ldif.sh"
    script.write_text(script.read_text().replace("SUFFIX='dc=medicalmart", "SUFFIX='dc=other"))
    done = stage.run(str(script), "--apply", "--rehearsal", "--uri", stage.directory.url)
    assert done.status == 2
    assert "does not hold dc=other" in done.output


class TestLdif:
    def test_ldapmodify_by_hand(self, stage: Stage, write: Write, retired: list[str]) -> None:
        plan = write(retired)
        before = stage.now()
        done = stage.directory.modify((stage.folder / "purge" / "delete-records.ldif").read_bytes())
        assert done.returncode == 0, done.stderr
        assert stage.now() == planned(plan, before)

    @pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
    def test_the_script_in_every_shell(self, stage: Stage, write: Write, retired: list[str], shell: str) -> None:
        needs(SHELLS[shell][0])
        plan = write(retired if shell == "dash" else [DART])
        before = stage.now()
        words = [str(stage.folder / "purge" / "delete-records-ldif.sh"), "--rehearsal", "--uri", stage.directory.url]
        dry = stage.run(*words, shell=SHELLS[shell])
        assert (dry.status, dry.prompts) == (0, 0), dry.output
        assert stage.now() == before
        done = stage.run(*words, "--apply", shell=SHELLS[shell])
        assert (done.status, done.prompts) == (0, 1), done.output
        assert f"{len(plan.records)} deleted, 0 absent, 0 failed" in done.output
        assert stage.directory.password not in done.output
        assert stage.now() == planned(plan, before)
        again = stage.run(*words, "--apply", shell=SHELLS[shell])
        assert (again.status, again.prompts) == (0, 0)

    def test_the_assertion_stops_a_deletion(self, stage: Stage, write: Write) -> None:
        plan = write([DART])
        dn = f"cn=xserve-dart1$,cn=computers,{stage.od.suffix}"
        change = ChangeRecord(dn, "modify", changes=(Modification("replace", "macAddress", (b"00:00:00:00:00:01",)),))
        assert stage.directory.modify(dump([change])).returncode == 0
        done = stage.directory.modify((stage.folder / "purge" / "delete-records.ldif").read_bytes(), go_on=True)
        assert b"Assertion Failed (122)" in done.stderr
        left = stage.now()
        assert dn.lower() in left
        assert sum(1 for c in plan.records if c.attribute is None and c.entry.dn.lower() in left) == 1

    def test_the_script_stops_when_a_value_was_added(self, stage: Stage, write: Write) -> None:
        write([DART])
        dn = f"cn=xserve-dart1$,cn=computers,{stage.od.suffix}"
        change = ChangeRecord(dn, "modify", changes=(Modification("add", "apple-networkview", (b"new",)),))
        assert stage.directory.modify(dump([change])).returncode == 0
        before = stage.now()
        done = stage.run(str(stage.folder / "purge" / "delete-records-ldif.sh"), "--apply", "--rehearsal", "--uri", stage.directory.url)
        assert done.status == 3
        assert "apple-networkview: new" in done.output
        assert stage.now() == before


def test_a_violating_record_is_repaired_in_the_scratch_copy_only(tmp_path: Path) -> None:
    needs("slapd")
    from odkit.ldif import Entry
    from odkit.rehearsal.slapd import ScratchDirectory

    entry = Entry(
        "cn=odd,cn=computers,dc=x", {"objectClass": [b"apple-computer", b"no-such-class"], "cn": [b"odd"], "noSuchAttribute": [b"v"]}
    )
    with ScratchDirectory([entry], "dc=x", "cn=admin,dc=x") as directory:
        loaded = state(directory.entries())
        assert loaded["cn=odd,cn=computers,dc=x"]["nosuchattribute"] == [b"v"]
        whats = {repair.what for repair in directory.repairs}
    assert "object class no-such-class was defined for the rehearsal" in whats
    assert "attribute noSuchAttribute was defined for the rehearsal" in whats
    assert "added: the export has records below it, but not itself" in whats
    assert directory.refused == []
    assert list(entry.attributes) == ["objectClass", "cn", "noSuchAttribute"]

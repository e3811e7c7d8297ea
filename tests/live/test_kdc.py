"""purge-principals.sh and its way back, run by real shells against a real MIT KDC."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import odkit
from conftest import MART, needs
from live.conftest import REALM, SHELLS, Kdc, inventory_names, scratch_kdc
from odkit.rehearsal.standins import Machine, install

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Whole:
    """The KDC with all names of the stage with leftovers, and its list, which is younger than they are."""

    dump: Path
    stash: Path
    listing: Path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder = tmp_path_factory.mktemp("whole")
    made = Whole(folder / "dump", folder / "stash", folder / "listprincs.txt")
    with scratch_kdc(folder) as kdc:
        kdc.realm.add(inventory_names("leftover"), "-nokey")
        made.dump.write_bytes(kdc.realm.dump())
        shutil.copy(kdc.realm.folder / "stash", made.stash)
        made.listing.write_bytes(kdc.realm.listing())
    return made


@pytest.fixture
def full(whole: Whole, tmp_path: Path) -> Iterator[Kdc]:
    with scratch_kdc(tmp_path, (whole.dump, whole.stash)) as kdc:
        yield kdc


PlanFor = Callable[..., odkit.PurgePlan]


@pytest.fixture(scope="module")
def planned(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], tuple[odkit.PurgePlan, Path]]:
    """The plan, with the list or without, and its folder: made once."""

    @functools.cache
    def made(inventory: bool) -> tuple[odkit.PurgePlan, Path]:
        od = odkit.open(MART / "leftover" / "export.ldif")
        retired = (MART / "retired.txt").read_text().split()
        plan = odkit.plan_purge(od, odkit.read_principals(whole.listing) if inventory else None, retire=retired)
        folder = tmp_path_factory.mktemp("plan") / "purge"
        odkit.write_plan(plan, folder, target="10.5")
        return plan, folder

    return made


@pytest.fixture
def plan_for(planned: Callable[[bool], tuple[odkit.PurgePlan, Path]], tmp_path: Path) -> PlanFor:
    """A copy of the plan's folder in the place of the test."""

    def copied(*, inventory: bool = True) -> odkit.PurgePlan:
        plan, folder = planned(inventory)
        shutil.copytree(folder, tmp_path / "purge")
        return plan

    return copied


class TestApply:
    @pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
    def test_before_minus_after_is_the_plan_in_every_shell(self, full: Kdc, tmp_path: Path, plan_for: PlanFor, shell: str) -> None:
        needs(SHELLS[shell][0])
        plan = plan_for()
        before = full.realm.names()
        script, sh = str(tmp_path / "purge" / "purge-principals.sh"), SHELLS[shell]
        dry = full.sh(script, "--rehearsal", shell=sh)
        assert dry.returncode == 0, dry.stderr
        assert "would be: 133 deleted, 0 absent. Nothing was changed." in dry.stdout
        assert full.realm.names() == before
        done = full.sh(script, "--apply", "--rehearsal", shell=sh)
        assert (done.returncode, done.stderr) == (0, "")
        assert "133 deleted, 0 absent, 0 failed" in done.stdout
        assert all(line.startswith("REHEARSAL: ") for line in done.stdout.splitlines())
        assert before - full.realm.names() == {d.text for d in plan.delete}
        assert full.realm.names() <= before
        again = full.sh(script, "--apply", "--rehearsal", shell=sh)
        assert again.returncode == 0
        assert "nothing to delete: 0 deleted, 133 absent, 0 failed" in again.stdout
        assert not (tmp_path / "purge" / "backup-2").exists()
        restore = str(tmp_path / "purge" / "restore" / "restore-principals.sh")
        back = full.sh(restore, "--apply", "--rehearsal", str(tmp_path / "purge" / "backup-1"), shell=sh)
        assert (back.returncode, back.stderr) == (0, "")
        assert full.realm.names() == before

    def test_what_is_left_is_the_cleaned_fixture(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        assert full.sh(str(tmp_path / "purge" / "purge-principals.sh"), "--apply", "--rehearsal").returncode == 0
        ours = {n for n in full.realm.names() if not n.startswith((b"K/M", b"kadmin/", b"krbtgt/"))}
        theirs = {n for n in inventory_names("after") if not n.startswith((b"K/M", b"kadmin/", b"krbtgt/"))}
        assert ours == theirs

    def test_a_password_changed_in_between_stays_as_it_is(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan = plan_for()
        user = next(n for n in inventory_names("after") if b"/" not in n and b"$" not in n)
        purge = tmp_path / "purge"
        assert full.sh(str(purge / "purge-principals.sh"), "--apply", "--rehearsal").returncode == 0
        full.realm.kadmin([b'cpw -pw changed "' + user + b'"'])
        live = b"host/odmaster.medicalmart.example.com@" + REALM.encode()
        full.realm.kadmin([b'cpw -randkey "' + live + b'"'])
        lines = {line.split(b"\t")[6]: line for line in full.realm.dump().split(b"\n") if line.startswith(b"princ\t")}
        back = full.sh(str(purge / "restore" / "restore-principals.sh"), "--apply", "--rehearsal", str(purge / "backup-1"))
        assert back.returncode == 0, back.stderr
        after = {line.split(b"\t")[6]: line for line in full.realm.dump().split(b"\n") if line.startswith(b"princ\t")}
        assert {name: after[name] for name in lines} == lines
        assert set(after) - set(lines) == {d.text for d in plan.delete}
        old = (purge / "backup-1" / "kdc.dump").read_bytes().split(b"\n")
        saved = {line.split(b"\t")[6]: line for line in old if line.startswith(b"princ\t")}
        assert all(after[d.text] == saved[d.text] for d in plan.delete)

    def test_a_restored_name_that_was_made_again_is_left_alone(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan = plan_for()
        purge = tmp_path / "purge"
        full.sh(str(purge / "purge-principals.sh"), "--apply", "--rehearsal")
        again = plan.delete[0].text
        full.realm.add([again])
        before = next(x for x in full.realm.dump().split(b"\n") if x.startswith(b"princ\t") and x.split(b"\t")[6] == again)
        done = full.sh(str(purge / "restore" / "restore-principals.sh"), "--apply", "--rehearsal", str(purge / "backup-1"))
        assert "132 put back, 1 there already, 0 failed" in done.stdout
        assert before in full.realm.dump().split(b"\n")


class TestBrakes:
    def refuses(self, kdc: Kdc, folder: Path, message: str, status: int = 3, *words: str, env: dict[str, str] | None = None) -> None:
        before = kdc.realm.names()
        done = kdc.sh(str(folder / "purge" / "purge-principals.sh"), "--apply", "--rehearsal", *words, env=env)
        assert done.returncode == status, (done.stdout, done.stderr)
        assert message in done.stderr
        assert kdc.realm.names() == before
        assert not (folder / "purge" / "backup-1").exists()

    def test_another_kdc(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        full.realm.add([b"host/new.medicalmart.example.com"], "-nokey")
        self.refuses(full, tmp_path, "host/new.medicalmart.example.com@MEDICALMART.EXAMPLE.COM")

    def test_a_live_name_is_gone(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        full.realm.kadmin([b"delprinc -force host/odmaster.medicalmart.example.com"])
        self.refuses(full, tmp_path, "in the plan, no longer in the KDC:")

    def test_a_list_without_krbtgt_is_not_the_whole_list(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        full.realm.kadmin([b"delprinc -force " + name for name in full.realm.names() if name.startswith(b"krbtgt/")])
        self.refuses(full, tmp_path, "the list has no krbtgt principal")

    def test_one_component_names_may_come_and_go(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        full.realm.add([b"newuser"], "-nokey")
        full.realm.kadmin([b"delprinc -force root"])
        assert full.sh(str(tmp_path / "purge" / "purge-principals.sh"), "--apply", "--rehearsal").returncode == 0

    def test_another_realm(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        script = tmp_path / "purge" / "purge-principals.sh"
        script.write_bytes(script.read_bytes().replace(b"REALM='MEDICALMART.EXAMPLE.COM'", b"REALM='OTHER.EXAMPLE.COM'"))
        self.refuses(full, tmp_path, "cannot list the realm OTHER.EXAMPLE.COM", 2)

    def test_another_release_role_and_plan(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan = plan_for()
        install(tmp_path / "standins", Machine("10.6.8"))
        self.refuses(full, tmp_path, "written for Mac OS X Server 10.5, and this is 10.6.8")
        install(tmp_path / "standins", Machine("10.5.8", "replica"))
        self.refuses(full, tmp_path, "this server is 'replica'")
        install(tmp_path / "standins", Machine("10.5.8"))
        file = tmp_path / "purge" / "plan.json"
        file.write_text(file.read_text().replace(plan.id, "0" * 16))
        self.refuses(full, tmp_path, "plan.json belongs to another plan")

    def test_heimdals_imitation_of_kadmin_local(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        shim = tmp_path / "standins" / "kadmin.local"
        shim.write_text("#!/bin/sh\nexit 0\n")
        shim.chmod(0o755)
        self.refuses(full, tmp_path, "kadmin.local is a script here")

    def test_programs_from_elsewhere_only_in_a_rehearsal(self, full: Kdc, tmp_path: Path, plan_for: PlanFor, tools_of_a_mac: Path) -> None:
        full.env["PATH"] = full.env["PATH"].replace(f"{tools_of_a_mac}:", "")
        plan_for()
        done = full.sh(str(tmp_path / "purge" / "purge-principals.sh"), "--apply")
        assert done.returncode == 2
        assert "standins/slapconfig is outside the system's folders" in done.stderr

    def test_a_cut_program_path(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        path = f"/usr/bin/../..{tmp_path}/standins:{full.env['PATH']}"
        self.refuses(full, tmp_path, "give PATH without '..'", 2, env={"PATH": path})


def test_somebodys_login_environment(full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
    plan = plan_for()
    before = full.realm.names()
    (tmp_path / "elsewhere" / "purge").mkdir(parents=True)
    odd = {"CDPATH": str(tmp_path / "elsewhere"), "GREP_OPTIONS": "-v", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8", "TMPDIR": str(tmp_path)}
    done = full.sh("-c", f"cd {tmp_path} && exec sh purge/purge-principals.sh --apply --rehearsal", env=odd)
    assert done.returncode == 0, done.stderr
    assert before - full.realm.names() == {d.text for d in plan.delete}
    assert (tmp_path / "purge" / "backup-1" / "kdc.dump").exists()


class TestFailingTools:
    """A tool that fails must never look like an empty list."""

    def test_a_kdc_that_goes_away_behind_the_deletions(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for()
        mark = tmp_path / "sent"
        real = "/usr/sbin/kadmin.local"
        wrapper = tmp_path / "standins" / "kadmin.local"
        wrapper.write_text(f'#! /bin/sh\n[ -e {mark} ] && exit 1\ncase "$*" in *-q*) ;; *) : > {mark} ;; esac\nexec {real} "$@"\n')
        wrapper.chmod(0o755)
        script = tmp_path / "purge" / "purge-principals.sh"
        script.write_text(script.read_text().replace("    check_kdc\n", ""))
        done = full.sh(str(script), "--apply", "--rehearsal")
        assert done.returncode == 1
        assert "deletions were sent, and what came of them is not known. The backup: " in done.stderr


class TestCandidates:
    def test_only_names_that_the_kdc_lists_byte_for_byte(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan = plan_for(inventory=False)
        assert not plan.delete
        before = full.realm.names()
        done = full.sh(str(tmp_path / "purge" / "purge-principals.sh"), "--apply", "--rehearsal")
        assert done.returncode == 0, done.stderr
        gone = before - full.realm.names()
        assert gone == before & set(plan.candidates)
        assert len(gone) == 132
        upper = b"host/XSERVE-HQ2.MEDICALMART.EXAMPLE.COM@MEDICALMART.EXAMPLE.COM"
        assert upper in full.realm.names()
        assert "in another spelling" in done.stdout
        assert upper.decode() in done.stdout

    def test_the_cap(self, full: Kdc, tmp_path: Path, plan_for: PlanFor) -> None:
        plan_for(inventory=False)
        before = full.realm.names()
        done = full.sh(str(tmp_path / "purge" / "purge-principals.sh"), "--apply", "--rehearsal", "--max", "131")
        assert done.returncode == 3
        assert "132 of 272 names would go, more than 131" in done.stderr
        assert full.realm.names() == before

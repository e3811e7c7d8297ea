"""``load.sh`` and ``unload.sh`` at a Samba domain."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

import odkit
from odkit.carrying.samba.names import why_not_name
from odkit.ldif import Entry, Reader
from odkit.rehearsal.samba import ScratchDomain
from odkit.values.attributes import texts_of
from targets.samba_moves import LION, Move, lion

pytestmark = pytest.mark.targets


@pytest.fixture
def loading(fresh_domain: ScratchDomain, tmp_path: Path) -> Move:
    return lion(tmp_path, ScratchDomain.copy_of(fresh_domain, tmp_path / "domain"))


class TestLoadScript:
    def test_without_apply_nothing_changes_and_a_second_run_changes_nothing(self, loading: Move) -> None:
        before = loading.everything()
        done = loading.sh("load.sh")
        assert (done.returncode, done.stderr) == (0, "")
        assert "a dry run; --apply would make these 81 objects" in done.stdout
        assert loading.everything() == before
        assert loading.sh("load.sh", "--apply").returncode == 0
        sam = str(loading.domain.sam)
        loading.domain.run("samba-tool", "user", "setpassword", "aabbott0", "-H", sam, "--newpassword=Fr0m-now-on!")
        loading.domain.run("samba-tool", "user", "delete", "diradmin", "-H", sam)
        after = loading.everything()
        done = loading.sh("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert "nothing to load: 80 of 81 objects are there" in done.stdout
        assert loading.everything() == after
        done = loading.sh("unload.sh", "--apply")
        assert done.returncode == 0
        assert "79 deleted, 1 absent, 0 failed" in done.stdout
        assert {name for name in loading.objects() if name in loading.passwords} == {"aabbott0"}

    def test_what_somebody_has_made_in_the_meantime_stops_it_and_is_named(self, loading: Move) -> None:
        sam = str(loading.domain.sam)
        loading.domain.run("samba-tool", "user", "create", "AABBOTT0", "S0mebody-else!", "-H", sam, "--uid-number=1026")
        before = loading.everything()
        done = loading.sh("load.sh", "--apply")
        assert done.returncode == 3
        assert "CN=AABBOTT0,CN=Users" in done.stderr
        assert loading.everything() == before
        export = loading.folder.parent / "domain.ldif"
        export.write_bytes(loading.domain.search("(objectClass=*)"))
        again = lion(loading.folder.parent / "again", loading.domain, target_export=export)
        assert {collision.name for collision in again.plan.collisions} == {"aabbott0", "ahebert1"}
        assert again.plan.counts["left_out"] == loading.plan.counts["left_out"] + 2
        assert again.sh("load.sh", "--apply").returncode == 0

    def test_when_the_second_file_fails_nothing_of_the_first_stays(self, loading: Move, tmp_path: Path) -> None:
        """The real tool refuses, after a copy of the database has taken both files."""
        before = {dn for dn, _ in loading.everything()}
        standin = tmp_path / "bin" / "ldbmodify"
        standin.parent.mkdir()
        standin.write_text(f'#!/bin/sh\ncase "$*" in *{loading.domain.sam}*) exit 1 ;; esac\nexec /usr/bin/ldbmodify "$@"\n')
        standin.chmod(0o755)
        done = loading.sh("load.sh", "--apply", path=str(standin.parent))
        assert done.returncode == 1
        assert "all objects of the plan were taken back" in done.stderr
        assert {dn for dn, _ in loading.everything()} == before
        assert loading.sh("load.sh", "--apply").returncode == 0

    def test_a_run_that_was_ended_between_the_two_files_is_taken_back_by_the_next_one(self, loading: Move) -> None:
        loading.domain.run("ldbadd", "-H", str(loading.domain.sam), "--relax", str(loading.folder / "add.ldif"))
        done = loading.sh("load.sh")
        assert done.returncode == 1
        assert "was ended between the two files" in done.stdout
        done = loading.sh("load.sh", "--apply")
        assert (done.returncode, done.stderr) == (0, "")
        assert "81 loaded and compared, 0 failed" in done.stdout

    @pytest.mark.parametrize("name", ["add.ldif", "secrets.ldif"])
    @pytest.mark.parametrize("size", [0, 2000, -30])
    def test_a_file_that_is_cut_stops_it(self, loading: Move, name: str, size: int) -> None:
        path = loading.folder / name
        path.write_bytes(path.read_bytes()[:size])
        before = loading.everything()
        assert loading.sh("load.sh", "--apply").returncode == 3
        assert loading.everything() == before

    def test_another_domain_stops_it(self, loading: Move, tmp_path: Path) -> None:
        shutil.rmtree(loading.folder)
        od = odkit.open(LION / "export.ldif", LION / "authdata.ldif")
        plan = odkit.carry(od, to="samba", m_key=LION / "m-key", base_dn="DC=other,DC=example", target_realm="OTHER.EXAMPLE")
        odkit.write_carry(plan, loading.folder)
        done = loading.sh("load.sh", "--apply")
        assert done.returncode in {2, 3}

    def test_a_plan_that_is_older_than_a_password_may_be_stops_it(self, fresh_domain: ScratchDomain, tmp_path: Path) -> None:
        move = lion(tmp_path, ScratchDomain.copy_of(fresh_domain, tmp_path / "domain"), today=date(2026, 1, 1))
        done = move.sh("load.sh", "--apply")
        assert done.returncode == 3
        assert "maxPwdAge" in done.stderr

    @pytest.mark.parametrize("shell", ["bash", "zsh"])
    def test_other_shells_do_the_same(self, loading: Move, shell: str) -> None:
        before = {dn for dn, _ in loading.everything()}
        done = loading.sh("load.sh", "--apply", shell=shell)
        assert (done.returncode, done.stderr) == (0, "")
        done = loading.sh("unload.sh", "--apply", shell=shell)
        assert (done.returncode, done.stderr) == (0, "")
        assert {dn for dn, _ in loading.everything()} == before


def test_every_name_of_a_fresh_domain_is_known_as_its_own(fresh_domain: ScratchDomain) -> None:

    found = [e for e in Reader(fresh_domain.search("(sAMAccountName=*)", "sAMAccountName", "cn")) if isinstance(e, Entry)]
    names = {name for entry in found for kind in ("sAMAccountName", "cn") for name in texts_of(entry.attributes, kind)}
    assert {name for name in names if why_not_name(name) is None} <= {"DC1", "DC1$"}

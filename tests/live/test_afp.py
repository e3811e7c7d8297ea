"""Places of AFP rewritten to SMB on a real slapd, by LDIF and by dscl's stand-in: both do the same, and the way back restores every value."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import odkit
from build_afp import ADMIN, OLD, SHARE_MAP, SUFFIX, moving, near_misses, staying, tops
from conftest import needs
from live.conftest import Stage
from odkit.afp import afp
from odkit.afp.shares import read_share_map
from odkit.afp.smb import plan_smb
from odkit.hostrefs import Rewrite
from odkit.hostrefs.rewrite_scripts import rewrite_files
from odkit.ldif import ChangeRecord, Modification, dump
from odkit.rehearsal.slapd import ScratchDirectory, state

pytestmark = pytest.mark.live

BINARY = f"uid=xia,cn=users,{SUFFIX}"  # a binary property list, which slapd takes into no text
# those that are changed by the script: each of its steps starts ldapsearch several times
FEW = ("uid=bob", "uid=gil", f"cn={OLD}:/Volumes/Homes", "cn=projects", "cn=staff,cn=groups")


def seen(directory: ScratchDirectory) -> dict[str, dict[str, list[bytes]]]:
    """A state, without the order of values."""
    return {dn: {name: sorted(values) for name, values in each.items()} for dn, each in state(directory.entries()).items()}


def planned(od: odkit.Directory, folder: Path) -> Rewrite:
    (folder / "shares").write_text(SHARE_MAP)
    return plan_smb(od, read_share_map(folder / "shares"))


def test_by_ldif_and_back(tmp_path: Path) -> None:
    needs("slapd", "ldapmodify")
    entries = [*tops(), *moving(), *(entry for entry, _ in staying() if entry.dn != BINARY), *near_misses()]
    with ScratchDirectory(entries, SUFFIX, ADMIN) as directory:
        assert not directory.refused
        plan = planned(odkit.open(directory.cat()), tmp_path)
        before = seen(directory)
        assert directory.modify(plan.ldif()).returncode == 0
        now = seen(directory)
        assert {dn for dn in now if now[dn] != before[dn]} == {each.record.dn.lower() for each in plan.records}
        beside = {BINARY} | {entry.dn for entry, reason in staying() if reason == "the alias beside it"}
        left = {place.dn for place in afp(odkit.open(directory.cat())).places}
        assert left == {entry.dn for entry, _ in staying()} - beside
        assert directory.modify(plan.ldif(undo=True)).returncode == 0
        assert seen(directory) == before


@pytest.fixture
def domain(tmp_path: Path) -> Iterator[Stage]:
    needs("slapd", "ldapmodify", "dash")
    entries = [*tops(), *(entry for entry in moving() if entry.dn.startswith(FEW))]
    with ScratchDirectory(entries, SUFFIX, ADMIN) as directory:
        path = f"{tmp_path}/standins:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        made = Stage(directory, odkit.open(directory.cat()), tmp_path, os.environ | {"PATH": path})
        made.play("10.6.8")
        yield made


def test_by_script_and_back(domain: Stage) -> None:
    plan = planned(domain.od, domain.folder)
    found = rewrite_files(domain.od, plan, "10.6")
    [policy] = found.left
    assert "apple-mcxsettings may hold a secret" in policy
    for name, data in found.files:
        (domain.folder / name).write_bytes(data)
    before = seen(domain.directory)
    dry = domain.run(str(domain.folder / "rewrite.sh"), "--rehearsal")
    assert (dry.status, dry.prompts) == (0, 0), dry.output
    assert seen(domain.directory) == before
    done = domain.run(str(domain.folder / "rewrite.sh"), "--apply", "--rehearsal")
    assert done.status == 0, done.output
    assert domain.directory.modify((domain.folder / "rewrite-rest.ldif").read_bytes()).returncode == 0
    assert afp(odkit.open(domain.directory.cat())).places == ()
    now = seen(domain.directory)
    for change in plan.records:
        for each in change.values:
            held = now[change.record.dn.lower()][each.attribute.lower()]
            assert (each.new in held, each.old in held) == (True, False), change.record.dn
    assert domain.directory.modify((domain.folder / "undo-rest.ldif").read_bytes()).returncode == 0
    back = domain.run(str(domain.folder / "undo.sh"), "--apply", "--rehearsal")
    assert back.status == 0, back.output
    assert seen(domain.directory) == before


def test_what_slapd_took_from_slapadd_it_does_not_delete_by_its_value() -> None:
    """So that such a place is left to a person: the change would stop there."""
    needs("slapd", "ldapmodify")
    [bad] = [entry for entry, reason in staying() if reason == "it is not in ASCII"]
    with ScratchDirectory([*tops(), bad], SUFFIX, ADMIN) as directory:
        assert not directory.refused
        value = next(bytes(each) for each in bad.attributes["mountOption"] if not bytes(each).isascii())
        change = ChangeRecord(bad.dn, "modify", changes=(Modification("delete", "mountOption", (value,)),))
        done = directory.modify(dump([change]))
        assert (done.returncode, b"invalid per syntax" in done.stderr) == (21, True)

"""10.7 and later: the plan's changes of cn=authdata on a real slapd, and the Password Server's slots through the stand-in."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import build_authdata as lion
import odkit
from conftest import needs
from live.conftest import SHELLS, Kept, Stage, state_now
from odkit.ldif import Entry
from odkit.rehearsal.slapd import ScratchDirectory
from odkit.rehearsal.standins import Machine, install
from odkit.rehearsal.terminal import run_on_terminal

pytestmark = pytest.mark.live

ADMIN = f"uid=diradmin,cn=users,{lion.SUFFIX}"
PlanOf = Callable[..., odkit.PurgePlan]


@pytest.fixture(scope="module")
def kept() -> Iterator[Kept]:
    needs("slapd", "ldapmodify", "dash")
    made = Kept(odkit.open(lion.main(), lion.auth()))
    yield made
    made.close()


@pytest.fixture
def directory(tmp_path: Path, kept: Kept) -> ScratchDirectory:
    found = kept.directory()
    install(tmp_path / "standins", Machine("10.8.5", "master", config=str(found.config)))
    return found


BOTH = ("old.example.com", "gone.example.com")


@pytest.fixture
def plan_of(kept: Kept, tmp_path: Path) -> PlanOf:
    """Make the plan for servers, written in the place of the test."""

    def made(*retired: str) -> odkit.PurgePlan:
        plan = odkit.plan_purge(kept.loaded(), retire=retired)
        odkit.write_plan(plan, tmp_path / "purge", target="10.7+")
        return plan

    return made


def run(directory: ScratchDirectory, folder: Path, *words: str, shell: str = "dash") -> tuple[int, str]:
    env = os.environ | {"PATH": f"{folder}/standins:{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    script, *more = words
    all_words = [*SHELLS[shell], str(folder / "purge" / script), "--rehearsal", "--uri", directory.url, *more]
    done = run_on_terminal(all_words, env=env, password=directory.password)
    return done.status, done.output


@pytest.mark.parametrize("shell", ["dash", "bash", "zsh"])
def test_aliases(directory: ScratchDirectory, plan_of: PlanOf, tmp_path: Path, shell: str) -> None:
    """Stale names are gone; canonical name, keys and live aliases of the live server are as they were, byte for byte."""
    needs(SHELLS[shell][0])
    assert len(plan_of(*BOTH).authdata) == 2
    before = state_now(directory)
    status, output = run(directory, tmp_path, "remove-aliases.sh", shell=shell)
    assert status == 0, output
    assert "would be: 2 removed, 0 absent" in output
    assert "AgEBoA" not in output  # no key
    assert state_now(directory) == before
    status, output = run(directory, tmp_path, "remove-aliases.sh", "--apply", shell=shell)
    assert status == 0, output
    assert "2 removed, 0 absent, 0 failed" in output
    wanted = {dn: {name: list(values) for name, values in each.items()} for dn, each in before.items()}
    del wanted[f"authguid={lion.guid(5)},cn=users,cn=authdata"]
    wanted[f"authguid={lion.guid(2)},cn=users,cn=authdata"]["draft-krbprincipalaliases"].remove(b"host/old.example.com@LION.EXAMPLE.COM")
    assert state_now(directory) == wanted
    status, output = run(directory, tmp_path, "remove-aliases.sh", "--apply", shell=shell)
    assert (status, "nothing to remove: 0 removed, 2 absent" in output) == (0, True), output
    assert directory.modify((tmp_path / "purge/restore/restore-aliases.ldif").read_bytes()).returncode == 0
    assert state_now(directory) == before


@pytest.mark.parametrize("shell", ["dash", "zsh"])
def test_a_record_whose_name_slapcat_writes_in_base64_is_not_taken_for_gone(tmp_path: Path, shell: str) -> None:
    needs("slapd", "ldapmodify", SHELLS[shell][0])
    plain, name = f"authGUID={lion.guid(5)}", "É (x) 100% ÿ"
    entries = []
    for entry in (record.entry for record in odkit.open(lion.main(), lion.auth()).records()):
        if entry.dn.startswith(plain):
            values = {key: list(each) for key, each in entry.attributes.items()} | {"authGUID": [name.encode()]}
            entry = Entry(entry.dn.replace(plain, f"authGUID={name}"), values)
        entries.append(entry)
    with ScratchDirectory(entries, lion.SUFFIX, ADMIN) as directory:
        install(tmp_path / "standins", Machine("10.8.5", "master", config=str(directory.config)))
        plan = odkit.plan_purge(odkit.open(directory.cat()), retire=["old.example.com", "gone.example.com"])
        odkit.write_plan(plan, tmp_path / "purge", target="10.7+")
        status, output = run(directory, tmp_path, "remove-aliases.sh", "--apply", shell=shell)
        assert (status, "2 removed, 0 absent, 0 failed" in output) == (0, True), output
        assert not [dn for dn in state_now(directory) if "100%" in dn]


def test_a_record_that_changed_stops_it(directory: ScratchDirectory, plan_of: PlanOf, tmp_path: Path) -> None:
    plan_of("old.example.com")
    more = f"dn: authGUID={lion.guid(5)},cn=users,cn=authdata\nchangetype: modify\nadd: draft-krbPrincipalAliases\n"
    assert directory.modify(f"{more}draft-krbPrincipalAliases: cifs/new.example.com@{lion.REALM}\n".encode()).returncode == 0
    before = state_now(directory)
    status, output = run(directory, tmp_path, "remove-aliases.sh", "--apply")
    assert status == 3
    assert "cifs/new.example.com" in output
    assert state_now(directory) == before
    # the LDIF alone: the assertion holds back a record whose name is another now
    rename = f"dn: authGUID={lion.guid(5)},cn=users,cn=authdata\nchangetype: modify\nreplace: draft-krbPrincipalName\n"
    assert directory.modify(f"{rename}draft-krbPrincipalName: cifs/new.example.com@{lion.REALM}\n".encode()).returncode == 0
    done = directory.modify((tmp_path / "purge/remove-aliases.ldif").read_bytes(), go_on=True)
    assert done.returncode != 0
    assert f"authguid={lion.guid(5)},cn=users,cn=authdata" in state_now(directory)


@pytest.mark.parametrize("shell", ["dash", "zsh"])
def test_a_record_that_was_used_again_and_reads_the_same_stops_it(
    directory: ScratchDirectory, plan_of: PlanOf, tmp_path: Path, shell: str
) -> None:
    """Its server came back between the plan and the purge: only the time of its last change tells."""
    needs(SHELLS[shell][0])
    plan_of(*BOTH)
    dn = f"authGUID={lion.guid(5)},cn=users,cn=authdata"
    time.sleep(1.05 - time.time() % 1)  # slapd keeps times in seconds
    for step in ("add", "delete"):
        change = f"dn: {dn}\nchangetype: modify\n{step}: draft-krbPrincipalAliases\ndraft-krbPrincipalAliases: cifs/new.example.com@{lion.REALM}\n"
        assert directory.modify(change.encode()).returncode == 0
    before = state_now(directory)
    for words in ((), ("--apply",)):
        status, output = run(directory, tmp_path, "remove-aliases.sh", *words, shell=shell)
        assert status == 3, output
        assert f"changed since the plan saw it, although it reads the same: {dn.lower()}" in output.lower()
        assert "stopped: 1 of 2 records are no longer as planned; nothing was changed. Make a new plan." in output
    assert state_now(directory) == before


def test_slapcat_that_fails_is_no_empty_directory(directory: ScratchDirectory, plan_of: PlanOf, tmp_path: Path) -> None:
    plan_of("old.example.com")
    (tmp_path / "standins" / "slapcat").write_text("#!/bin/sh\nexit 1\n")
    status, output = run(directory, tmp_path, "remove-aliases.sh", "--apply")
    assert status == 2
    assert "slapcat cannot read cn=authdata" in output


@pytest.mark.parametrize("shell", ["dash", "zsh"])
def test_slots(stage: Stage, tmp_path: Path, retired: list[str], shell: str) -> None:
    """Slots go after their records, and no others; the second run does nothing."""
    plan = odkit.plan_purge(stage.od, retire=retired[:5])
    assert len(plan.slots) > 3
    odkit.write_plan(plan, tmp_path / "purge", target="10.5")
    others = [f"0x{number:032x}" for number in range(3)]
    slots = [each.slot for each in plan.slots]
    directory = stage.directory
    machine = Machine("10.5.8", "master", ldap=directory.url, suffix=stage.od.suffix or "", bind=directory.admin, password=directory.password,
                      slots=(*slots[1:], *others))  # fmt: skip
    install(tmp_path / "standins", machine)
    silent = stage.run(
        str(tmp_path / "purge/delete-slots.sh"), "--apply", "--rehearsal", "--uri", "ldap://127.0.0.1:1", shell=SHELLS[shell]
    )
    assert silent.status == 2
    assert "Can't contact LDAP server" in silent.output  # why it shows nothing
    early = stage.run(str(tmp_path / "purge/delete-slots.sh"), "--apply", "--rehearsal", "--uri", directory.url, shell=SHELLS[shell])
    assert early.status == 3
    assert "is still there; run delete-records.sh first" in early.output
    assert directory.modify((tmp_path / "purge/delete-records.ldif").read_bytes()).returncode == 0
    program = tmp_path / "standins/mkpassdb"
    knowing = program.read_text()
    program.write_text(knowing.replace("mkpassdb -deleteslot slot-id", ""))
    unable = stage.run(str(tmp_path / "purge/delete-slots.sh"), "--apply", "--rehearsal", "--uri", directory.url, shell=SHELLS[shell])
    assert (unable.status, "does not know -deleteslot" in unable.output) == (3, True), unable.output
    program.write_text(knowing)
    done = stage.run(str(tmp_path / "purge/delete-slots.sh"), "--apply", "--rehearsal", "--uri", directory.url, shell=SHELLS[shell])
    assert done.status == 0, done.output
    assert f"{len(slots) - 1} deleted, 1 absent, 0 failed" in done.output
    assert (tmp_path / "standins/slots").read_text().split() == others
    # somebody else's record points at a slot of the plan
    user = next(e.dn for e in directory.entries() if e.dn.startswith("uid=aabbott0"))
    claim = f"dn: {user}\nchangetype: modify\nadd: authAuthority\nauthAuthority: ;ApplePasswordServer;{slots[1].upper().replace('0X', '0x')},x\n"
    assert directory.modify(claim.encode()).returncode == 0
    claimed = stage.run(str(tmp_path / "purge/delete-slots.sh"), "--apply", "--rehearsal", "--uri", directory.url, shell=SHELLS[shell])
    assert claimed.status == 3
    assert "points at the slot" in claimed.output
    assert directory.modify(claim.replace("\nadd:", "\ndelete:").encode()).returncode == 0
    again = stage.run(str(tmp_path / "purge/delete-slots.sh"), "--apply", "--rehearsal", "--uri", directory.url, shell=SHELLS[shell])
    assert "nothing to delete: 0 deleted" in again.output

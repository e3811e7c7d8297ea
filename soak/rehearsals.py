"""A purge and a carry, played on scratch servers with one fault: nothing goes that was not planned, and the next run ends well."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import odkit
from odkit.kerberos.kdb.dump import read_dump
from odkit.ldif import Entry, dump
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.principals import ScratchPrincipals
from odkit.rehearsal.slapd import ScratchDirectory
from odkit.rehearsal.standins import Machine, install
from odkit.rehearsal.states import Snapshot, difference, slots_of, wanted_state
from soak.corpus import ROOT
from soak.faults import FAULTS, Fault, Run, run_with
from soak.state import State

__all__ = ["run"]

_REALM = "OD.EXAMPLE.COM"
_OLD, _LIVE = "old.example.com", "od.example.com"
_SUFFIX = "dc=example,dc=com"
_SLOT = "0x48a1b2c3d4e5f60718293a4b5c6d7e%02x"
_LION = ROOT / "fixtures" / "medical-mart" / "lion"
_SCRIPTS = ("purge-principals.sh", "delete-records-ldif.sh", "delete-records.sh", "delete-slots.sh")


def run(state: State, runs: int, only: str | None, seed: int | None) -> int:
    """Play rehearsals with faults, one after the other.

    Args:
        state: whose sums grow.
        runs: how many.
        only: one kind of fault.
        seed: this one alone, with what the scripts said.

    Returns:
        1 where a rule was broken.
    """
    if seed is not None:
        found = _play(seed, only)
        print(found.text, *found.wrong, sep="\n")
        return 1 if found.wrong else 0
    failed = 0
    for _ in range(runs):
        seed, start = sum(each.tries for each in state.tallies.values()), _processor()
        kind = _kind(seed, only)
        found = _play(seed, only)
        mine = state[kind]
        mine.tries += 1
        mine.seconds += _processor() - start
        mine.count(found.ended)
        if found.wrong:
            failed += 1
            mine.failures[str(seed)] = found.wrong[0]
            print(f"{kind}: {'; '.join(found.wrong)}: script/soak rehearsals --seed {seed}", flush=True)
        state.save()
    return 1 if failed else 0


def _processor() -> float:
    """Return the seconds of CPU of this process and of those that it started."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _kind(seed: int, only: str | None) -> str:
    return only or Random(f"kind {seed}").choice(FAULTS)


def _play(seed: int, only: str | None) -> _Outcome:
    random = Random(f"rehearsal {seed}")
    fault = Fault.drawn(random, _kind(seed, only))
    play = random.choice((_purge, _purge, _carry))
    with tempfile.TemporaryDirectory(prefix="odkit-soak-") as folder, ExitStack() as stack:
        return play(random, fault, Path(folder), stack)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What was wrong, how the run with the fault ended, and what the scripts said."""

    wrong: list[str]
    ended: str
    text: str


@dataclass(frozen=True, slots=True)
class _Played:
    """A script on its stage: what it may have changed is asked for after each run."""

    fault: Fault
    scratch: Path
    folder: Path
    script: Callable[[], tuple[str, ...]]
    env: dict[str, str]
    password: str

    def run(self, number: int, *, with_fault: bool) -> Run:
        place = self.scratch / f"run-{number}"
        place.mkdir()
        return run_with(self.fault if with_fault else None, self.script(), self.env, self.folder, self.password, place)


@cache
def _domain() -> bytes:
    """Return an export with a server that is gone, one that lives, users and their slots."""
    entries = [Entry(_SUFFIX, {"objectClass": [b"domain"], "dc": [b"example"]})]
    for name in ("users", "computers", "config", "computer_lists"):
        entries.append(Entry(f"cn={name},{_SUFFIX}", {"objectClass": [b"container"], "cn": [name.encode()]}))
    kdc = {"objectClass": [b"apple-configuration"], "cn": [b"KerberosKDC"], "apple-config-realname": [_REALM.encode()]}
    entries.append(Entry(f"cn=KerberosKDC,cn=config,{_SUFFIX}", kdc))
    for name in ("ann", "bob"):
        authority = f";ApplePasswordServer;{_SLOT % 1},1024 35 1 root@{_LIVE}:10.0.0.1".encode()
        user = {
            "objectClass": [b"inetOrgPerson", b"posixAccount"],
            "uid": [name.encode()],
            "cn": [name.encode()],
            "sn": [b"x"],
            "uidNumber": [b"1025"],
            "gidNumber": [b"20"],
            "homeDirectory": [f"/Network/Servers/{_LIVE}/Homes/x".encode()],
            "authAuthority": [authority],
        }
        entries.append(Entry(f"uid={name},cn=users,{_SUFFIX}", user))
    for number, host in enumerate((_OLD, _LIVE), 2):
        computer = {"objectClass": [b"apple-computer"], "cn": [f"{host}$".encode()], "apple-realname": [host.encode()]}
        computer["authAuthority"] = [f";ApplePasswordServer;{_SLOT % number},1024 35 1 root@{_LIVE}:10.0.0.1".encode()]
        entries.append(Entry(f"cn={host}$,cn=computers,{_SUFFIX}", computer))
    members = {
        "objectClass": [b"apple-computer-list"],
        "cn": [b"servers"],
        "apple-computers": [f"{host}$".encode() for host in (_OLD, _LIVE)],
    }
    entries.append(Entry(f"cn=servers,cn=computer_lists,{_SUFFIX}", members))
    return dump(entries)


def _names() -> list[str]:
    services = [f"{service}/{host}" for host in (_OLD, _LIVE) for service in ("host", "afpserver", "ldap", "cifs")]
    return [f"{name}@{_REALM}" for name in ("K/M", f"krbtgt/{_REALM}", "kadmin/admin", "kadmin/changepw", "ann", "bob", *services)]


def _purge(random: Random, fault: Fault, scratch: Path, stack: ExitStack) -> _Outcome:
    od = odkit.open(_domain())
    listing = scratch / "listprincs.txt"
    listing.write_text("".join(f"{name}\n" for name in _names()))
    plan = odkit.plan_purge(od, odkit.read_principals(listing), retire=[_OLD])
    admin = f"uid=diradmin,cn=users,{_SUFFIX}"
    directory = stack.enter_context(ScratchDirectory([record.entry for record in od.records()], _SUFFIX, admin, within=scratch))
    realm = stack.enter_context(ScratchRealm(_REALM, within=scratch))
    names = ScratchPrincipals(realm, plan)
    names.load()
    folder = scratch / "plan"
    odkit.write_plan(plan, folder, target="10.5")
    slots = sorted(slots_of([record.entry for record in od.records()]) | {slot.slot for slot in plan.slots})
    machine = Machine(
        "10.5.8",
        ldap=directory.url,
        suffix=_SUFFIX,
        bind=admin,
        password=directory.password,
        config=str(directory.config),
        slots=tuple(slots),
    )
    standins = install(scratch / "standins", machine)
    script = random.choice(_SCRIPTS)
    uri = ("--uri", directory.url) if script in {"delete-records-ldif.sh", "delete-slots.sh"} else ()
    words = ("sh", str(folder / script), "--apply", "--rehearsal", *uri)
    played = _Played(fault, scratch, folder, lambda: words, realm.env | {"PATH": f"{standins}:{realm.env['PATH']}"}, directory.password)
    if script == "delete-slots.sh":  # whose record is still there keeps its slot
        run_with(None, ("sh", str(folder / "delete-records.sh"), "--apply", "--rehearsal"), played.env, folder, directory.password, scratch)
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    before, dumped = directory.snapshot(), names.dump()

    def broken() -> Iterator[str]:
        """What no fault may do."""
        now = names.dump()
        gone = dumped.keys() - now.keys()
        yield from (f"gone, and not planned: {name!r}" for name in gone - names.deleted)
        yield from (f"changed: {name!r}" for name in now.keys() & dumped.keys() if now[name] != dumped[name])
        state, wanted = directory.snapshot(), wanted_state(before, plan)
        yield from _between(before, wanted, state)
        left = {slot.lower() for slot in (scratch / "standins" / "slots").read_text().split()}
        yield from (
            f"slot gone, and not planned: {slot}" for slot in {s.lower() for s in slots} - left - {s.slot.lower() for s in plan.slots}
        )
        yield from (f"file of the plan changed: {path}" for path, data in files.items() if not _is(folder / path, data))
        if gone:
            backups = [_principals_in(path) for path in sorted(folder.glob("backup-*/kdc.dump"))]
            yield from (() if any(gone <= held for held in backups) else ("deleted without a whole backup",))

    def missing() -> Iterator[str]:
        """What the run without a fault must have reached."""
        if script == "purge-principals.sh":
            yield from names.compare()
        elif script == "delete-slots.sh":
            left = {slot.lower() for slot in (scratch / "standins" / "slots").read_text().split()}
            yield from (f"slot left: {slot.slot}" for slot in plan.slots if slot.slot.lower() in left)
        else:
            yield from difference(wanted_state(before, plan), directory.snapshot())

    return _judged(played, script, broken, missing)


def _between(before: Snapshot, wanted: Snapshot, now: Snapshot) -> Iterator[str]:
    """Yield records that are neither as they were nor as the plan means them."""
    for dn in before.records.keys() | now.records.keys():
        states = [snapshot.values(dn) if dn in snapshot.records else None for snapshot in (before, wanted)]
        if (now.values(dn) if dn in now.records else None) not in states:
            yield f"neither as before nor as planned: {dn}"


def _is(path: Path, data: bytes) -> bool:
    return path.is_file() and path.read_bytes() == data


def _principals_in(path: Path) -> set[bytes]:
    try:
        return {entry.text for entry in read_dump(path).entries}
    except odkit.OdkitError:
        return set()


@cache
def _carried() -> odkit.CarryPlan:
    od = odkit.open(_LION / "export.ldif", _LION / "authdata.ldif")
    return odkit.carry(od, to="mit", m_key=_LION / "m-key", target_dump=_LION / "new-kdc.dump", target_stash=_LION / "new-kdc.stash")


def _carry(random: Random, fault: Fault, scratch: Path, stack: ExitStack) -> _Outcome:
    plan = _carried()
    folder = scratch / "plan"
    odkit.write_carry(plan, folder)
    restored = (_LION / "new-kdc.dump", _LION / "new-kdc.stash")
    realm = stack.enter_context(ScratchRealm(_target_realm(), within=scratch, restored=restored))
    words = ("sh", str(folder / "load.sh"), "--apply", "--rehearsal")
    played = _Played(fault, scratch, folder, lambda: words, dict(realm.env), "")
    brought = {entry.text: tuple(entry.keys) for entry in read_dump(folder / "principals.dump").entries}
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def keys() -> dict[bytes, tuple[object, ...]]:
        return {entry.text: tuple(entry.keys) for entry in read_dump(realm.dump()).entries}

    own = keys()

    def broken() -> Iterator[str]:
        now = keys()
        yield from (f"the target's own is gone or changed: {name!r}" for name in own if now.get(name) != own[name])
        yield from (f"neither the target's own nor carried: {name!r}" for name in now.keys() - own.keys() if now[name] != brought.get(name))
        yield from (f"file of the plan changed: {path}" for path, data in files.items() if not _is(folder / path, data))

    def missing() -> Iterator[str]:
        now = keys()
        yield from (f"not loaded: {name!r}" for name in brought if name not in now)

    return _judged(played, "carry", broken, missing)


@cache
def _target_realm() -> str:
    [name] = [entry.text for entry in read_dump(_LION / "new-kdc.dump").entries if entry.text.startswith(b"K/M@")]
    return name.partition(b"@")[2].decode()


def _judged(played: _Played, script: str, broken: Callable[[], Iterator[str]], missing: Callable[[], Iterator[str]]) -> _Outcome:
    """Run with the fault, and again without it; say what is wrong afterwards."""
    first = played.run(1, with_fault=True)
    wrong = [f"{script}: {each}" for each in broken()]
    if 0 in first.statuses:
        wrong += [f"{script}: status 0, and {each}" for each in missing()]
    again = played.run(2, with_fault=False)
    wrong += [f"{script}, again: {each}" for each in broken()]
    if again.statuses != (0,):
        wrong.append(f"{script}, again: status {again.statuses[0]}")
    else:
        wrong += [f"{script}, again: {each}" for each in missing()]
    left = [path.name for path in played.scratch.glob("run-2/odkit.*")]
    wrong += [f"{script}, again: left behind: {name}" for name in left]
    shutil.rmtree(played.scratch / "run-1", ignore_errors=True)
    ended = "went through" if set(first.statuses) == {0} else "killed" if first.statuses[0] in {-9, 137} else "stopped"
    return _Outcome(wrong, ended, f"{played.fault}\n--- {first.statuses}\n{first.text}\n--- again: {again.statuses}\n{again.text}")

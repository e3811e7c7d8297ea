"""The stage of a rehearsal: a scratch directory, a scratch KDC, stand-ins, and the checks of each act."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from odkit.directory import Directory
from odkit.dn import dn_key
from odkit.errors import OdkitError
from odkit.files import OutputFolder
from odkit.kerberos import PrincipalStore
from odkit.ldif import Entry
from odkit.patterns import regex
from odkit.purge import PurgePlan, RecordChange
from odkit.purge.bundle import run_order
from odkit.purge.script import Place, Script
from odkit.purge.scripts import all_scripts
from odkit.rehearsal.kdc import ScratchRealm
from odkit.rehearsal.principals import ScratchPrincipals
from odkit.rehearsal.programs import SYSTEM_PATH
from odkit.rehearsal.report import Check, RehearsalReport
from odkit.rehearsal.slapd import ScratchDirectory
from odkit.rehearsal.standins import Machine, install
from odkit.rehearsal.states import Snapshot, difference, slots_of, wanted_state
from odkit.rehearsal.terminal import Session, run_on_terminal
from odkit.releases import Release
from odkit.text import escape, plural

__all__ = ["Rehearsal", "played"]

_OTHER_SLOT = "0x" + "f" * 32  # of nobody: what must stay in the Password Server
# what `results` of common.sh prints, the last word of every script that changes something
_RESULT = regex(r"(?m)^REHEARSAL: ((?:nothing to [a-z]+: )?\d+ [a-z]+, \d+ absent, \d+ failed)$")


def played(release: Release, *, dscl: bool, kdc: bool) -> list[Script]:
    """Return the scripts that a rehearsal plays where the plan has them, in order: of two that do the same the one that was asked for.

    Args:
        release: of the Open Directory master.
        dscl: not those that stand in for another one.
        kdc: with those that are run on a KDC.
    """
    names = {script.name for script in all_scripts() if kdc or script.place is not Place.KDC}
    names -= {script.name if dscl else script.stands_in_for for script in all_scripts() if script.stands_in_for}
    return run_order(release, names)


class Rehearsal:
    """The stage of one rehearsal, and its checks."""

    def __init__(self, od: Directory, plan: PurgePlan, folder: Path, scratch: Path, release: Release, *, dscl: bool) -> None:
        self.od, self.plan, self.folder, self.scratch, self._release = od, plan, folder, scratch, release
        self._checks: list[Check] = []
        self._repairs: list[str] = []
        self._ran: dict[str, None] = {}  # names of scripts, in order
        self._dscl = dscl
        self._output: dict[str, str] = {}
        self._states: dict[str, Snapshot] = {}
        self._names: ScratchPrincipals | None = None

    @contextlib.contextmanager
    def _check(self, name: str) -> Iterator[tuple[list[str], list[str]]]:
        """Collect what is wrong and what is told; what of ours fails inside is wrong, too."""
        failures: list[str] = []
        notes: list[str] = []
        start = time.perf_counter()
        try:
            yield failures, notes
        except OdkitError as error:
            failures.append(str(error))
        self._checks.append(Check(name, tuple(failures), ", ".join(notes), time.perf_counter() - start))

    def report(self) -> RehearsalReport:
        """Return what was found so far."""
        return RehearsalReport(tuple(self._checks), tuple(self._repairs), tuple(self._ran))

    def as_repaired(self) -> PurgePlan:
        """Return the plan with its records as slapd has them.

        The schema of old servers took what today's refuses, to delete and to put back.
        """

        def of(change: RecordChange) -> RecordChange:
            return replace(change, entry=self._directory.loaded(change.entry.dn) or change.entry)

        return replace(self.plan, records=tuple(map(of, self.plan.records)), authdata=tuple(map(of, self.plan.authdata)))

    def set_up(self, stack: ExitStack) -> None:
        """Start the servers, and install the stand-ins.

        Raises:
            LiveError: a server does not start: then there is nothing to judge.
        """
        suffix = self.od.suffix or ""
        slots: set[str] = set()
        count = 0

        def entries() -> Iterator[Entry]:
            nonlocal count
            for count, record in enumerate(self.od.records(), 1):  # noqa: B007 - the last number is used
                slots.update(slots_of([record.entry]))
                yield record.entry

        admin = f"uid=diradmin,cn=users,{suffix}"
        start = time.perf_counter()
        self._directory = stack.enter_context(ScratchDirectory(entries(), suffix, admin, within=self.scratch))
        refused = self._directory.refused
        self._repairs = [f"{escape(each.dn)}: {escape(each.what)}" for each in self._directory.repairs]
        self._repairs += [f"{escape(dn)}: left out: slapd refuses it nevertheless" for dn in refused]
        needed = {dn_key(change.entry.dn) for change in (*self.plan.records, *self.plan.authdata)}
        failures = tuple(f"the plan changes {escape(dn)}, and slapd refuses it" for dn in refused if dn_key(dn) in needed)
        notes = plural(count, "record") + (f", {len(refused)} left out" if refused else "")
        self._checks.append(Check("the records are on a scratch slapd", failures, notes, time.perf_counter() - start))
        self._all_slots = sorted({*slots, *(slot.slot for slot in self.plan.slots), _OTHER_SLOT})
        if self.plan.store is PrincipalStore.MIT and self.plan.realm is not None:
            realm = stack.enter_context(ScratchRealm(self.plan.realm, listen=True, within=self.scratch))
            self._names = ScratchPrincipals(realm, self.plan)
            stack.callback(self._names.close)
            with self._check("the principals are in a scratch KDC") as (failed, counted):
                failed += self._names.load()
                counted.append(plural(len(self._names.all), "principal"))
        self._env = dict(os.environ) if self._names is None else dict(self._names.realm.env)
        self._machine = Machine(
            self._release.sample, ldap=self._directory.url, suffix=suffix, bind=self._directory.admin, password=self._directory.password,
            config=str(self._directory.config), slots=tuple(self._all_slots),
        )  # fmt: skip
        standins = install(self.scratch / "standins", self._machine)
        self._env["TMPDIR"] = str(self.scratch)
        self._env["PATH"] = f"{standins}:{self._env.get('PATH', '')}:{SYSTEM_PATH}"

    def perform(self) -> None:
        """Run all checks, in order; what a failed check leaves behind is judged by the next ones."""
        names = self._names
        with self._check("every script of the plan is there, and its way back") as (failures, notes):
            failures += [f"missing: {name}" for name in self._expected() if not (self.folder / name).exists()]
            notes.append(plural(len(self._expected()), "file"))
        before = self._state("before")
        dumped = names.dump() if names is not None else {}
        if names is not None:
            with self._check("every service gets a ticket, the retired ones too") as (failures, notes):
                failures += names.tickets(before=True)
                notes.append(plural(len(names.live) + len(self.plan.delete), "ticket"))
        for name, words in self._scripts():
            self._run(name, words, "run")
        after = self._state("after")
        if names is not None:
            with self._check("principals gone = plan") as (failures, notes):
                failures += names.compare()
                failures += names.changed(dumped)
                notes.append(f"{len(self.plan.delete)} gone, {len(names.all) - len(self.plan.delete)} stay")
        wanted = wanted_state(before, self.plan)
        changes = [*self.plan.records, *self.plan.authdata]
        with self._check("records and values changed = plan") as (failures, notes):
            failures += list(difference(wanted, after))
            notes.append(plural(len(changes), "change"))
        users = f",cn=users,{self.od.suffix_key}"
        with self._check("every user's entry is as it was") as (failures, notes):
            people = before.below(users)
            failures += list(difference(people, after.below(users)))
            notes.append(plural(len(people.records), "user"))
        self._slots()
        if names is not None:
            with self._check("live services get tickets that their keys open, retired ones none") as (failures, notes):
                failures += names.tickets(before=False)
                notes += [plural(len(names.live), "service"), f"{len(self.plan.delete)} refused"]
        for name, words in self._scripts():
            self._run(name, words, "run again")
        with self._check("the second run changes nothing") as (failures, notes):
            failures += list(difference(after, self._state("")))
            failures += names.compare() if names is not None else []
        self._restore(before, dumped)

    def _expected(self) -> list[str]:
        """Return files without which the plan, or the way back from it, is not whole."""
        needed = sorted((script for script in self._played() if script.needed(self.plan)), key=lambda script: script.listed)
        return list(dict.fromkeys(name for script in needed for name in script.own_files))

    def _played(self) -> list[Script]:
        return played(self._release, dscl=self._dscl, kdc=self._names is not None)

    def _scripts(self) -> list[tuple[str, list[str]]]:
        """Return the scripts of the plan in the order in which they are to be run, with their options."""
        there = [script for script in self._played() if (self.folder / script.name).exists()]
        return [(script.name, ["--uri", self._directory.url] if script.takes_uri else []) for script in there]

    def _session(self, name: str, words: list[str]) -> Session:
        path = self.folder / name
        return run_on_terminal(
            ["sh", str(path), "--apply", "--rehearsal", *words],
            env=self._env,
            password=self._directory.password,
            cwd=self.scratch,
            timeout=900,
        )

    def _run(self, name: str, words: list[str], what: str) -> None:
        with self._check(f"{name} {what}: status 0") as (failures, notes):
            done = self._session(name, words)
            self._output[f"{name}.{what.replace(' ', '-')}.txt"] = done.output
            self._ran[name] = None
            if done.status:
                lines = [line for line in done.output.splitlines() if line.strip()]
                failures.append(f"{name} ends with {done.status}: {escape(lines[-1] if lines else '(it says nothing)')}")
            results = _RESULT.findall(done.output.replace("\r\n", "\n"))
            notes += [escape(results[-1])] if results else []
            if not done.status and not results:
                failures.append(f"{name} ends without saying what it did: no line like '3 deleted, 0 absent, 0 failed'")

    def _state(self, name: str) -> Snapshot:
        found = self._directory.snapshot(self._states.get("before"))
        if name:
            self._states[name] = found
        return found

    def _slots(self) -> None:
        with self._check("Password Server slots gone = plan") as (failures, notes):
            left = {slot.lower() for slot in (self.scratch / "standins" / "slots").read_text().split()}
            # from 10.7 on no slot of the Password Server is left behind
            planned = {slot.slot.lower() for slot in self.plan.slots} if self._release.has_slots else set()
            failures += [f"still there: {slot}" for slot in sorted(planned & left)]
            meant = left | planned
            failures += [f"gone, and not meant: {slot}" for slot in self._all_slots if slot.lower() not in meant]
            notes.append(f"{len(planned)} gone, {len(self._all_slots) - len(planned)} stay")

    def _restore(self, before: Snapshot, dumped: dict[bytes, bytes]) -> None:
        backups = sorted(self.folder.glob("backup-*"))
        ways = {script.restored_by: script for script in self._played() if (self.folder / script.restored_by).is_file()}
        for way, script in ways.items():
            if script.place is not Place.KDC or self._names is None:
                continue
            name = Path(way).name
            with self._check(f"{name} puts every principal back") as (failures, notes):
                done = self._session(way, [str(backups[0])]) if backups else None
                self._output[f"{name}.txt"] = done.output if done is not None else ""
                if done is None or done.status:
                    failures.append(f"it ends with {done.status}" if done is not None else f"{script.name} has made no backup")
                now = self._names.dump()
                failures += [f"not as it was: {escape(name)}" for name in sorted(dumped) if now.get(name) != dumped[name]]
                failures += [f"nobody's: {escape(name)}" for name in sorted(set(now) - set(dumped))]
                notes.append(plural(len(self.plan.delete), "principal"))
        files = [self.folder / way for way, script in ways.items() if script.place is Place.MASTER]
        if files:
            with self._check("the directory is put back as it was") as (failures, notes):
                for path in files:
                    ended = self._directory.modify(path.read_bytes(), go_on=True)
                    if ended.returncode:
                        failures.append(f"ldapmodify {path.name} ends with {ended.returncode}: {escape(ended.stderr.strip()[-200:])}")
                failures += list(difference(before, self._state("restored")))
                notes.append("operational attributes aside")

    def save_artifacts(self, out: OutputFolder) -> None:
        """Copy what is left to a folder of the caller's; the directory's states hold its secrets."""
        out.write("VERDICT.txt", self.report().text().encode("utf-8", "backslashreplace"))
        for name, text in self._output.items():
            out.write(f"output/{name}", text.encode("utf-8", "backslashreplace"))
        for name, found in self._states.items():
            out.write(f"directory/{name}.ldif", found.ldif())
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.name != "kdc.dump":  # of keys that never were anybody's
                out.write(f"plan/{path.relative_to(self.folder)}", path.read_bytes())

"""The stage of a rehearsal: a folder in memory, the written plan, and who logs in."""

from __future__ import annotations

import pkgutil
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from importlib import import_module
from pathlib import Path
from time import monotonic

from odkit.carrying import CarryOptions, CarryPlan, write_carry
from odkit.carrying.plan import prepare
from odkit.carrying.source import CarrySource
from odkit.dataclass import dataclass
from odkit.directory import Directory
from odkit.errors import InputError, LiveError, UsageError
from odkit.rehearsal.carry.model import Rehearsal, Row
from odkit.rehearsal.isolation import isolate, unmount
from odkit.rehearsal.scratch import Scratch
from odkit.text import decode, escape

__all__ = ["Stage", "read_logins", "rehearse_carry", "rehearse_plan"]

SAMPLE = 2000  # users; beyond that a sample is tried unless all are asked for


@dataclass(frozen=True)
class Stage:
    """What a target's rehearsal has to work with.

    Attributes:
        plan: that is played.
        source: of the plan, with every user's keys and state; secret inside.
        folder: the written plan.
        scratch: an empty folder for servers and whatever they write.
        logins: passwords of test users by name; secret.
        whole: try every user, also beyond `SAMPLE`.
        private: whether this process has namespaces of its own.
    """

    plan: CarryPlan
    source: CarrySource
    folder: Path
    scratch: Path
    logins: Mapping[str, str] = field(repr=False)
    whole: bool = False
    private: bool = True

    def sample(self, names: Sequence[str]) -> Sequence[str]:
        """Return names to try: all, or every n-th so that about `SAMPLE` remain."""
        if self.whole or len(names) <= SAMPLE:
            return names
        return names[:: -(-len(names) // SAMPLE)]


def read_logins(path: Path) -> dict[str, str]:
    """Return passwords of test users: a file of mode 0600, on each line a name, a tab, a password.

    Raises:
        InputError: unreadable, open to others, or a line of another form; nothing of a line is shown.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise InputError(str(path), None, "holds passwords, and others may read it: run chmod 600 on it")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), None, f"cannot be read: {error.strerror}") from error
    out: dict[str, str] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        name, tab, secret = decode(line.removesuffix(b"\r")).partition("\t")
        if tab and name and secret:
            out[name] = secret
        elif line.strip():
            raise InputError(str(path), number, "not a name, a tab and a password")
    return out


def _play_of(to: str) -> Callable[[Stage], Iterator[Row]]:
    """Return how a target is played."""
    found: dict[str, Callable[[Stage], Iterator[Row]]] = {}
    own = __name__.rpartition(".")[0]
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    # the module that a target is named after first: with it the others need not be loaded
    for name in sorted(names, key=lambda name: name not in to):
        found |= getattr(import_module(f"{own}.{name}"), "PLAYS", {})
        if to in found:
            return found[to]
    raise UsageError(f"no rehearsal for the target {escape(to)!r} ({', '.join(sorted(found))})")


@contextmanager
def _room(*, alone: bool) -> Iterator[tuple[Path, tuple[str, ...], bool]]:
    """Return a folder for everything, in memory where that is possible."""
    with Scratch() as scratch:
        private = scratch.folder / "private"
        private.mkdir(mode=0o700)
        notes = tuple(f"removed the folder of a rehearsal that was killed: {path}" for path in scratch.removed)
        isolated = True
        try:
            isolate(private)
        except LiveError as error:
            if not alone:
                raise LiveError(
                    f"namespaces and a folder in memory cannot be made here ({error}): keys would be on disk in {private} "
                    "until the end, and scratch servers would listen on this machine's loopback. Run it as root on Linux, or give --yes"
                ) from error
            isolated = False
            notes += (f"without namespaces ({error}): keys stood in {private} until the end, servers listened on loopback",)
        try:
            yield private, notes, isolated
        finally:
            unmount(private)


def rehearse_carry(
    od: Directory,
    to: str,
    options: CarryOptions,
    *,
    folder: Path | None = None,
    logins: Mapping[str, str] | None = None,
    whole: bool = False,
    alone: bool = False,
) -> Rehearsal:
    """Plan, and play that on scratch servers.

    Args:
        od: the directory.
        to: name of the target.
        options: inputs and choices.
        folder: of `odkit.write_carry` with the same inputs; the plan is written anew without it.
        logins: passwords of test users.
        whole: try every user.
        alone: go on where namespaces are not available.

    Raises:
        UsageError, InputError, LiveError: as `odkit.carry` and `rehearse_plan` do.
    """
    _play_of(to)
    plan, source = prepare(od, to=to, options=options)
    return rehearse_plan(plan, source, folder=folder, logins=logins, whole=whole, alone=alone)


def rehearse_plan(
    plan: CarryPlan,
    source: CarrySource,
    *,
    folder: Path | None = None,
    logins: Mapping[str, str] | None = None,
    whole: bool = False,
    alone: bool = False,
) -> Rehearsal:
    """Play a plan on scratch servers.

    Args:
        plan: of `odkit.carrying.plan.prepare`.
        source: that it was made from.
        folder: of `odkit.write_carry` with the same inputs; the plan is written anew without it.
        logins: passwords of test users.
        whole: try every user.
        alone: go on where namespaces are not available.

    Raises:
        UsageError: the target has no rehearsal, an option is missing, or the folder is of another plan.
        LiveError: a server is missing, or there are no namespaces.
    """
    play = _play_of(plan.target)
    if plan.why_unwritable is not None:
        raise UsageError(plan.why_unwritable)
    with _room(alone=alone) as (room, notes, private):
        copy = room / "carry"
        if folder is None:
            write_carry(plan, copy)
        else:
            _copy(folder, copy, plan)
        stage = Stage(plan, source, copy, room, logins or {}, whole, private)
        return Rehearsal(plan.id, plan.target, tuple(_timed(play(stage))), notes)


def _copy(folder: Path, copy: Path, plan: CarryPlan) -> None:
    wanted = ["carry.json", *(planned.name for planned in plan.files)]
    copy.mkdir(mode=0o700)
    for name in wanted:
        try:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, copy / name)
        except OSError as error:
            raise InputError(str(folder / name), None, f"cannot be read: {error.strerror}") from error
    if f'"id": "{plan.id}"' not in (copy / "carry.json").read_text("utf-8", "replace"):
        raise UsageError(f"{escape(str(folder))} is of another plan than {plan.id}: write it again from these inputs")


def _timed(rows: Iterator[Row]) -> Iterator[Row]:
    start = monotonic()
    for row in rows:
        now = monotonic()
        yield Row(row.what, row.proof, row.detail, now - start)
        start = now

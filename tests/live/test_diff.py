"""`odkit diff --format ldif` on a real slapd: load BEFORE, ldapmodify, and slapcat equals AFTER but for what slapd writes itself."""

from __future__ import annotations

import contextlib
import functools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import odkit
from conftest import MART, needs
from live.conftest import Kept, State
from odkit import ldif
from odkit.comparison import Kind, diff, diff_ldif
from odkit.hostrefs import Handling, plan_rewrite
from odkit.rehearsal.slapd import state

pytestmark = pytest.mark.live

SUFFIX = "dc=medicalmart,dc=example,dc=com"


def entries_of(source: Path | bytes) -> list[ldif.Entry]:
    return [each for each in ldif.read(source) if isinstance(each, ldif.Entry)]


@dataclass
class Held:
    """A domain on a slapd, and what slapd shows of it: its own repairs are in both sides of a comparison."""

    kept: Kept
    data: bytes
    state: State


@pytest.fixture(scope="module")
def held() -> Iterator[Callable[[str], Held]]:
    """The company at a stage, loaded once."""
    needs("slapd", "ldapmodify")
    with contextlib.ExitStack() as stack:

        @functools.cache
        def made(stage: str) -> Held:
            return _held(odkit.open(MART / stage / "export.ldif"), stack)

        yield made


def _held(od: odkit.Directory, stack: contextlib.ExitStack) -> Held:
    kept = Kept(od)
    stack.callback(kept.close)
    data = kept.directory().cat()
    return Held(kept, data, state(entries_of(data)))


def applied(before: Held, after: Held) -> odkit.Diff:
    found = diff(before.data, after.data)
    made = diff_ldif(found, show_secrets=True, accept_incomplete=True)  # slapcat does not prove that it is complete
    assert (made.secrets, made.withheld) == (0, ())
    directory = before.kept.directory()
    done = directory.modify(made.data)
    assert done.returncode == 0, done.stderr[-600:]
    now = directory.cat()
    assert state(entries_of(now)) == after.state
    assert not diff(now, after.data)
    return found


@pytest.mark.parametrize("stages", [("before", "after"), ("after", "before"), ("before", "leftover"), ("leftover", "after")])
def test_the_company(stages: tuple[str, str], held: Callable[[str], Held]) -> None:
    assert applied(*map(held, stages))


def changed(entries: list[ldif.Entry], rng: random.Random) -> list[ldif.Entry]:
    """What happens to a domain in a year: people come, go, marry, move to other shares."""
    out = []
    for number, entry in enumerate(entries):
        values = {name: list(each) for name, each in entry.attributes.items()}
        dn, dice = entry.dn, rng.randrange(100)
        user = dn.startswith("uid=") and ",cn=users," in dn and not dn.startswith(("uid=diradmin", "uid=root"))
        if user and dice < 3:
            continue
        if user and dice < 6:
            name = b"renamed%d" % number
            values["uid"] = [name]
            dn = f"uid={name.decode()},cn=users,{SUFFIX}"
        elif user and dice < 12:
            values["loginShell"] = [b"/bin/zsh"]
            values["jpegPhoto"] = [bytes(rng.randrange(256) for _ in range(40))]
            values["mail"] = [b"a@example.com", b"b@example.com"]
        elif user and dice < 14:
            values.pop("apple-mcxsettings", None)
            values.pop("apple-mcxflags", None)
        elif "memberUid" in values:
            values["memberUid"] = [m for m in values["memberUid"] if rng.randrange(20)] + [b"new%d" % number]
        out.append(ldif.Entry(dn, values))
    rng.shuffle(out)
    return out


def test_a_generated_pair() -> None:
    needs("slapd", "ldapmodify")
    from generate import export
    from medical_mart import LEFTOVER

    before = entries_of(b"".join(export(LEFTOVER, 200)))
    with contextlib.ExitStack() as stack:
        sides = (_held(odkit.open(ldif.dump(side)), stack) for side in (before, changed(before, random.Random(7))))
        found = applied(*sides)
    assert all(found.of(kind) for kind in (Kind.REMOVED, Kind.RENAMED, Kind.CHANGED))


def test_references_rewritten_and_back(held: Callable[[str], Held]) -> None:
    """The change set applies, no reference that it meant is left, and its undo gives an equal state."""
    old, new = "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com"
    before = held("before")
    directory = before.kept.directory()
    plan = plan_rewrite(odkit.open(before.data), old, new)
    done = directory.modify(plan.ldif())
    assert done.returncode == 0, done.stderr[-500:]
    left = [each for each in odkit.references(odkit.open(directory.cat()), [old]) if each.handling in {Handling.REWRITE, Handling.EITHER}]
    assert left == []
    again = directory.modify(plan.ldif())
    assert again.returncode != 0  # it names the values that it replaces
    assert directory.modify(plan.ldif(undo=True)).returncode == 0
    assert state(directory.entries()) == before.state

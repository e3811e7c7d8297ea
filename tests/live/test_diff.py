"""`odkit diff --format ldif` on a real slapd: load BEFORE, ldapmodify, and slapcat equals AFTER but for what slapd writes itself."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

import odkit
from conftest import MART, ROOT, needs
from odkit import ldif
from odkit.comparison import Kind, diff, diff_ldif
from odkit.hostrefs import Handling, plan_rewrite
from odkit.rehearsal.slapd import ScratchDirectory, state

pytestmark = pytest.mark.live

SUFFIX = "dc=medicalmart,dc=example,dc=com"


def entries_of(path: Path) -> list[ldif.Entry]:
    return [each for each in ldif.read(path) if isinstance(each, ldif.Entry)]


def applied(before: list[ldif.Entry], after: list[ldif.Entry]) -> odkit.Diff:
    """Both sides as a slapd holds them, so that its own repairs are in both."""
    admin = f"uid=diradmin,cn=users,{SUFFIX}"
    with ScratchDirectory(after, SUFFIX, admin) as wanted:
        target, data_after = state(wanted.entries()), wanted.cat()
    with ScratchDirectory(before, SUFFIX, admin) as directory:
        found = diff(directory.cat(), data_after)
        made = diff_ldif(found, show_secrets=True, accept_incomplete=True)  # slapcat does not prove that it is complete
        assert (made.secrets, made.withheld) == (0, ())
        done = directory.modify(made.data)
        assert done.returncode == 0, done.stderr[-600:]
        assert state(directory.entries()) == target
        assert not diff(directory.cat(), data_after)
        return found


@pytest.mark.parametrize("stages", [("before", "after"), ("after", "before"), ("before", "leftover"), ("leftover", "after")])
def test_the_company(stages: tuple[str, str]) -> None:
    needs("slapd", "ldapmodify")
    found = applied(*(entries_of(MART / stage / "export.ldif") for stage in stages))
    assert found


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


def test_a_generated_pair(tmp_path: Path) -> None:
    needs("slapd", "ldapmodify")
    subprocess.run(
        [sys.executable, str(ROOT / "fixtures/generate.py"), "export", "600", str(tmp_path / "export.ldif")], check=True, cwd=ROOT
    )
    before = entries_of(tmp_path / "export.ldif")
    found = applied(before, changed(before, random.Random(7)))
    assert all(found.of(kind) for kind in (Kind.REMOVED, Kind.RENAMED, Kind.CHANGED))


def test_references_rewritten_and_back() -> None:
    """The change set applies, no reference that it meant is left, and its undo gives an equal state."""
    needs("slapd", "ldapmodify")
    od = odkit.open(MART / "before" / "export.ldif")
    old, new = "xserve-hq2.medicalmart.example.com", "files.medicalmart.example.com"
    with ScratchDirectory([r.entry for r in od.records()], SUFFIX, f"uid=diradmin,cn=users,{SUFFIX}") as directory:
        before = state(directory.entries())
        plan = plan_rewrite(odkit.open(directory.cat()), old, new)
        done = directory.modify(plan.ldif())
        assert done.returncode == 0, done.stderr[-500:]
        left = [
            each for each in odkit.references(odkit.open(directory.cat()), [old]) if each.handling in {Handling.REWRITE, Handling.EITHER}
        ]
        assert left == []
        again = directory.modify(plan.ldif())
        assert again.returncode != 0  # it names the values that it replaces
        assert directory.modify(plan.ldif(undo=True)).returncode == 0
        assert state(directory.entries()) == before

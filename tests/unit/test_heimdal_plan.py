"""A plan for a Heimdal KDC: what its own dump shows is left out, and a dump that is none of it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from build_carry import carry, kerberos_user, verdicts
from forged import REALM, TARGET, Database, company
from odkit.errors import InputError, UsageError

TAIL = "20260101000000:kadmin/admin@R - - - - - 126 - -\n"


def dump(folder: Path, *names: str, realm: str = REALM) -> Path:
    """A dump as ``kadmin -l dump`` writes it, of a KDC with these names."""
    path = folder / "heimdal.dump"
    path.write_text("".join(f"{name}@{realm} 1:1:18:{'AA' * 32}:- {TAIL}" for name in (f"krbtgt/{realm}", *names)))
    return path


def test_what_the_kdc_has_is_left_out_and_listed(tmp_path: Path) -> None:
    plan = carry(
        tmp_path, company(["ann", "bob"]), kerberos_user("ann"), kerberos_user("bob", 1101), to="heimdal", target_dump=dump(tmp_path, "ann")
    )
    assert verdicts(plan) == {"ann": ("left_out", ("collision",)), "bob": ("carried", ())}
    assert [each.name for each in plan.collisions] == ["ann"]
    merge = b"".join(next(file for file in plan.files if file.name == "principals.merge").content())
    assert merge.startswith(f"bob@{REALM} ".encode())
    assert merge.count(b"\n") == 1


@pytest.mark.parametrize("kind", ["mit", "list", "other realm", "empty", "cut"])
def test_a_dump_that_does_not_show_the_kdc_is_refused(tmp_path: Path, kind: str) -> None:
    path = dump(tmp_path, "ann", realm="OTHER.EXAMPLE" if kind == "other realm" else REALM)
    if kind == "mit":
        path, _ = Database(master=TARGET).write(tmp_path, "new")
    elif kind == "cut":
        path.write_bytes(path.read_bytes()[:-30])
    elif kind != "other realm":
        path.write_text("" if kind == "empty" else f"krbtgt/{REALM}@{REALM}\nann@{REALM}\n")
    with pytest.raises(InputError):
        carry(tmp_path, company(["ann"]), kerberos_user("ann"), to="heimdal", target_dump=path)


def test_a_heimdal_dump_is_none_of_an_mit_kdc_and_a_stash_is_none_of_heimdal(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="kdb5_util"):
        carry(tmp_path, company(["ann"]), kerberos_user("ann"), target_dump=dump(tmp_path))
    with pytest.raises(UsageError, match="--target-stash"):
        carry(tmp_path, company(["ann"]), kerberos_user("ann"), to="heimdal", target_dump=dump(tmp_path), target_stash=tmp_path / "x")

"""The scripts of a plan are declared, one module and one .sh each; everything else reads the declarations."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from modules import linked
from odkit.errors import UsageError
from odkit.purge.bundle import run_order
from odkit.purge.script import Place, Script
from odkit.purge.scripts import all_scripts, files_of_plans
from odkit.rehearsal.stage import played
from odkit.releases import RELEASES, VERSIONS, release_of_version
from stories import in_order

FOLDER = ROOT / "odkit" / "purge" / "scripts"


def row(script: Script) -> str:
    """A script's row in the table of docs/purge.md."""
    files = [name for name in script.own_files if not name.startswith("restore/")]
    what = script.what + (f", with {script.tool}" if script.tool else "") + (f"; {script.detail}" if script.detail else "")
    return f"| {', '.join(f'`{name}`' for name in files)} | {what} |"


def test_every_sh_has_a_declaration_and_every_declaration_its_sh() -> None:
    shells, declared = {path.name for path in FOLDER.glob("*.sh")}, {Path(script.name).name.replace("-N.", ".") for script in all_scripts()}
    assert not shells - declared, "no module of odkit/purge/scripts/ declares a SCRIPT for this .sh"
    assert not declared - shells, "the .sh of this SCRIPT is missing in odkit/purge/scripts/"


def test_the_table_of_the_page_has_every_script_in_the_order_of_its_run() -> None:
    run = sorted((script for script in all_scripts() if script.place is not Place.WAY_BACK), key=lambda script: script.order)
    lines = (ROOT / "docs" / "purge.md").read_text().splitlines()
    found = [line for line in lines if re.match(r"\| `[a-z-]+(-N)?\.sh`(, `[a-z.-]+`)* \|", line) and "`collect" not in line]
    rows = [row(script) for script in run]
    missing, extra = [each for each in rows if each not in found], [each for each in found if each not in rows]
    assert not missing, "docs/purge.md lacks these rows:\n" + "\n".join(missing)
    assert not extra, "docs/purge.md has rows that are of no script:\n" + "\n".join(extra)
    assert found == rows, "the rows of docs/purge.md are not in the order of the run:\n" + "\n".join(rows)


def test_what_is_run_is_restored_by_a_file_of_the_plan() -> None:
    written = {name for script in all_scripts() for name in (script.name, *(file.name for file in script.files))}
    for script in all_scripts():
        assert script.restored_by in {"", *written}
        assert script.stands_in_for in {"", *written}


def test_the_order_of_each_release() -> None:
    """Records first, then what depends on them, then names in the KDC; and nothing of another release."""
    order = {name: [script.name for script in run_order(release)] for name, release in RELEASES.items()}
    for name in ("10.4", "10.5", "10.6"):
        assert in_order(order[name], "delete-records.sh", "delete-slots.sh", "purge-principals.sh")
    assert in_order(order["10.7+"], "delete-records.sh", "remove-aliases.sh")
    assert in_order(order["heimdal"], "purge-principals.sh")
    assert [name for name in order if "remove-aliases.sh" in order[name]] == ["10.7+"]
    assert not {"delete-records.sh", "delete-slots.sh"} & set(order["heimdal"])
    assert not {"delete-slots.sh", "purge-principals.sh"} & set(order["10.7+"])
    for name, release in RELEASES.items():
        numbers = [script.order for script in run_order(release)]
        assert numbers == sorted(set(numbers)), name
        assert all(script.fits(release) for script in run_order(release))


def test_a_script_stands_in_for_another_where_that_is_left_out() -> None:
    leopard = RELEASES["10.5"]
    dscl, ldif, kdc = (
        [script.name for script in played(leopard, dscl=dscl, kdc=kdc)] for dscl, kdc in ((True, False), (False, False), (False, True))
    )
    assert in_order(dscl, "delete-records.sh", "delete-slots.sh")
    assert in_order(ldif, "delete-records-ldif.sh", "delete-slots.sh")
    assert in_order(kdc, "delete-records-ldif.sh", "delete-slots.sh", "purge-principals.sh")
    assert "delete-records-ldif.sh" not in dscl
    assert "delete-records.sh" not in {*ldif, *kdc}
    assert "purge-principals.sh" not in {*dscl, *ldif}


def test_one_plan_looks_at_every_file_that_names_its_plan() -> None:
    """Those that lie in one folder: not what is copied to a member alone.  Older releases first, the ways back last."""
    found = files_of_plans()
    assert set(found) == {"plan.json"}.union(*(script.own_files for script in all_scripts() if script.place is not Place.MEMBER))
    assert len(set(found)) == len(found)
    assert not [name for name in found if name.startswith("clean-keytab")]
    back = [name.startswith("restore/") for name in found]
    assert back == sorted(back)
    assert in_order(found, "plan.json", "purge-principals.sh", "remove-aliases.sh", "restore/restore-principals.sh")
    assert in_order(found, "delete-records.sh", "remove-aliases.sh", "restore/restore-records.ldif", "restore/restore-aliases.ldif")


def test_no_release_is_named_outside_of_its_module() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for top in ("odkit", "cli")
        for path in sorted((ROOT / top).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"""["'](10\.[4-7]\+?|heimdal)["']""", line) and not line.startswith("TARGETS = ")  # of carry, which is no release
    ]
    assert {place.partition(":")[0] for place in found} == {"odkit/releases.py"}, found


def test_a_version_is_of_a_release() -> None:
    assert {release.sample: release_of_version(release.sample).name for release in RELEASES.values() if release.sample} == {
        "10.4.11": "10.4", "10.5.8": "10.5", "10.6.8": "10.6", "10.7.5": "10.7+"
    }  # fmt: skip
    assert release_of_version("10.15").name == release_of_version("11.2.3").name == "10.7+"
    assert len(set(VERSIONS)) == len(VERSIONS)
    for version in ("10.3.9", "9", "", "13.0", "x"):
        with pytest.raises(UsageError, match="not a version of Mac OS X Server"):
            release_of_version(version)


DUMMY = '''"""``say-hello.sh``: says hello."""

from odkit.purge import PurgePlan
from odkit.purge.script import Script
from odkit.purge.scripts import plan_script
from odkit.releases import Release

__all__ = ["SCRIPT"]


def _write(plan: PurgePlan, release: Release) -> bytes:
    return plan_script(plan, "say-hello.sh", (f"{release.place}.",), {}, ("common.sh",))


SCRIPT = Script(
    "say-hello.sh", order=15, listed=45, what="a greeting", fits=lambda release: release.is_mac, needed=lambda plan: True, write=_write
)
'''
DUMMY_SH = """usage() {
    say "usage: sh say-hello.sh [--rehearsal]"
}

main() {
    set -u
    own_folder .
    LC_ALL=C
    export LC_ALL
    options "$@"
    need grep
    one_plan
    say "hello"
}
"""
ASK = """
import json, sys
from pathlib import Path
import odkit
from odkit.purge.bundle import run_order, to_do
from odkit.purge.scripts import files_of_plans
from odkit.rehearsal.stage import played
from odkit.releases import RELEASES

folder = Path(sys.argv[1])
plan = odkit.plan_purge(odkit.open(sys.argv[2]), retire=sys.argv[3:])
written = [str(path.relative_to(folder)) for path in odkit.write_plan(plan, folder, target="10.5")]
release = RELEASES["10.5"]
print(json.dumps({
    "written": written,
    "order": [script.name for script in run_order(release, written)],
    "to do": to_do(written, "10.5"),
    "played": [script.name for script in played(release, dscl=False, kdc=True)],
    "files of plans": files_of_plans(),
}))
"""


@pytest.mark.whole
def test_a_script_is_added_with_two_files(tmp_path: Path, retired: list[str]) -> None:
    """One .sh and one declaration: the plan writes it, and everybody knows of it."""
    linked(ROOT / "odkit", tmp_path / "odkit")
    added = {"say_hello.py": DUMMY, "say-hello.sh": DUMMY_SH}
    for name, text in added.items():
        (tmp_path / "odkit" / "purge" / "scripts" / name).write_text(text)
    export = ROOT / "fixtures" / "medical-mart" / "leftover" / "export.ldif"
    done = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path / "plan"), str(export), *retired],
        env=os.environ | {"PYTHONPATH": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert "say-hello.sh" in found["written"]
    assert in_order(found["order"], "delete-records.sh", "say-hello.sh", "delete-slots.sh")
    assert "  sh say-hello.sh                   a greeting" in found["to do"]
    assert in_order(found["played"], "delete-records-ldif.sh", "say-hello.sh", "delete-slots.sh")
    assert "say-hello.sh" in found["files of plans"]
    script = str(tmp_path / "plan" / "say-hello.sh")
    said = subprocess.run(["sh", script, "--rehearsal"], capture_output=True, text=True, check=False)
    assert said.stdout.splitlines()[-1] == "REHEARSAL: hello", said.stderr
    assert "say-hello.sh" in (tmp_path / "plan" / "delete-records.sh").read_text().partition("one_plan() {")[2].partition("}")[0]

"""Adding is small: one file each, and nothing else has to name it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from modules import linked

FORMAT = '''
"""Names in a made-up form: ``NAME!`` on a line."""
from odkit.kerberos.inventory.formats import Format
from odkit.kerberos.inventory.model import InventoryKind, Listed, PrincipalStore
from odkit.values.principal import parse_principal


def _looks_like(file):
    return file.head.startswith(b"!made up")


def _read(file):
    for number, line in file.lines():
        if number > 1 and line:
            name = line.removesuffix(b"!")
            yield Listed(name, parse_principal(name), number)


FORMAT = Format("made up", InventoryKind.KDC, PrincipalStore.MIT, _looks_like, _read)
'''
COMMAND = '''
"""``odkit dummy``."""
import click


@click.command("dummy")
def dummy():
    """Say that it is there."""
    click.echo("it is there")
'''
RULE = '''
"""A check with its rule."""
from odkit.findings import Rule, Severity

DUMMY = Rule("OD999", "dummy", Severity.INFO, "Do nothing.")
'''
TARGET = '''
"""The target ``dummy``."""
from odkit.carrying.model import CarriedUser, PlannedFile
from odkit.carrying.target import Decisions, Target
from odkit.carrying.verdicts import Verdict


def _decide(source):
    users = tuple(CarriedUser(user.name, user.record.dn, Verdict.RESET) for user in source.users())
    return Decisions(users, files=lambda plan_id: [PlannedFile("names", lambda: (user.name.encode() for user in users), "names")])


TARGETS = (Target("dummy", "a list", _decide, kerberos=False),)
'''
PLAY = '''
"""Plays the target ``dummy``."""
from odkit.rehearsal.carry.model import row_of


def _play(stage):
    yield row_of("it is there", 1, [] if (stage.folder / "names").read_bytes() == b"ann" else ["no"], "file")


PLAYS = {"dummy": _play}
'''


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the library and the command line."""
    top = tmp_path_factory.mktemp("tree")
    linked(ROOT / "odkit", top / "odkit")
    linked(ROOT / "cli" / "odkit_cli", top / "odkit_cli")
    return top


def _run(tree: Path, code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(tree)}, cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.whole
def test_an_inventory_format_is_one_file(tree: Path) -> None:
    (tree / "odkit" / "kerberos" / "inventory" / "formats" / "dummy.py").write_text(FORMAT)
    code = 'import odkit; i = odkit.read_principals(b"!made up\\nhost/a.example.com@R!\\n"); print(i.format, len(i))'
    assert _run(tree, code) == "made up 1"


@pytest.mark.whole
def test_a_command_is_one_file(tree: Path) -> None:
    (tree / "odkit_cli" / "commands" / "dummy.py").write_text(COMMAND)
    assert _run(tree, 'import odkit_cli; odkit_cli.main(["dummy"])') == "it is there"


@pytest.mark.whole
def test_a_rule_stands_beside_its_check_alone(tree: Path) -> None:
    (tree / "odkit" / "servers" / "dummy.py").write_text(RULE)
    assert _run(tree, 'from odkit.rulebook import all_rules; print(all_rules()["OD999"].name)') == "dummy"


@pytest.mark.whole
def test_a_target_of_carry_is_one_file_and_its_rehearsal_another(tree: Path, tmp_path: Path) -> None:
    (tree / "odkit" / "carrying" / "targets" / "dummy.py").write_text(TARGET)
    (tree / "odkit" / "rehearsal" / "carry" / "dummy.py").write_text(PLAY)
    (tmp_path / "e.ldif").write_text("dn: uid=ann,cn=users,dc=x\nuid: ann\n\n")
    code = f"import odkit_cli; odkit_cli.main(['carry', {str(tmp_path / 'e.ldif')!r}, '--to', 'dummy', '-o', {str(tmp_path / 'o')!r}, '--rehearse', '--yes'])"
    said = _run(tree, f"try:\n    {code}\nexcept SystemExit as done:\n    print('status', done.code)")
    assert "all 1 proved" in said

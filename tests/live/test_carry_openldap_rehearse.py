"""``odkit carry --to openldap --rehearse``: the written folder on scratch servers, row by row."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import MART, needs, needs_root

pytestmark = pytest.mark.live

EXPORT = MART / "after" / "export.ldif"


def rehearse(folder: Path, *words: str) -> tuple[int, dict[str, str]]:
    """Status, and what came of each row."""
    needs("slapd", "slapadd", "slapcat", "ldapsearch")
    needs_root()
    program = Path(sys.executable).parent / "odkit"
    done = subprocess.run(
        [program, "carry", EXPORT, *words, "-o", folder, "--rehearse", "--json"], check=False, capture_output=True, text=True, timeout=120
    )
    return done.returncode, {row["what"]: row["proof"] for row in json.loads(done.stdout)["rows"]}


@pytest.mark.parametrize("to", ["openldap", "openldap-2307bis"])
def test_all_is_proved_but_what_needs_the_kdc(tmp_path: Path, to: str) -> None:
    status, rows = rehearse(tmp_path / "carry", "--to", to)
    assert status == 1
    assert rows.pop("carried users log in with their old password") == "not proved"
    assert set(rows.values()) == {"proved"}
    assert len(rows) == 9


def test_a_folder_that_was_changed_fails_its_rows(tmp_path: Path) -> None:
    folder = tmp_path / "carry"
    rehearse(folder, "--to", "openldap")
    path = folder / "config" / "slapd.conf"
    path.write_text(re.sub(r"access to attrs=userPassword.*?by \* none\n", "", path.read_text(), count=1, flags=re.DOTALL))
    status, rows = rehearse(folder, "--to", "openldap")
    assert status == 1
    assert [what for what, proof in rows.items() if proof == "failed"] == ["nobody sees a password or a secret"]

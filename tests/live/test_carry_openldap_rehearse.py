"""``odkit carry --to openldap --rehearse``: the written folder on scratch servers, row by row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import odkit
from live.carry_server import rehearsed
from live.old_realm import small_export

pytestmark = pytest.mark.live


def rehearse(folder: Path, target: str, export: Path) -> tuple[int, dict[str, str]]:
    """Status, and what came of each row."""
    status, rows = rehearsed(folder, str(export), "--to", target)
    return status, {row["what"]: row["proof"] for row in rows}


def test_all_is_proved_but_what_needs_the_kdc(tmp_path: Path) -> None:
    status, rows = rehearse(tmp_path / "carry", "openldap", small_export(tmp_path / "small.ldif"))
    assert status == 1
    assert rows.pop("carried users log in with their old password") == "not proved"
    assert set(rows.values()) == {"proved"}
    assert len(rows) == 10


def test_a_folder_that_was_changed_fails_its_row_and_no_other(tmp_path: Path) -> None:
    folder, export = tmp_path / "carry", small_export(tmp_path / "small.ldif", "dxu7")
    odkit.write_carry(odkit.carry(odkit.open(export), to="openldap-2307bis"), folder)
    path = folder / "config" / "slapd.conf"
    path.write_text(re.sub(r"access to attrs=userPassword.*?by \* none\n", "", path.read_text(), count=1, flags=re.DOTALL))
    status, rows = rehearse(folder, "openldap-2307bis", export)
    assert status == 1
    assert rows.pop("carried users log in with their old password") == "not proved"
    assert rows.pop("nobody sees a password or a secret") == "failed"
    assert set(rows.values()) == {"proved"}
    assert len(rows) == 9

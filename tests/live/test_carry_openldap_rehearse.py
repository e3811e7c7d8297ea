"""``odkit carry --to openldap --rehearse``: the written folder on scratch servers, row by row."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import mart_lion
import pytest

import odkit
from conftest import MART, needs, needs_root
from live.old_realm import small_export
from schemas import loaded

pytestmark = pytest.mark.live

EXPORT = MART / "after" / "export.ldif"


def rehearse(folder: Path, *words: str) -> tuple[int, dict[str, str]]:
    """Status, and what came of each row."""
    status, rows = rehearsed(folder, *words)
    return status, {row["what"]: row["proof"] for row in rows}


def rehearsed(folder: Path, *words: str) -> tuple[int, list[dict[str, str]]]:
    needs("slapd", "slapadd", "slapcat", "ldapsearch")
    needs_root()
    program = Path(sys.executable).parent / "odkit"
    exports = [word for word in words if word.endswith(".ldif")] or [str(EXPORT)]
    words = tuple(word for word in words if word not in exports)
    done = subprocess.run(
        [program, "carry", *exports, *words, "-o", folder, "--rehearse", "--json"], check=False, capture_output=True, text=True, timeout=120
    )
    return done.returncode, loaded(done.stdout)["rows"]


def test_all_is_proved_but_what_needs_the_kdc(tmp_path: Path) -> None:
    status, rows = rehearse(tmp_path / "carry", "--to", "openldap")
    assert status == 1
    assert rows.pop("carried users log in with their old password") == "not proved"
    assert set(rows.values()) == {"proved"}
    assert len(rows) == 10


def test_a_folder_that_was_changed_fails_its_row_and_no_other(tmp_path: Path) -> None:
    folder, export = tmp_path / "carry", small_export(tmp_path / "small.ldif")
    odkit.write_carry(odkit.carry(odkit.open(export), to="openldap-2307bis"), folder)
    path = folder / "config" / "slapd.conf"
    path.write_text(re.sub(r"access to attrs=userPassword.*?by \* none\n", "", path.read_text(), count=1, flags=re.DOTALL))
    status, rows = rehearse(folder, "--to", "openldap-2307bis", str(export))
    assert status == 1
    assert rows.pop("carried users log in with their old password") == "not proved"
    assert rows.pop("nobody sees a password or a secret") == "failed"
    assert set(rows.values()) == {"proved"}
    assert len(rows) == 9


def test_with_the_carried_kdc_behind_it_old_passwords_are_proved_and_who_may_not_log_in_is_refused(tmp_path: Path) -> None:
    needs("saslauthd", "krb5kdc", "kadmin.local", "kdb5_util")
    lion = MART / "lion"
    known = dict(line.split("\t") for line in (lion / "passwords.txt").read_text().splitlines())
    logins = tmp_path / "logins"
    logins.touch(0o600)
    right = ("diradmin", "aabbott0", mart_lion.RENAMED)
    wrong = "aostrom2"
    logins.write_text("".join(f"{name}\t{known[name]}\n" for name in right) + f"{wrong}\t{known['diradmin']}\n")
    files = [str(lion / "export.ldif"), str(lion / "authdata.ldif"), "--m-key", str(lion / "m-key")]
    files += ["--target-dump", str(lion / "new-kdc.dump"), "--target-stash", str(lion / "new-kdc.stash"), "--logins", str(logins)]
    status, rows = rehearsed(tmp_path / "carry", "--to", "openldap", *files)
    bad = [(row["what"], row["detail"]) for row in rows if row["proof"] != "proved"]
    assert bad == [("carried users log in with their old password", f"1 of 4 users: {wrong}")]
    assert status == 1
    what = "disabled and expired users, and who must change his password, are refused even with the right one"
    assert [row["detail"] for row in rows if row["what"] == what] == ["3 users"]

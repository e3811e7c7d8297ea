"""`odkit carry --to 389 --rehearse`: the written folder played on a scratch instance, which asks a scratch KDC through PAM."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import mart_lion
import pytest

from conftest import ROOT, needs, needs_root
from targets.lion import LION, PASSWORDS, small_export

pytestmark = pytest.mark.targets

STAFF = mart_lion.STAFF[:2]
LOCKS = "disabled users are refused by nsAccountLock even where the KDC lets them in"


@pytest.fixture(autouse=True)
def _pam(monkeypatch: pytest.MonkeyPatch) -> None:
    """pam_krb5 is unpacked by script/setup-tests: installed, it would stand before every login of the machine."""
    found = sorted((ROOT / ".pam-krb5").glob("lib/*/security/pam_krb5.so"))
    if found:
        monkeypatch.setenv("PAM_KRB5", str(found[0]))
    elif not any(Path("/lib").glob("*/security/pam_krb5.so")):
        needs("pam_krb5.so")


def rehearse(folder: Path, *words: str) -> tuple[int, Any]:
    needs("ns-slapd", "ldapsearch", "krb5kdc", "kadmin.local")
    needs_root()
    logins = folder / "logins"
    logins.touch(mode=0o600)
    logins.write_text("".join(f"{name}\t{PASSWORDS[name]}\n" for name in STAFF))
    line = [str(Path(sys.executable).parent / "odkit"), "carry", str(folder / "small.ldif"), str(LION / "authdata.ldif"), "--to", "389"]
    line += ["--m-key", str(LION / "m-key"), "--target-dump", str(LION / "new-kdc.dump"), "--target-stash", str(LION / "new-kdc.stash")]
    line += ["-o", str(folder / "out"), "--json", *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=400, env=os.environ)
    assert not any(PASSWORDS[name] in done.stdout + done.stderr for name in STAFF)
    return done.returncode, json.loads(done.stdout)


def test_a_plan_that_is_right_is_proved_in_every_row_and_one_that_is_not_is_not(tmp_path: Path) -> None:
    small_export(tmp_path / "small.ldif")
    words = ("--rehearse", "--logins", str(tmp_path / "logins"))
    status, found = rehearse(tmp_path, *words)
    rows = {row["what"]: row["detail"] for row in found["rows"]}
    assert {row["what"]: row["detail"] for row in found["rows"] if row["proof"] != "proved"} == {}
    assert (status, len(rows)) == (0, 14)
    assert rows["carried users log in with their old password"] == "2 users"
    # the plugin's own way, the name from the DN, does not look at the lock
    path = tmp_path / "out" / "config" / "pam-passthrough.ldif"
    path.write_text(path.read_text().replace("pamIDMapMethod: ENTRY\n", "pamIDMapMethod: RDN\n"))
    status, found = rehearse(tmp_path, *words)
    assert (status, [row["what"] for row in found["rows"] if row["proof"] == "failed"]) == (1, [LOCKS])

"""`odkit carry --to samba --rehearse`: the written folder played on a scratch domain."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import mart_lion
import pytest

from conftest import needs, needs_root
from targets.lion import LION, PASSWORDS, small_export

pytestmark = pytest.mark.targets

ONE = mart_lion.STAFF[0]


def rehearse(folder: Path, *words: str) -> tuple[int, Any]:
    needs("samba", "samba-tool", "winbindd", "smbclient", "ldbadd", "nsenter", "unshare", "ip", "openssl")
    needs_root()
    logins = folder / "logins"
    logins.touch(mode=0o600)
    logins.write_text(f"{ONE}\t{PASSWORDS[ONE]}\n")
    line = [str(Path(sys.executable).parent / "odkit"), "carry", str(folder / "small.ldif"), str(LION / "authdata.ldif"), "--to", "samba"]
    line += ["--m-key", str(LION / "m-key"), "--base-dn", "DC=ad,DC=example,DC=com", "--target-realm", "AD.EXAMPLE.COM", "--json", *words]
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=400)
    assert PASSWORDS[ONE] not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)


def test_a_plan_that_is_right_is_proved_in_every_row_and_one_that_is_not_is_not(tmp_path: Path) -> None:
    small_export(tmp_path / "small.ldif")
    status, _ = rehearse(tmp_path, "-o", str(tmp_path / "out"))
    assert status == 1  # somebody is to be reset
    words = ("-o", str(tmp_path / "out"), "--rehearse", "--logins", str(tmp_path / "logins"))
    status, found = rehearse(tmp_path, *words)
    assert {row["what"]: row["detail"] for row in found["rows"] if row["proof"] != "proved"} == {}
    assert (status, len(found["rows"])) == (0, 19)
    # the keys of two users, exchanged
    path = tmp_path / "out" / "secrets.ldif"
    text = path.read_text()
    keys = re.findall(r"(?m)^supplementalCredentials:: (?:.*\n )*.*\n", text)
    path.write_text(text.replace(keys[0], "\0").replace(keys[1], keys[0]).replace("\0", keys[1]))
    status, found = rehearse(tmp_path, *words)
    assert status == 1
    failed = {row["what"] for row in found["rows"] if row["proof"] == "failed"}
    assert "samba-tool gives out the keys of the source (exportkeytab)" in failed
    assert "carried users get a ticket with their carried key (kinit -k)" in failed

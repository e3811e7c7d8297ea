"""``odkit carry --to openldap --rehearse`` with the keys of the old realm: slapd, saslauthd and the carried KDC.

`tests/live/test_carry_openldap_rehearse.py` rehearses what needs no saslauthd.
"""

from __future__ import annotations

from pathlib import Path

import mart_lion
import pytest

from conftest import MART, needs
from live.carry_server import rehearsed

pytestmark = pytest.mark.targets


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

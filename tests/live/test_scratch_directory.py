"""The scratch slapd: what it holds is read again whenever it was written to."""

from __future__ import annotations

import pytest

from conftest import needs
from live.running import ADMIN, SUFFIX, domain
from odkit.rehearsal.slapd import ScratchDirectory

pytestmark = pytest.mark.live


def changed(directory: ScratchDirectory, name: str, value: str) -> bytes:
    """What it holds when a value is another one."""
    change = f"dn: uid={name},cn=users,{SUFFIX}\nchangetype: modify\nreplace: sn\nsn: {value}\n"
    assert directory.modify(change.encode()).returncode == 0
    return directory.cat()


def test_every_change_is_seen_also_where_as_much_was_written_since_a_reset() -> None:
    needs("slapd", "ldapmodify")
    with ScratchDirectory(domain(), SUFFIX, ADMIN) as directory:
        directory.keep()
        made = directory.cat()
        assert directory.cat() == made
        assert b"\nsn: first\n" in changed(directory, "u0", "first")
        second = changed(directory, "u0", "other")
        assert (b"\nsn: first\n" in second, b"\nsn: other\n" in second) == (False, True)
        directory.reset()
        assert directory.cat() == made
        for value in ("again", "third"):
            directory.reset()
            assert f"\nsn: {value}\n".encode() in changed(directory, "u0", value)


def test_a_directory_without_records_is_empty() -> None:
    needs("slapd", "ldapmodify")
    with ScratchDirectory([], SUFFIX, ADMIN) as directory:
        assert directory.cat() == b""

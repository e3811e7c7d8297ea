"""The whole verification of two exports."""

from __future__ import annotations

import pytest

import odkit
from conftest import MART


class TestVerify:
    @pytest.mark.parametrize(
        ("was", "now", "code"),
        [
            (b"@files.medicalmart.example.com/Homes\n", b"@nowhere.example.com/No\n", "OD615"),
            (b"dn: cn=office-store,cn=groups", None, "OD616"),
        ],
    )
    def test_what_was_not_seen(self, was: bytes, now: bytes | None, code: str) -> None:
        data = (MART / "after" / "export.ldif").read_bytes().replace(b"\n ", b"")
        assert was in data
        if now is None:
            at = data.index(was)
            other = data[:at] + data[at:].replace(b"gidNumber: ", b"gidNumber: 9", 1)
        else:
            other = data.replace(was, now, 1)
        found = odkit.verify(odkit.open(data), odkit.open(other))
        assert code in {f.code for f in found.findings}
        assert found.summary["answer"] != "everything came through"

    def test_a_login_name_that_is_gone(self) -> None:
        data = (MART / "after" / "export.ldif").read_bytes()
        more = data.replace(b"uid: aabbott0\n", b"uid: aabbott0\nuid: ann\n", 1)
        found = odkit.verify(odkit.open(more), odkit.open(data))
        assert any("does not answer to ann any more" in f.message for f in found.findings)

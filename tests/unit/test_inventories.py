"""Readers of principals: what is read, what is refused, and that no key is ever shown."""

from __future__ import annotations

import pytest

import odkit
from odkit.errors import InputError

KEY = "4b" * 32
R = "OD.EXAMPLE.COM"


class TestNothingButNames:
    """A line with a raw blank, a tab or two '@' becomes no principal: it may hold a key."""

    LINES = (
        f"host/od.example.com@{R} (aes256-cts-hmac-sha1-96)  (0x{KEY})",
        f"   1    3 host/od.example.com@{R}",
        f"host/od.example.com {KEY}",
        f"host/od.example.com\t{KEY}",
        f"host/od.example.com@{R}@{KEY}",
        f"host/od.example.com@{R} ",
        f" host/od.example.com@{R}",
        f"ann:{KEY} x",
    )

    @pytest.mark.parametrize("realm", [None, R])
    @pytest.mark.parametrize("line", LINES)
    @pytest.mark.parametrize("first", [True, False])
    @pytest.mark.parametrize("head", ["", f"krbtgt/{R}\n", f"krbtgt/{R}@{R}\n"])
    def test_in_a_list_of_unknown_origin(self, head: str, line: str, realm: str | None, first: bool) -> None:
        data = f"{line}\n{head}" if first else f"{head}{line}\n"
        with pytest.raises(InputError) as caught:
            odkit.read_principals(data.encode(), realm=realm)
        assert KEY[:8] not in str(caught.value)
        assert "kadmin.local -q listprincs" in str(caught.value)

    @pytest.mark.parametrize(
        "line", [f"host/a@{R} (aes256-cts-hmac-sha1-96) (0x{KEY})", f"host/a@{R}\t{KEY}", f"host/a@{R}@{KEY}", f"a{KEY}"]
    )
    def test_in_what_kadmin_printed(self, line: str) -> None:
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"Authenticating as principal root/admin@{R} with password.\nK/M@{R}\n{line}\n".encode())
        assert KEY[:8] not in str(caught.value)

    def test_blanks_that_kadmin_leaves_raw_are_part_of_a_name(self) -> None:
        listing = f"Authenticating as principal root/admin@{R} with password.\nwe ird@{R}\n"
        assert [str(row.principal) for row in odkit.read_principals(listing.encode()).listed] == [f"we ird@{R}"]

    def test_a_blank_that_is_escaped_is_part_of_a_name(self) -> None:
        assert [row.principal.components for row in odkit.read_principals(f"we\\ ird@{R}\n".encode()).listed] == [(b"we ird",)]

    def test_a_dump_whose_lengths_are_wrong_shows_no_key(self) -> None:
        record = "princ\t38\t20\t0\t0\t0\t" + KEY[:20] + "\t" + "\t".join(["0"] * 8) + "\t-1;\n"
        with pytest.raises(InputError) as caught:
            odkit.read_principals(f"kdb5_util load_dump version 5\n{record}".encode())
        assert KEY[:8] not in str(caught.value)

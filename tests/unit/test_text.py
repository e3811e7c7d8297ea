"""Text for a terminal: escaped, shortened, in columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from odkit import text


class TestText:
    def test_escape(self) -> None:
        assert text.escape("plain é \\ x") == "plain é \\ x"
        assert text.escape(b"\x1b[2J\n\xff") == "\\x1b[2J\\n\\xff"
        assert text.escape("a\u202eb\u2028\\") == "a\\u202eb\\u2028\\\\"

    @given(st.one_of(st.text(), st.binary()))
    def test_escaped_is_one_printable_line(self, value: str | bytes) -> None:
        assert text.escape(value).isprintable()
        assert text.shorten(value, 10).isprintable()

    def test_table_cuts_nothing(self) -> None:
        assert text.table([("a", "bb"), ("ccc", "d" * 200)], headers=("X", "Y")) == ["  X    Y", "  a    bb", "  ccc  " + "d" * 200]
        assert text.table([]) == []
        assert (text.plural(1, "entry", "entries"), text.plural(2000, "entry", "entries")) == ("1 entry", "2,000 entries")

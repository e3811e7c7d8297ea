"""The commands of the documentation that start servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import needs
from pages import PAGES, lines

pytestmark = pytest.mark.live


def test_the_commands_that_start_servers_run(tmp_path: Path) -> None:
    needs("slapd", "krb5kdc")
    found = [line for page in PAGES for line in lines(page) if line.starts_servers]
    assert found
    for line in {line.words: line for line in found}.values():  # two pages show the same one
        line.run(tmp_path)

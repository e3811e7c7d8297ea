"""The company of 10.8, with few users."""

from __future__ import annotations

from pathlib import Path

import mart_lion

import odkit
from conftest import MART
from odkit.ldif import dump

__all__ = ["LION", "PASSWORDS", "small_export"]

LION = MART / "lion"
PASSWORDS = dict(line.split("\t") for line in (LION / "passwords.txt").read_text().splitlines())


def small_export(path: Path) -> Path:
    """The company with nine users, one of each case among them."""
    names = {*mart_lion.CASES, *mart_lion.STAFF[:2]}
    records = [record for record in odkit.open(LION / "export.ldif").records() if record.kind != "Users" or record.name in names]
    path.write_bytes(dump([record.entry for record in records]))
    return path

"""Inputs of command lines."""

from __future__ import annotations

from conftest import MART

EXPORT = str(MART / "leftover" / "export.ldif")

LIST = str(MART / "leftover" / "listprincs.txt")

RETIRED = str(MART / "retired.txt")

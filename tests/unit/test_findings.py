"""Findings and reports."""

from __future__ import annotations

import pytest

import odkit
from odkit.errors import UsageError
from odkit.findings import RULES, Report, finding


def test_findings() -> None:
    with pytest.raises(UsageError):
        finding("OD999", "x", "y")
    report = Report({"a": 1}, [finding("OD101", "x\x1b", "bad", path="p", line=3)])
    assert report.worst() == 3
    assert report.as_json()["findings"] == [
        {"code": "OD101", "severity": "error", "subject": "x\\x1b", "path": "p", "line": 3,
         "message": "bad. The record is reachable by its text only."}
    ]  # fmt: skip
    assert [f.where for f in report] == ["p:3"]
    assert all(code == rule.code and rule.advice.endswith((".", "?")) for code, rule in RULES.items())
    assert odkit.Severity.WARNING.weight == 2

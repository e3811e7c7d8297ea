"""Findings and reports."""

from __future__ import annotations

import odkit
from odkit.findings import Report, finding
from odkit.rulebook import all_rules

RULES = all_rules()


def test_findings() -> None:
    report = Report({"a": 1}, [finding(RULES["OD101"], "x\x1b", "bad", path="p", line=3)])
    assert report.worst() == 3
    assert report.as_json()["findings"] == [
        {"code": "OD101", "severity": "error", "subject": "x\\x1b", "path": "p", "line": 3,
         "message": "bad. Correct the DN in the file, or export again. The record can be found by its text only."}
    ]  # fmt: skip
    assert [f.where for f in report] == ["p:3"]
    assert all(code == rule.code and rule.advice.endswith(".") for code, rule in RULES.items())
    assert odkit.Severity.WARNING.weight == 2

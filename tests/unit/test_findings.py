"""Findings and reports."""

from __future__ import annotations

import ast

import odkit
from modules import MODULES, nodes, relative, source_of
from odkit.findings import Report, finding
from odkit.rulebook import all_rules

RULES = all_rules()


def codes_of(source: str) -> list[str]:
    """Codes of the rules that a module makes."""
    made = [call.args[0] for call in nodes(source, ast.Call) if isinstance(call.func, ast.Name) and call.func.id == "Rule" and call.args]
    return [first.value for first in made if isinstance(first, ast.Constant) and isinstance(first.value, str)]


def test_no_two_rules_have_one_code() -> None:
    places: dict[str, list[str]] = {}
    for path in MODULES:
        for code in codes_of(source_of(path)):
            places.setdefault(code, []).append(relative(path))
    assert set(places) == set(RULES)
    twice = {code: found for code, found in places.items() if len(found) > 1}
    assert not twice, "take the next free code of the family (docs/findings.md)"
    assert codes_of('A = Rule("OD101", "x")\nB = Rule("OD101", "y")\n') == ["OD101"] * 2


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

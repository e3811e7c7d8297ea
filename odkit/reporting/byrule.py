"""Findings by rule: the worst first, each with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from odkit.findings import Finding, Rule, Severity
from odkit.reporting.data import as_json
from odkit.reporting.model import Case, RuleBlock
from odkit.text import escape

__all__ = ["more_cases", "rules_of"]

_FIRST = 100  # of a rule, that are read without scripts
_BUDGET = 4 << 20  # bytes of the others


def rules_of(findings: Iterable[Finding], *, people: bool) -> tuple[RuleBlock, ...]:
    """Return findings by rule.

    Args:
        findings: in any order; those of a rule keep theirs.
        people: whether messages are shown; else the rule and the count.
    """
    by_rule: dict[Rule, list[Finding]] = {}
    for each in findings:
        by_rule.setdefault(each.rule, []).append(each)
    ordered = sorted(by_rule.items(), key=lambda item: (-_worst(item[1]).weight, item[0].code))
    return tuple(_block(rule, sorted(found, key=lambda f: -f.severity.weight), people=people) for rule, found in ordered)


def _worst(findings: Sequence[Finding]) -> Severity:
    return max((f.severity for f in findings), key=lambda severity: severity.weight)


def _block(rule: Rule, findings: Sequence[Finding], *, people: bool) -> RuleBlock:
    cases = tuple(map(_case, findings[:_FIRST])) if people else ()
    more = partial(_cases, findings[_FIRST:] if people else ())
    return RuleBlock(rule.code, rule.name, _worst(findings).value, rule.advice, len(findings), cases, more)


def _cases(findings: Sequence[Finding]) -> Iterator[Case]:
    return map(_case, findings)


def _case(finding: Finding) -> Case:
    return Case(finding.severity.value, finding.where, escape(finding.subject), finding.what)


def more_cases(rules: Iterable[RuleBlock]) -> Iterator[str]:
    """Yield an object with ``rules`` and ``left``: by code the findings behind the first ones, and how many do not fit.

    A finding is a list of its severity, place, subject and text.
    """
    size = 0
    left: dict[str, int] = {}
    yield '{"rules":{'
    between = ""
    for rule in rules:
        if rule.count == len(rule.cases) or not rule.cases:
            continue
        yield f"{between}{as_json(rule.code)}:["
        between, comma = ",\n", ""
        for case in rule.more():
            if size > _BUDGET:
                left[rule.code] = left.get(rule.code, 0) + 1
                continue
            text = as_json([case.severity, case.where, case.subject, case.text])
            size += len(text.encode("utf-8", "backslashreplace"))
            yield comma + text
            comma = ",\n"
        yield "]"
    yield f'}},"left":{as_json(left)}}}'

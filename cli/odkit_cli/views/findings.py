"""Findings for people: of each rule the first places and one sentence on what to do, the worst rule first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from odkit_cli.screen import folded

if TYPE_CHECKING:
    from odkit.findings import Finding, Rule, Severity

__all__ = ["all_lines", "as_markdown", "find_rule", "find_rules", "grouped_lines", "markdown_lines"]

_PLACES = {"error": 3, "warning": 3, "info": 1}  # of a rule, when it has more
_COLOURS = {"error": "red", "warning": "yellow", "info": None}


def find_rule(code: str) -> Rule:
    """Return the rule of a code, such as OD353, or of a name that one rule alone has.

    Raises:
        click.UsageError: there is none, with those that are like it; or there are several.
    """
    found = find_rules(code)
    if len(found) > 1:
        raise click.UsageError(f"{code} is the name of {' and of '.join(rule.code for rule in found)}: give the code")
    return found[0]


def find_rules(code: str) -> Sequence[Rule]:
    """Return the rule of a code, or those of a name.

    Raises:
        click.UsageError: there is none; with those that are like it.
    """
    from odkit.rulebook import all_rules, rules_named

    if found := rules_named(code):
        return found
    from difflib import get_close_matches

    from odkit.text import escape

    names = {name.lower(): rule for rule in all_rules().values() for name in (rule.code, rule.name)}
    close = get_close_matches(code.lower(), names, n=3)
    hint = f"; did you mean {' or '.join(names[each].code for each in close)}?" if close else "; docs/findings.md lists all"
    raise click.UsageError(f"{escape(code)!r} is no code of a finding{hint}")


def all_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a line for each finding, worst first: ``path:line: severity: message [code]``."""
    for finding in sorted(findings, key=lambda each: -each.severity.weight):
        yield f"{_place(finding)}{_label(finding.severity)}: {finding.message} [{finding.code}]"


def grouped_lines(findings: Iterable[Finding], width: int | None) -> Iterator[str]:
    """Yield the findings by rule, worst first; those of a rule that has one finding as `all_lines` does.

    Args:
        findings: in the order of the report.
        width: columns of the terminal, into which lines are folded; None for no terminal.
    """
    for group in _groups(findings):
        first = group[0]
        if len(group) == 1:
            yield from folded(next(all_lines(group)), width, "  ")
            continue
        head = f"{_label(first.severity)}: {len(group):,} times {first.rule.name}: {first.rule.advice} [{first.code}]"
        yield from folded(head, width, "  ")
        shown = group if len(group) <= _PLACES[first.severity] + 1 else group[: _PLACES[first.severity]]
        more = f" And {len(group) - len(shown):,} more: --all." if len(group) > len(shown) else ""
        for each in shown:
            yield from folded(f"  {_place(each)}{each.what}.{more if each is shown[-1] else ''}", width, "      ")


def markdown_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the findings by rule as Markdown, each with its place: for a ticket."""
    for group in _groups(findings):
        first = group[0]
        yield from (
            "",
            f"### {first.severity.value}: {first.rule.name} ({first.code}), {len(group):,} times",
            "",
            as_markdown(first.rule.advice),
            "",
        )
        yield from (f"* {_code(each.where) + ': ' if each.where else ''}{as_markdown(each.what)}" for each in group)


def _groups(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings of each rule and severity, the worst first, else in the order of the report."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        found.setdefault((each.code, each.severity.value), []).append(each)
    return sorted(found.values(), key=lambda group: -group[0].severity.weight)


def _label(severity: Severity) -> str:
    return click.style(severity.value, fg=_COLOURS[severity.value])


def _place(finding: Finding) -> str:
    return f"{finding.where}: " if finding.where else ""


def as_markdown(text: str) -> str:
    """Return text of an export as Markdown that is that text."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|!~&" else char for char in text)


def _code(text: str) -> str:
    """Return text as a code span, with more marks around it than stand together in it."""
    marks = "`"
    while marks in text:
        marks += "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{pad}{text}{pad}{marks}"

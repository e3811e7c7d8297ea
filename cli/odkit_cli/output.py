"""What every command does with its result: the form that was asked for on standard output, findings on standard error, the status."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, NoReturn

import click

from odkit.dataclass import dataclass
from odkit.text import plural
from odkit_cli import exits
from odkit_cli.screen import folded_text

if TYPE_CHECKING:
    from odkit.directory import Directory
    from odkit.findings import Finding, Report, Rule

__all__ = [
    "FAIL_ON",
    "Answer",
    "damaged",
    "end_command",
    "finish",
    "finish_report",
    "quiet",
    "reaches",
    "show_findings",
    "tell_damage",
    "write_json",
]

FAIL_ON = {"error": 3, "warning": 2, "info": 1, "never": 4}


@dataclass(frozen=True, slots=True)
class Answer:
    """A result in every form that its command has; a form is made when it is asked for.

    Attributes:
        json: returns what is written as JSON.
        text: returns the text for people, with its line ends; it is not printed with -q.
        others: further forms by name, for programs; they are printed with -q, too.
        remarks: lines on standard error behind the answer, also with -q.
        findings: shown beside every form but JSON, which has them in itself.
        findings_always: show them beside JSON, too.
    """

    json: Callable[[], object]
    text: Callable[[], str]
    others: Mapping[str, Callable[[], str | bytes]] = field(default_factory=dict)
    remarks: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    findings_always: bool = False


def finish(answer: Answer, form: str, *, damage: Callable[[], bool] = bool, found: object = False) -> NoReturn:
    """Print an answer and end the command with its status.

    Args:
        answer: the result.
        form: "text", "json", or one of the answer's others.
        damage: tells, after the answer was printed, whether an input is damaged or incomplete (`damaged`, `tell_damage`).
        found: whether there is something to look at.
    """
    if form == "json":
        write_json(answer.json())
    elif form in answer.others:
        click.echo(answer.others[form](), nl=False)
    elif not quiet():
        click.echo(folded_text(answer.text(), sys.stdout), nl=False)
    for line in answer.remarks:
        click.echo(folded_text(line, sys.stderr), err=True)
    if form != "json" or answer.findings_always:
        show_findings(answer.findings)
    end_command(damage=damage(), found=found)


def finish_report(report: Report, exports: Sequence[Directory | None], text: Callable[[], str], *, form: str, fail_on: str) -> NoReturn:
    """Do what `finish` does, for a report of the library: its findings by rule, before the answer.

    Args:
        report: it has its JSON form.
        exports: of which it reports.
        text: returns the text for people.
        form: "text", "json" or "markdown".
        fail_on: from which severity on findings make the status 1.

    Raises:
        click.UsageError: ``--ignore``, or [ignore] of odkit.toml, names no code, or one of damage.
    """
    kept, ignored = _kept(report.findings)
    said = "".join(f"Ignored: {each.rule.code}, {plural(each.count, 'finding')} ({each.reason}).\n" for each in ignored)
    if form == "text":
        _show_by_rule(kept)

    def body() -> object:
        whole = report.as_json()
        if ignored:
            whole["findings"] = [each.as_json() for each in kept]
            whole["ignored"] = [{"code": each.rule.code, "count": each.count, "reason": each.reason} for each in ignored]
        if notes := click.get_current_context().find_root().obj.get("notes"):
            whole["notes"] = notes
        return whole

    def markdown() -> str:
        from odkit_cli.views.findings import markdown_lines

        return "\n".join(["```text", *(text() + said).rstrip("\n").split("\n"), "```", *markdown_lines(kept)]) + "\n"

    answer = Answer(body, lambda: said + text(), {"markdown": markdown})
    finish(answer, form, damage=lambda: damaged(exports, report.findings), found=reaches(kept, fail_on))


@dataclass(frozen=True, slots=True)
class _Ignored:
    """A rule whose findings are left out, how many they are, and why."""

    rule: Rule
    count: int
    reason: str


def _kept(findings: Sequence[Finding]) -> tuple[list[Finding], list[_Ignored]]:
    """Return the findings that are shown, and what was left out by ``--ignore`` and by [ignore] of the odkit.toml that was read."""
    context = click.get_current_context()
    project = context.obj.get("project")
    asked = dict.fromkeys(context.obj.get("ignore", ()), "--ignore") | (dict(project.ignored) if project is not None else {})
    if not asked:
        return list(findings), []
    from odkit_cli.views.findings import find_rule

    rules = {find_rule(code): reason for code, reason in asked.items()}
    for rule in rules:
        if rule.is_damage:
            raise click.UsageError(f"{rule.code} tells of damage in the input, which cannot be ignored; repair it, or export again")
    kept = [each for each in findings if each.rule not in rules]
    counts = {rule: sum(each.rule == rule for each in findings) for rule in rules}
    return kept, [_Ignored(rule, counts[rule], reason) for rule, reason in rules.items() if counts[rule]]


def _show_by_rule(findings: Sequence[Finding]) -> None:
    """Show findings before the answer: beside it when both go to the same terminal, else on standard error; nothing with -q."""
    if quiet():
        return
    from odkit_cli.views.findings import all_lines, grouped_lines

    together = sys.stdout.isatty() and sys.stderr is not None and sys.stderr.isatty()
    width = None
    if together:
        import shutil

        width = shutil.get_terminal_size().columns
    every = click.get_current_context().find_root().obj.get("every")
    for line in all_lines(findings) if every else grouped_lines(findings, width):
        click.echo(folded_text(line, sys.stdout if together else sys.stderr), err=not together)


def end_command(*, damage: bool = False, found: object = False) -> NoReturn:
    """End the command: the one place that turns a result into a status."""
    click.get_current_context().exit(exits.TROUBLE if damage else exits.FINDINGS if found else exits.FINE)


def reaches(findings: Iterable[Finding], fail_on: str) -> bool:
    """Tell whether the worst of the findings is as bad as ``--fail-on`` says."""
    return max((f.severity.weight for f in findings), default=0) >= FAIL_ON[fail_on]


def quiet() -> bool:
    """Tell whether ``-q`` was given."""
    return bool(click.get_current_context().obj["quiet"])


def write_json(value: object) -> None:
    """Write JSON on standard output: stable, ASCII, one final line end."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False))


def show_findings(findings: Iterable[Finding]) -> None:
    """Show findings on standard error, worst first, ``path:line:`` in front; nothing with -q."""
    if quiet():
        return
    from odkit_cli.views.findings import all_lines

    for line in all_lines(findings):
        click.echo(folded_text(line, sys.stderr), err=True)


def damaged(exports: Iterable[Directory | None], findings: Iterable[Finding] = ()) -> bool:
    """Tell whether an export is incomplete or was not read as a whole: the exit status of every command is 2 then."""
    opened = [od for od in exports if od is not None]
    if any(od.completeness.value == "incomplete" for od in opened):
        return True
    return any(f.rule.is_damage for each in (findings, *(od.findings for od in opened)) for f in each)


def tell_damage(*exports: Directory | None) -> bool:
    """Tell whether it is `damaged`, and say what was found while reading: for commands whose own answer does not tell."""
    opened = [od for od in exports if od is not None]
    for od in opened:
        show_findings([f for f in od.findings if f.severity != "info"])
    return damaged(opened)

"""``odkit explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odkit_cli.options import format_options
from odkit_cli.output import Answer, finish
from odkit_cli.views.findings import find_rules

if TYPE_CHECKING:
    from odkit.findings import Rule


@click.command()
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@format_options
def explain(codes: tuple[str, ...], form: str) -> None:
    """Tell what a finding's code means, and what to do.

    CODE is a code, such as OD353, or a rule's name, such as bad-base64.

    \b
    Example:
      odkit explain OD201
    """
    rules = [rule for code in codes for rule in find_rules(code)]
    answer = Answer(
        lambda: {"schema": "odkit/rules/1", "rules": [_json(rule) for rule in rules]},
        lambda: "\n".join(map(_text, rules)),
    )
    finish(answer, form)


def _effects(rule: Rule) -> list[str]:
    """Return what follows from a finding of a rule, beside what its advice says."""
    from odkit.findings import Hides

    hidden = {
        Hides.NOTHING: [],
        Hides.VALUE: ["The attribute's values stay unknown: whatever writes passes over the record, and lists it."],
        Hides.RECORDS: ["Records stay unknown: nothing is written from the export without --accept-incomplete."],
    }[rule.hides]
    return [
        *hidden,
        *(["The input is damaged: every command that reads it ends with status 2."] if rule.is_damage else []),
        *(["The account's password has to be set again."] if rule.needs_reset else []),
        *(["It is withheld, and counted, where the export does not show what it is about."] if rule.about is not None else []),
    ]


def _text(rule: Rule) -> str:
    return "\n".join([f"{rule.code} {rule.name} ({rule.severity.value})", *(f"  {line}" for line in (rule.advice, *_effects(rule)))]) + "\n"


def _json(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "advice": rule.advice,
        "effects": _effects(rule),
    }

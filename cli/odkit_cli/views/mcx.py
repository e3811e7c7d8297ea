"""MCX as `odkit mcx` shows it: the settings of a record, what a user gets, and what changes for whom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odkit.directory import Record
    from odkit.mcx import Composition, Difference, McxRecord, Origin, Settings

__all__ = ["composition_json", "composition_text", "differences_json", "differences_text", "problems", "record_json", "record_text"]


def _shown(value: object, key: str, *, show: bool) -> str:
    from odkit.mcx import shown_value
    from odkit.text import escape, shorten

    return shorten(escape(json.dumps(shown_value(value, key, show_secrets=show), ensure_ascii=False)), 200)


def problems(settings: McxRecord) -> list[str]:
    """Return what is wrong with the settings of a record, in words."""
    flags = [f"flags: {settings.flags_problem}"] if settings.flags_problem else []
    return flags + [f"value {v.index + 1}: {p}" for v in settings.values for p in (*v.problems, *v.union_problems, *v.notes)]


def record_json(record: Record, differences: Sequence[str] | None, *, show: bool) -> dict[str, object]:
    """Return a record of schema ``odkit/mcx/1``; with ``show`` its secrets, too."""
    from odkit.mcx import shown_value
    from odkit.text import escape

    settings = record.mcx

    def one(s: Settings) -> dict[str, object]:
        return {
            "domain": s.domain,
            "frequency": s.frequency,
            "timestamp": shown_value(s.timestamp, show_secrets=show) if s.timestamp is not None else None,
            "keys": shown_value(s.keys, show_secrets=show),
            "unions": [{"inputs": list(u.inputs), "output": u.output, "remove_duplicates": u.remove_duplicates} for u in s.unions],
            "others": shown_value(s.others, show_secrets=show),
        }

    out: dict[str, object] = {
        "dn": escape(record.dn),
        "type": record.kind,
        "line": record.line,
        "flags": shown_value(settings.flags, show_secrets=show),
        "settings": [one(s) for s in settings.settings()],
        "problems": problems(settings),
    }
    return out if differences is None else out | {"differences": list(differences)}


def record_text(record: Record, *, show: bool) -> str:
    """Return the settings of a record by domain and key."""
    from odkit.text import escape
    from odkit_cli.screen import table

    settings = record.mcx
    lines = [f"{record.kind} {escape(record.name)} (line {record.line})"]
    if settings.flags is not None:
        lines.append(f"  flags: {_shown(settings.flags, '', show=show)}")
    for s in settings.settings():
        lines.append(f"  {escape(s.domain)}")
        rows = [(escape(key), s.frequency, _shown(value, key, show=show)) for key, value in sorted(s.keys.items())]
        rows += [("(union policy)", "", f"{escape(', '.join(u.inputs))} -> {escape(u.output)}") for u in s.unions]
        rows += [(escape(key), "(kept)", _shown(value, key, show=show)) for key, value in s.others.items()]
        lines.append("\n".join(table(rows, indent="    ")))
    for problem in problems(settings):
        lines.append(f"  {escape(problem)}")
    if settings.empty:
        lines.append("  no MCX")
    return "".join(f"{line}\n" for line in lines)


def _source(each: Origin) -> dict[str, str]:
    return {"level": each.level, "name": each.name, "frequency": each.frequency}


def composition_json(found: Composition, *, show: bool) -> dict[str, object]:
    """Return schema ``odkit/mcx-effective/1``."""
    from odkit.mcx import shown_value

    body = [
        {
            "domain": e.domain,
            "key": e.key,
            "value": shown_value(e.value, e.key, show_secrets=show),
            "frequency": e.frequency,
            "winner": _source(e.winner),
            "losers": [_source(loser) for loser in e.losers],
            "rule": e.rule,
            "ambiguous": e.ambiguous,
        }
        for e in found.keys
    ]
    reasons = [{"level": r.level, "name": r.name, "code": r.code, "text": r.text} for r in found.reasons]
    return {"schema": "odkit/mcx-effective/1", "keys": body, "reasons": reasons}


def composition_text(found: Composition, *, show: bool) -> str:
    """Return each key with its winner, and why settings do not count."""
    from odkit.text import escape
    from odkit_cli.screen import table

    lines = []
    for e in found.keys:
        losers = f"; overrides {', '.join(f'{x.level} {escape(x.name)}' for x in e.losers)}" if e.losers else ""
        mark = "AMBIGUOUS: " if e.ambiguous else ""
        rows = [
            (e.frequency, _shown(e.value, e.key, show=show)),
            ("from", f"{e.winner.level} {escape(e.winner.name)}{losers}"),
            ("", f"{mark}{e.rule}"),
        ]
        lines += [f"{escape(e.domain)} {escape(e.key)}", "\n".join(table(rows))]
    if found.reasons:
        nothing = "Nothing is known to be managed:" if found.unknown else "Nothing is managed:"
        lines.append("Not counted, or not for certain:" if found.keys else nothing)
    for r in found.reasons:
        who = f"{r.level} {escape(r.name)}: " if r.level else ""
        lines.append(f"  {who}{r.text}{f' ({r.code})' if r.code else ''}")
    return "".join(f"{line}\n" for line in lines)


def differences_json(outcomes: Sequence[tuple[str, Sequence[Difference]]]) -> dict[str, object]:
    """Return schema ``odkit/mcx-difference/1``; an outcome is whom it is about, and what changes."""
    body = [{"who": who, "differences": [{"what": d.what, "domain": d.domain, "key": d.key} for d in found]} for who, found in outcomes]
    return {"schema": "odkit/mcx-difference/1", "outcomes": body}


def differences_text(outcomes: Sequence[tuple[str, Sequence[Difference]]], *, shown: bool) -> str:
    """Return for each group of people what changes; without `shown`, as far as the exports tell."""
    from odkit.text import escape
    from odkit_cli.screen import table

    nobody = "Nobody gets anything else." if shown else "Nobody gets anything else, as far as the exports show what counts."
    lines = []
    for who, found in outcomes:
        if who:
            lines.append(f"{who}:")
        lines.append("\n".join(table([(d.what, escape(d.domain), escape(d.key)) for d in found])))
    return "".join(f"{line}\n" for line in lines or [nobody])

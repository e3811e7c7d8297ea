"""Puts the page together."""

from __future__ import annotations

from odkit.reporting.byrule import rules_of
from odkit.reporting.matrix import matrix_of
from odkit.reporting.model import Page, Section, TypeRow
from odkit.reporting.picture import picture_of
from odkit.reporting.policies import domains_of, outcomes_of, policies_of
from odkit.reporting.shapes import Picture
from odkit.reporting.shares import shares_of
from odkit.reporting.subject import Subject
from odkit.reporting.tables import tables_of
from odkit.reporting.verdict import checks_of, facts_of, verdict_of
from odkit.text import escape

__all__ = ["make_page"]


def make_page(subject: Subject, *, people: bool = True) -> Page:
    """Make the page.

    Args:
        subject: what it is about.
        people: whether it holds what may name people: records, messages, evidence, paths; else hosts, counts and rules alone.

    Raises:
        InputError: an export was changed while it was read.
        UsageError: a retired name that is not a host, or a short one.
    """
    od = subject.newest
    rules = rules_of(subject.findings, people=people)
    policies, left = policies_of(od) if people else ((), 0)
    verdict = verdict_of(subject, rules)
    return Page(
        title=escape(od.realm or od.suffix or "Open Directory"),
        people=people,
        two=subject.newer is not None,
        verdict=verdict,
        facts=facts_of(subject, people=people),
        checks=checks_of(subject),
        unjudged=str(subject.verification.not_judged),
        pictures=_pictures(subject),
        matrix=matrix_of(od, subject.hosts, people=people),
        rules=rules,
        types=_types(subject),
        domains=domains_of(od, people=people),
        policies=policies,
        policies_left=left,
        outcomes=outcomes_of(subject.older, subject.newer) if people and subject.newer is not None else None,
        shares=shares_of(od, subject.hosts, people=people),
        plan=_purge(subject, people=people),
        carry=_carry(subject, people=people),
        tables=tables_of(od) if people else (),
    )


def _purge(subject: Subject, *, people: bool) -> Section | None:
    if subject.plan is None:
        return None
    from odkit.reporting.purging import purge_of

    return purge_of(subject.plan, people=people)


def _carry(subject: Subject, *, people: bool) -> Section | None:
    if subject.carried is None:
        return None
    from odkit.reporting.carried import carry_of

    return carry_of(subject.carried, people=people)


def _pictures(subject: Subject) -> tuple[Picture, ...]:
    return tuple(picture_of(title, tree, subject.hosts) for title, tree in subject.trees if tree.nodes)


def _types(subject: Subject) -> tuple[TypeRow, ...]:
    was, now = subject.older.counts(), subject.newest.counts()
    two = subject.newer is not None
    most = max([*was.values(), *now.values()], default=1) or 1
    kinds = sorted({*was, *now}, key=lambda kind: (-max(was.get(kind, 0), now.get(kind, 0)), kind))
    return tuple(
        TypeRow(escape(kind), was.get(kind, 0), now.get(kind, 0) if two else None, max(1, 100 * now.get(kind, 0) // most)) for kind in kinds
    )

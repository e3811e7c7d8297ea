"""``odkit report``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from odkit.dataclass import dataclass
from odkit_cli.carrying import CarryInputs, Domain, carry_inputs
from odkit_cli.inputs import open_exports, open_pair, piped, project_retired, the_project
from odkit_cli.options import PATH, addresses, fail_on_option, format_options, packed, with_option
from odkit_cli.output import Answer, damaged, finish, reaches
from odkit_cli.outputs import refuse_existing, refuse_read
from odkit_cli.planning import PlanOptions, names_of, plan_options, planned_for, with_project

if TYPE_CHECKING:
    from odkit.reporting import Subject


@dataclass(frozen=True, slots=True)
class _Page:
    """What is written, as click gives it."""

    output: Path
    force: bool
    no_people: bool
    after: tuple[str, ...]
    after_more: tuple[str, ...]
    to: str | None

    @property
    def newer(self) -> tuple[str, ...]:
        """The files of the newer export.

        Raises:
            click.UsageError: there are further ones of none.
        """
        if self.after_more and not self.after:
            raise click.UsageError("--after-with names further files of the newer export: give --after, too")
        return (*self.after, *self.after_more)


@click.command("report")
@plan_options
@click.option(
    "--after", multiple=True, type=PATH, metavar="EXPORT", help="The newer export: the page shows both side by side, and what changed."
)
@with_option("after_more", after=True)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The page to write.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--no-people", is_flag=True, help="Hosts, counts and rules only: no names of people, records or files.")
@click.option("--to", metavar="TARGET", help="Show the plan of odkit carry to this target, too; the options below are its own.")
@fail_on_option
@format_options
@carry_inputs
@packed(_Page)
def report(page: _Page, inputs: CarryInputs, options: PlanOptions, *, fail_on: str, form: str) -> None:
    """Write one page (HTML) to look at and to hand over.

    The verdict first; servers, hosts by service, findings with what to do, records, policies, mounts and homes, and a search.  With
    --after both exports side by side; with options of a purge its plan, too.  The page asks for nothing: no network, and nothing of an
    export in it runs.

    \b
    Example:
      odkit report export.ldif -o report.html
      odkit report before.ldif --after after.ldif --retire xserve1.example.com -o report.html
    """
    import odkit
    from odkit.reporting import make_page, write_page
    from odkit.text import escape

    refuse_existing(page.output, force=page.force)
    subject = _subject(options, page, inputs)
    refuse_read(page.output)  # the odkit.toml that was found, too
    made = make_page(subject, people=not page.no_people)
    write_page(made, page.output, version=odkit.__version__)
    head = made.verdict.head.text

    def text() -> str:
        lines = [f"{name}: {mark.text}." for name, mark in made.verdict.lines]
        return "\n".join([*lines, f"Verdict: {head[0].lower()}{head[1:]}.", f"Written to {escape(str(page.output))} (mode 0600)."]) + "\n"

    def as_json() -> dict[str, Any]:
        return {
            "schema": "odkit/page/1",
            "file": escape(str(page.output)),
            "summary": {"answer": head, **{name.lower(): mark.text for name, mark in made.verdict.lines}},
            "findings": [f.as_json() for f in subject.findings],
        }

    answer = Answer(as_json, text)
    finish(answer, form, damage=lambda: damaged(subject.exports, subject.findings), found=reaches(subject.findings, fail_on))


def _subject(given: PlanOptions, page: _Page, inputs: CarryInputs) -> Subject:
    import odkit
    from odkit.reporting import NEEDS, Subject

    project = the_project() if not given.exports and not page.newer and not piped() else None
    older, newer = open_pair(given.exports, page.newer, needs=NEEDS)
    aliases: Mapping[str, str] = {}
    if project is not None:
        given, aliases = with_project(given, project)
    retired = [*project_retired(given.retire, [older, newer], used=project is not None), *names_of(given.retire_from)]
    newest = older if newer is None else newer
    before = [older] if newer is not None and project is None else []  # those of odkit.toml are among the options
    before += [open_exports([name], needs=NEEDS) for name in given.before]
    given = replace(given, before=())
    plan = None
    if project is not None or given.plans_something:
        plan = planned_for(given, newest, retired, before=before, aliases=aliases)
    carried = None
    if page.to is not None:
        known = Domain(given.realm, retired, given.keep, before, given.services, addresses(given.address), given.accept_incomplete)
        carried = odkit.carry(newest, to=page.to, options=inputs.options(known, page.newer or given.exports))
    return Subject(older, newer, retire=tuple(retired), project=project, plan=plan, carried=carried)

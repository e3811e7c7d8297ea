"""``odkit carry``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from odkit.dataclass import dataclass
from odkit_cli.carrying import CarryInputs, Domain, carry_inputs
from odkit_cli.inputs import open_exports, piped, project_retired, the_project
from odkit_cli.options import PATH, addresses, exports_argument, format_options, packed
from odkit_cli.output import Answer, finish

if TYPE_CHECKING:
    from odkit.carrying import CarryOptions, CarryPlan
    from odkit.carrying.source import CarrySource
    from odkit.directory import Directory
    from odkit.rehearsal.carry import Rehearsal


@dataclass(frozen=True, slots=True)
class _Known:
    """The target, and what is known of the domain, as click gives it."""

    to: str
    realm: str | None
    retire: tuple[str, ...]
    keep: tuple[str, ...]
    before: tuple[str, ...]
    services: tuple[str, ...]
    address: tuple[str, ...]
    accept_incomplete: bool

    def domain(self, retire: Sequence[str]) -> Domain:
        """Return the same as a carry takes it, with all retired servers."""
        before = [open_exports([name]) for name in self.before]
        return Domain(self.realm, retire, self.keep, before, self.services, addresses(self.address), self.accept_incomplete)


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """What is played on scratch servers."""

    rehearse: bool
    logins: Path | None
    asked: tuple[str, ...]
    whole: bool
    alone: bool


_FILE = click.Path(path_type=Path)


def _target(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    if value is not None:
        return value
    from odkit.carrying.targets import all_targets

    raise click.UsageError(f"the target is missing: give --to with one of {', '.join(all_targets())}")


class _To(click.Option):
    """Names every target in its help: those that are there, not those that were when the help was written."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and its help."""
        from odkit.carrying.targets import all_targets

        self.help = f"One of {', '.join(all_targets())}."
        return super().get_help_record(ctx)


@click.command("carry")
@exports_argument()
@click.option("--to", cls=_To, callback=_target, metavar="TARGET")
@click.option("-o", "--output", type=PATH, metavar="DIR", help="Write the files and the load script into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear an earlier plan of odkit from the folder first.")
@click.option("--realm", metavar="R", help="The realm to carry, where the dump holds several.")
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a server that is retired: its principals stay behind.")
@click.option("--keep", multiple=True, metavar="HOST", help="Name of a server that stays: its principals are carried.")
@click.option("--before", multiple=True, type=PATH, metavar="EXPORT", help="Older export of the domain, read for names of servers only.")
@click.option("--service", "services", multiple=True, metavar="NAME", help="Service name beside the known ones.")
@click.option("--address", multiple=True, metavar="HOST=IP", help="Which host an address is, where the exports leave it open.")
@click.option("--accept-incomplete", is_flag=True, help="Plan although an export is incomplete.")
@click.option("--rehearse", is_flag=True, help="Play the plan on scratch servers; with -o the files of that folder.")
@click.option("--logins", type=_FILE, metavar="FILE", help="Passwords of test users for --rehearse: NAME TAB PASSWORD, mode 0600.")
@click.option("--login", "asked", multiple=True, metavar="NAME", help="A test user whose password --rehearse asks for.")
@click.option("--all", "whole", is_flag=True, help="With --rehearse, try every user, also beyond 2,000.")
@click.option("--yes", "alone", is_flag=True, help="With --rehearse, go on where namespaces cannot be made.")
@format_options
@carry_inputs
@packed(_Rehearsal)
@packed(_Known)
def carry(
    given: _Known, play: _Rehearsal, inputs: CarryInputs, /, exports: tuple[str, ...], output: str | None, force: bool, form: str
) -> None:
    """Plan, and with -o write, how the domain arrives at a living server with the old passwords.

    Every user gets a verdict: carried, warned (with an end date), reset, disabled, or left out, each with the reason.  The files hold keys:
    they are sealed where the target allows it, always 0600, and CARRY.txt says what to destroy afterwards.

    \b
    Example:
      odkit carry odkit-carry --to mit        (the folder of collect-carry.sh, with the keys in it)
      odkit carry export.ldif --to mit --kdc-dump kdb5.dump --stash k5.stash
      odkit carry export.ldif --to mit --kdc-dump kdb5.dump --stash k5.stash \\
            --target-dump new.dump --target-stash new.stash -o carry
    """
    import odkit
    from odkit.carrying import NEEDS
    from odkit.carrying.plan import prepare
    from odkit.carrying.report import carry_text

    project = the_project() if not exports and not piped() else None
    if project is not None:
        exports = tuple(map(str, project.after or project.before))
        given = replace(given, keep=(*given.keep, *(server.name for server in project.servers)))
    od = open_exports(exports, needs=NEEDS)
    retire = project_retired(given.retire, [od], used=project is not None)
    chosen = inputs.options(given.domain(retire), exports)
    folder = Path(output) if output is not None else None
    if play.rehearse and folder is not None and (folder / "carry.json").is_file() and not force:
        _rehearse(_as_given(od, given.to, chosen), play, folder=folder, form=form)
    plan, source = prepare(od, to=given.to, options=chosen)
    written = odkit.write_carry(plan, output, force=force) if output is not None else []
    if play.rehearse:
        _rehearse(_as_planned(plan, source), play, folder=folder, form=form)

    def text() -> str:
        lines = [f"\nWritten to {output}/ (mode 0700, files 0600):", *(f"  {path.relative_to(output or '')}" for path in written)]
        return carry_text(plan) + ("\n".join(lines) + "\n" if written else "")

    finish(Answer(plan.as_json, text), form, found=plan.must_act)


def _as_given(od: Directory, to: str, options: CarryOptions) -> Callable[..., Rehearsal]:
    from odkit.rehearsal.carry import rehearse_carry

    return partial(rehearse_carry, od, to, options)


def _as_planned(plan: CarryPlan, source: CarrySource) -> Callable[..., Rehearsal]:
    from odkit.rehearsal.carry import rehearse_plan

    return partial(rehearse_plan, plan, source)


def _rehearse(rehearsal: Callable[..., Rehearsal], play: _Rehearsal, *, folder: Path | None, form: str) -> NoReturn:
    from odkit.rehearsal.carry import read_logins

    logins = read_logins(play.logins) if play.logins is not None else {}
    logins |= {name: click.prompt(f"Old password of {name}", hide_input=True, err=True) for name in play.asked}
    done = rehearsal(folder=folder, logins=logins, whole=play.whole, alone=play.alone)
    finish(Answer(done.as_json, lambda: "".join(f"{line}\n" for line in done.lines())), form, found=not done.proved)

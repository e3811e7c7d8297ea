"""``odkit verify-passwords``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_pair, project_retired, source
from odkit_cli.options import PATH, date_of, packed, pair_arguments, report_options
from odkit_cli.output import finish_report

if TYPE_CHECKING:
    from odkit.findings import Report


@dataclass(frozen=True, slots=True)
class _Options:
    before: tuple[str, ...]
    after: tuple[str, ...]
    slots: str | None
    principals: str | None
    at: str | None


@click.command("verify-passwords")
@pair_arguments
@click.option("--slots", type=PATH, metavar="FILE", help="Output of 'mkpassdb -list' or 'mkpassdb -dump' of the Password Server.")
@click.option("--principals", type=PATH, metavar="FILE", help="Output of 'kadmin.local -q listprincs' of the KDC.")
@click.option("--at", metavar="DATE", help="Judge accounts at this date (UTC); the export's newest modifyTimestamp by default.")
@report_options
@packed(_Options)
def verify_passwords(options: _Options, *, fail_on: str, form: str) -> None:
    """Verify password records; with two exports, that each one survived.

    LDIF holds no password of 10.3-10.6: it holds the pointer to a slot of the Password Server.  From 10.7 on the verifiers stand in
    cn=authdata, which slapcat writes with -b cn=authdata: put it into the same file, or give it with --with.  A folder of collect.sh
    brings its list of slots and principals with it.

    \b
    Example:
      odkit verify-passwords before.ldif after.ldif --slots mkpassdb-list.txt
      odkit verify-passwords export.ldif --at 2026-12-01 --json
    """
    import odkit
    from odkit.directory import read_folder
    from odkit.passwords import NEEDS

    first, second, slots, principals = options.before, options.after, options.slots, options.principals
    date = date_of(options.at)
    older, newer = open_pair(first, second, needs=NEEDS)
    project_retired((), [older, newer], used=not first and not second)
    for folder in (each for each in (second or first) if each != "-" and Path(each).is_dir()):  # of collect.sh: its lists come with it
        collected = read_folder(Path(folder))
        for trouble in collected.troubles("slots.txt", "listprincs.txt"):
            click.echo(f"odkit: {folder}: not read, because the program had trouble on the server: {trouble}", err=True)
        slots = slots or next(map(str, collected.usable("slots.txt")), None)
        principals = principals or next(map(str, collected.usable("listprincs.txt")), None)
    report = odkit.verify_passwords(
        older,
        newer,
        slots=odkit.read_slots(source(slots)) if slots else None,
        principals=odkit.read_principals(source(principals)) if principals else None,
        at=date,
    )
    finish_report(report, [older, newer], lambda: _text(report), form=form, fail_on=fail_on)


def _text(report: Report) -> str:
    from odkit_cli.screen import table

    summary = report.summary
    newest = summary.get("after", summary["before"])
    lines = []
    if newest["global_policy"]:
        lines += ["Global policy", *table([(key, value) for key, value in newest["global_policy"].items()]), ""]
    if newest["account_policies"]:
        rows = [(each["category"], each["identifier"], each["predicate"]) for each in newest["account_policies"]]
        lines += ["Account policies", *table(rows), ""]
    if summary["at"]:
        lines.append(f"Judged at {summary['at']}")
    return "\n".join([*lines, f"{summary['answer']}."]) + "\n"

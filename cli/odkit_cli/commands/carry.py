"""``odkit carry``."""

from __future__ import annotations

import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_exports, piped, project_retired, the_project
from odkit_cli.options import addresses, exports_argument, format_options, packed
from odkit_cli.output import Answer, finish

if TYPE_CHECKING:
    from datetime import datetime

    from odkit.carrying import CarryOptions
    from odkit.directory import Directory


@dataclass(frozen=True, slots=True)
class _Choices:
    """The options of the plan, as click gives them."""

    realm: str | None
    target_realm: str | None
    kdc_dump: Path | None
    stash: Path | None
    m_key: Path | None
    target_dump: Path | None
    target_stash: Path | None
    target_accounts: Path | None
    target_export: Path | None
    base_dn: str | None
    map_group: tuple[str, ...]
    cram_md5: bool
    keep_shadow: bool
    retire: tuple[str, ...]
    keep: tuple[str, ...]
    before: tuple[str, ...]
    services: tuple[str, ...]
    address: tuple[str, ...]
    weak_until: datetime | None
    accept_incomplete: bool

    def options(self) -> CarryOptions:
        """Return the same as the library takes it."""
        from odkit.carrying import CarryOptions
        from odkit.carrying.accounts import map_groups

        return CarryOptions(
            realm=self.realm,
            target_realm=self.target_realm,
            kdc_dump=self.kdc_dump,
            stash=self.stash,
            m_key=self.m_key,
            target_dump=self.target_dump,
            target_stash=self.target_stash,
            target_accounts=self.target_accounts,
            target_export=self.target_export,
            base_dn=self.base_dn,
            map_groups=map_groups(self.map_group),
            cram_md5=self.cram_md5,
            keep_shadow=self.keep_shadow,
            retire=self.retire,
            keep=self.keep,
            before=[open_exports([name]) for name in self.before],
            addresses=addresses(self.address),
            services=self.services,
            weak_until=self.weak_until.date() if self.weak_until is not None else None,
            accept_incomplete=self.accept_incomplete,
        )


@dataclass(frozen=True, slots=True)
class _Rehearsal:
    """What is played on scratch servers."""

    rehearse: bool
    logins: Path | None
    asked: tuple[str, ...]
    whole: bool
    alone: bool


_FILE = click.Path(path_type=Path)


@click.command("carry")
@exports_argument()
@click.option("--to", required=True, metavar="TARGET", help="mit, openldap, openldap-2307bis, heimdal, samba, 389 or freeipa.")
@click.option("-o", "--output", metavar="DIR", help="Write the files and the load script into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear an earlier plan of odkit from the folder first.")
@click.option("--kdc-dump", type=_FILE, metavar="FILE", help="kdb5_util dump of the old KDC (10.4 to 10.6).")
@click.option("--stash", type=_FILE, metavar="FILE", help="Its master key: the stash file, in any of its forms.")
@click.option("--m-key", type=_FILE, metavar="FILE", help="The master key of a 10.7+ KDC, for key sets that are sealed with it.")
@click.option("--realm", metavar="R", help="The realm to carry, where the dump holds several.")
@click.option("--target-realm", metavar="R", help="The realm at the target; the old one's name by default.")
@click.option("--target-dump", type=_FILE, metavar="FILE", help="Dump of the target's KDC: kdb5_util dump, or Heimdal's kadmin -l dump.")
@click.option("--target-stash", type=_FILE, metavar="FILE", help="The target's master key: new keys are sealed under it.")
@click.option(
    "--target-accounts", type=_FILE, metavar="FILE", help="getent passwd; getent group of the target: what stands there is taken."
)
@click.option("--target-export", type=_FILE, metavar="FILE", help="ldbsearch of the Samba domain: what stands there is taken.")
@click.option("--base-dn", metavar="DN", help="Base DN of the target.")
@click.option(
    "--map-group", "map_group", multiple=True, metavar="OLD=NEW", help="Carry a group whose name or number has rights, as another."
)
@click.option("--cram-md5", is_flag=True, help="Carry the CRAM-MD5 secrets of 10.7+, too.")
@click.option("--keep-shadow", is_flag=True, help="Carry shadowExpire and its like, which clients read differently.")
@click.option("--retire", multiple=True, metavar="HOST", help="Full name of a server that is retired: its principals stay behind.")
@click.option("--keep", multiple=True, metavar="HOST", help="Name of a server that stays: its principals are carried.")
@click.option("--before", multiple=True, metavar="EXPORT", help="Older export of the domain, read for names of servers only.")
@click.option("--service", "services", multiple=True, metavar="NAME", help="Service name beside the known ones.")
@click.option("--address", multiple=True, metavar="HOST=IP", help="Which host an address is, where the exports leave it open.")
@click.option(
    "--weak-until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day by which users with weak keys only must change their password; 90 days by default.",
)
@click.option("--accept-incomplete", is_flag=True, help="Plan although an export is incomplete.")
@click.option("--rehearse", is_flag=True, help="Play the plan on scratch servers; with -o the files of that folder.")
@click.option("--logins", type=_FILE, metavar="FILE", help="Passwords of test users for --rehearse: NAME TAB PASSWORD, mode 0600.")
@click.option("--login", "asked", multiple=True, metavar="NAME", help="A test user whose password --rehearse asks for.")
@click.option("--all", "whole", is_flag=True, help="--rehearse tries every user, also beyond 2,000.")
@click.option("--yes", "alone", is_flag=True, help="--rehearse goes on where no namespaces are to be had.")
@format_options
@packed(_Rehearsal)
@packed(_Choices)
def carry(given: _Choices, play: _Rehearsal, /, exports: tuple[str, ...], to: str, output: str | None, force: bool, form: str) -> None:
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
    from odkit.carrying import NEEDS, with_collected_keys
    from odkit.carrying.report import carry_text

    project = the_project() if not exports and not piped() else None
    if project is not None:
        exports = tuple(map(str, project.after or project.before))
        given = replace(given, keep=(*given.keep, *(server.name for server in project.servers)))
    od = open_exports(exports, needs=NEEDS)
    retire = project_retired(given.retire, [od], used=project is not None)
    chosen = replace(given, retire=tuple(retire)).options()
    if len(exports) == 1 and Path(exports[0]).is_dir():
        chosen = with_collected_keys(Path(exports[0]), chosen)
    folder = Path(output) if output is not None else None
    if play.rehearse and folder is not None and (folder / "carry.json").is_file() and not force:
        _rehearse(od, to, chosen, play, folder=folder, form=form)
    plan = odkit.carry(od, to=to, options=chosen)
    written = odkit.write_carry(plan, output, force=force) if output is not None else []
    if play.rehearse:
        _rehearse(od, to, chosen, play, folder=folder, form=form)

    def text() -> str:
        lines = [f"\nWritten to {output}/ (mode 0700, files 0600):", *(f"  {path.relative_to(output or '')}" for path in written)]
        return carry_text(plan) + ("\n".join(lines) + "\n" if written else "")

    finish(Answer(plan.as_json, text), form, found=plan.must_act)


def _rehearse(od: Directory, to: str, options: CarryOptions, play: _Rehearsal, *, folder: Path | None, form: str) -> NoReturn:
    from odkit.rehearsal.carry import read_logins, rehearse_carry

    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a program that ends before it has read its input is none of ours
    logins = read_logins(play.logins) if play.logins is not None else {}
    logins |= {name: click.prompt(f"Old password of {name}", hide_input=True, err=True) for name in play.asked}
    done = rehearse_carry(od, to, options, folder=folder, logins=logins, whole=play.whole, alone=play.alone)
    finish(Answer(done.as_json, lambda: "".join(f"{line}\n" for line in done.lines())), form, found=not done.proved)

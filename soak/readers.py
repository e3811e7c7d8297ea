"""Every reader of odkit, and whole commands: each takes any bytes, and gives an answer or an error of ours."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import odkit
from soak import corpus
from soak.words import HEIMDAL, JSON, LDIF, NAMES, SHARES, TOML, XML

__all__ = ["READERS", "Reader"]


@dataclass(frozen=True, slots=True)
class Reader:
    """What is read, and by what.

    Attributes:
        name: in the table of results.
        corpus: gives valid inputs.
        read: takes one; raises an error of ours at most.
        words: of the format, which get into the inputs.
    """

    name: str
    corpus: Callable[[], tuple[bytes, ...]]
    read: Callable[[bytes, Random], object]
    words: tuple[bytes, ...] = ()


def _export(data: bytes, random: Random) -> None:
    od = odkit.open(data)
    odkit.inspect(od, check_values=True)
    for record in od.records():
        repr(record)


def _pair(data: bytes, random: Random) -> None:
    other = random.choice(corpus.exports())
    pair = (odkit.open(data), odkit.open(other))
    for before, after in (pair, pair[::-1]):
        odkit.verify(before, after)
        changes = odkit.diff(before, after)
        changes.as_json()


def _principals(data: bytes, random: Random) -> None:
    repr(odkit.read_principals(data))
    repr(odkit.read_principals(data, realm="OD.EXAMPLE.COM"))


def _heimdal(data: bytes, random: Random) -> None:
    """Read a dump; the readable ones are planned from, now and then, and the plan is written."""
    from odkit.kerberos import PrincipalStore

    found = odkit.read_principals(data)
    repr(found)
    if found.store is PrincipalStore.HEIMDAL and random.randrange(10) == 0:
        plan = odkit.plan_purge(
            corpus.old_domain(), found, retire=corpus.RETIRED, realm="OD.EXAMPLE.COM", options=odkit.PurgeOptions(allow_large=True)
        )
        with tempfile.TemporaryDirectory() as folder:
            odkit.write_plan(plan, folder, target="heimdal")


def _plan(data: bytes, random: Random) -> None:
    from odkit.purge.bundle import read_plan_id

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "plan.json").write_bytes(data)
        repr(read_plan_id(Path(folder)))


def _share_map(data: bytes, random: Random) -> None:
    from odkit.afp.shares import read_share_map
    from odkit.afp.smb import plan_smb

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        found = read_share_map(Path(file.name))
    repr(found.lines())
    if random.randrange(20) == 0:
        plan_smb(corpus.old_domain(), found).report()


def _dump(data: bytes, random: Random) -> None:
    from odkit.kerberos.kdb.dump import read_dump

    repr(read_dump(data))


def _stash(data: bytes, random: Random) -> None:
    from odkit.kerberos.kdb.master import read_master_keys

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        repr(read_master_keys(Path(file.name)))


def _keytab(data: bytes, random: Random) -> None:
    from odkit.kerberos.keytab import read_keytab

    list(read_keytab(data, "mutated"))


def _log(data: bytes, random: Random) -> None:
    repr(odkit.read_kdc_log(data))


def _plist(data: bytes, random: Random) -> None:
    from odkit.plist import load

    load(data)


def _slots(data: bytes, random: Random) -> None:
    repr(odkit.read_slots(data))


def _certificates(data: bytes, random: Random) -> None:
    from odkit.lkdc.realm import read_certificates

    repr(read_certificates(data, password=lambda: ""))


def _project(data: bytes, random: Random) -> None:
    from odkit.project import load

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "odkit.toml").write_bytes(data)
        repr(load(Path(folder) / "odkit.toml"))


# EXPORT is the mutated file, OTHER a whole one, OUT a folder that is not there
_COMMANDS = (
    "inspect EXPORT --check-values --json",
    "verify EXPORT OTHER",
    "verify OTHER EXPORT --json",
    "verify-passwords EXPORT OTHER",
    "verify-mcx EXPORT",
    "verify-mcx OTHER EXPORT --json",
    "diff EXPORT OTHER --format ldif",
    "diff OTHER EXPORT --format ldif --accept-incomplete",
    "references EXPORT --all",
    "references EXPORT files.medicalmart.example.com --json",
    "topology EXPORT",
    "mounts EXPORT",
    "list users EXPORT --format csv",
    "list groups EXPORT --json",
    "list computers EXPORT",
    "list hosts EXPORT --format ndjson",
    "list principals EXPORT",
    "list policies EXPORT",
    "mcx profiles EXPORT -o OUT",
    "carry EXPORT --to openldap --json",
    "carry EXPORT --to openldap -o OUT",
    "carry EXPORT --to openldap-2307bis -o OUT",
    "carry EXPORT --to samba --json",
    "purge-principals EXPORT --retire xserve-hq1.medicalmart.example.com --target 10.5 -o OUT",
    "references EXPORT xserve-hq1.medicalmart.example.com --rewrite-to files.medicalmart.example.com -o OUT",
    "afp EXPORT --json",
    "afp EXPORT --rewrite-to smb --target 10.6 -o OUT",
    "init EXPORT",
    "show EXPORT diradmin",
)


def _command(data: bytes, random: Random) -> None:
    """Run one command in this process: its bugs come as they are, its words go nowhere."""
    import click

    from odkit_cli import cli

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "export.ldif").write_bytes(data)
        (folder / "other.ldif").write_bytes(random.choice(corpus.exports()))
        names = {"EXPORT": str(folder / "export.ldif"), "OTHER": str(folder / "other.ldif"), "OUT": str(folder / "out")}
        words = [names.get(word, word) for word in random.choice(_COMMANDS).split()]
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.chdir(folder))
            nowhere = stack.enter_context(Path(os.devnull).open("r+"))
            stack.enter_context(contextlib.redirect_stdout(nowhere))
            stack.enter_context(contextlib.redirect_stderr(nowhere))
            stack.callback(setattr, sys, "stdin", sys.stdin)
            sys.stdin = nowhere
            with contextlib.suppress(click.ClickException, click.exceptions.Abort, SystemExit):
                cli.main(words, prog_name="odkit", standalone_mode=False)


READERS: Sequence[Reader] = (
    Reader("LDIF, inspected", corpus.exports, _export, LDIF),
    Reader("two exports", corpus.exports, _pair, LDIF),
    Reader("commands", corpus.exports, _command, LDIF),
    Reader("property lists", corpus.plists, _plist, XML),
    Reader("principals", corpus.inventories, _principals, NAMES),
    Reader("Heimdal dumps", corpus.heimdal_dumps, _heimdal, HEIMDAL),
    Reader("plan.json", corpus.plans, _plan, JSON),
    Reader("share maps", corpus.share_maps, _share_map, SHARES),
    Reader("dumps", corpus.dumps, _dump, NAMES),
    Reader("stashes", corpus.stashes, _stash),
    Reader("keytabs", corpus.keytabs, _keytab),
    Reader("KDC logs", corpus.logs, _log, NAMES),
    Reader("slots", corpus.slots, _slots),
    Reader("certificates", corpus.certificates, _certificates),
    Reader("odkit.toml", corpus.projects, _project, TOML),
)

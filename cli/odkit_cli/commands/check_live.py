"""``odkit check-live``."""

from __future__ import annotations

import math
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_exports, the_project
from odkit_cli.options import PATH, fail_on_option, format_options, packed, with_option
from odkit_cli.output import Answer, finish, reaches

if TYPE_CHECKING:
    from odkit.findings import Report
    from odkit.live.binding import Gssapi, Simple
    from odkit.live.check import Kerberos


@dataclass(frozen=True, slots=True)
class _Options:
    urls: tuple[str, ...]
    exports: tuple[str, ...]
    more: tuple[str, ...]
    base: str | None
    bind_dn: str | None
    principal: str | None
    gssapi: bool
    password_fd: int | None
    ca_file: str | None
    insecure_plain: bool
    timeout: float
    hosts: tuple[str, ...]
    services: tuple[str, ...]
    retire: tuple[str, ...]
    realm: str | None
    users: tuple[str, ...]
    users_file: str | None


@click.command("check-live")
@click.option("--ldap", "urls", multiple=True, metavar="URL", help="Server: ldaps://HOST, or ldap://HOST with StartTLS; repeatable.")
@click.option(
    "--export",
    "exports",
    multiple=True,
    type=PATH,
    metavar="EXPORT",
    help="What the directory should hold; odkit.toml's newer one by default.",
)
@with_option()
@click.option("--base", metavar="DN", help="Suffix; the export's, or the server's only one, by default.")
@click.option("--bind-dn", metavar="DN", help="Bind with this DN and its password, which is asked for.")
@click.option("--principal", metavar="NAME@REALM", help="Who asks the KDC for tickets; the password is asked for.")
@click.option("--gssapi", is_flag=True, help="Bind to the directory as --principal.")
@click.option(
    "--password-fd",
    type=click.IntRange(0, 1 << 20),
    metavar="N",
    help="Read the password of --bind-dn or --principal from this file descriptor.",
)
@click.option("--ca-file", type=PATH, metavar="FILE", help="Certificates (PEM) to trust instead of the system's.")
@click.option("--insecure-plain", is_flag=True, help="LDAP without TLS; then no password is ever sent.")
@click.option("--timeout", type=click.FloatRange(1, 3600), default=30, metavar="S", help="Seconds for connecting, and for each answer.")
@click.option(
    "--principal-check", "hosts", multiple=True, metavar="HOST", help="The KDC must issue tickets for the services of this server."
)
@click.option("--service", "services", multiple=True, metavar="NAME", help="Its services; host by default.")
@click.option("--retire", multiple=True, metavar="HOST", help="The KDC must not issue tickets for this server any more.")
@click.option("--realm", metavar="R", help="Realm of tickets and users; the export's by default.")
@click.option("--user", "users", multiple=True, metavar="NAME", help="This user must be able to log in; the password is asked for.")
@click.option("--users-file", type=PATH, metavar="FILE", help="Users and their passwords, one pair a line; the file must be 0600.")
@click.option("--save", type=PATH, metavar="FILE", help="Keep what was read as LDIF, values byte for byte.")
@fail_on_option
@format_options
@packed(_Options)
def check_live(options: _Options, *, save: str | None, fail_on: str, form: str) -> None:
    """Check the running directory and KDC against an export; reading only.

    What was added, removed or changed since; replicas that have not come as far as the first server; tickets for the servers that stay, and
    none for the retired ones; logins of users, by LDAP and by Kerberos.  Certificates are verified, references are not followed, and what
    a limit of the server has cut is never taken for the whole (status 2).

    \b
    Example:
      odkit check-live --ldap ldaps://od.example.com --bind-dn uid=diradmin,cn=users,dc=example,dc=com \\
            --export after.ldif --principal diradmin@EXAMPLE.COM --principal-check files.example.com
    """
    from odkit.files import write_file
    from odkit.live.binding import Settings
    from odkit.live.check import check_live as check
    from odkit.live.logins import Logins

    if options.more and not options.exports:
        raise click.UsageError("--with names further files of an export: give the path of the export with --export, too")
    plan = the_project() if not options.exports else None
    if plan is not None:
        options = replace(
            options,
            exports=tuple(map(str, plan.after or plan.before)),
            retire=options.retire or (tuple(plan.retired) if options.principal else ()),
            realm=options.realm or plan.realm or None,
        )
    export = open_exports([*options.exports, *options.more]) if options.exports else None
    if plan is not None and export is not None:
        plan.check_export(export.realm, export.suffix, export.sources[0].path)
    realm = options.realm or (export.realm if export is not None else None)
    bind, kerberos = _identity(realm, options)
    found = check(
        options.urls,
        bind=bind,
        settings=Settings(options.ca_file, options.insecure_plain, options.timeout),
        export=export,
        base=options.base,
        kerberos=kerberos,
        logins=Logins((*((name, _asked(f"Password of {name}")) for name in options.users), *_users(options.users_file)), realm),
    )
    if save is not None:
        write_file(Path(save), found.data)
    answer = Answer(found.report.as_json, lambda: _text(found.report), findings=found.report.findings)
    finish(answer, form, damage=lambda: found.partial, found=reaches(found.report.findings, fail_on))


def _asked(what: str) -> str:
    answer: str = click.prompt(what, hide_input=True, err=True)
    return answer


def _identity(realm: str | None, options: _Options) -> tuple[Simple | Gssapi | None, Kerberos | None]:
    """Return who binds, and what is asked of the KDC."""
    from odkit.live.binding import Gssapi, Simple
    from odkit.live.check import Kerberos
    from odkit.live.kerberos import initial

    who, dn = options.principal, options.bind_dn
    if not math.isfinite(options.timeout):
        raise click.BadParameter("not a number of seconds", param_hint="--timeout")
    if dn is not None and options.insecure_plain:
        raise click.UsageError("a password is never sent without TLS: leave --insecure-plain or --bind-dn out")
    if dn is not None and options.gssapi:
        raise click.UsageError("--bind-dn and --gssapi exclude each other: give one of them")
    if options.password_fd is not None and (dn is None) == (who is None):
        raise click.UsageError("--password-fd gives the password of --bind-dn or of --principal: leave one of them out")
    if (options.gssapi or options.hosts or options.retire) and who is None:
        raise click.UsageError("the principal that asks the KDC is missing: give --principal NAME@REALM")
    given = _from_descriptor(options.password_fd) if options.password_fd is not None else None
    login = initial(who, given if given is not None and dn is None else _asked(f"Password of {who}")) if who is not None else None
    if login is not None and login.credentials is None:
        from odkit.errors import LiveError

        raise LiveError(f"{who}: {login.why}")
    bind: Simple | Gssapi | None = None
    if dn is not None:
        bind = Simple(dn, given if given is not None else _asked(f"Password of {dn}"))
    elif options.gssapi and login is not None:
        bind = Gssapi(login.credentials)
    if login is None or who is None:
        return bind, None
    realm = realm or who.rpartition("@")[2]
    return bind, Kerberos(login, realm, options.hosts, options.services or ("host",), tuple(options.retire))


def _from_descriptor(number: int) -> str:
    try:
        with os.fdopen(os.dup(number), "rb") as file:
            return file.readline(4096).rstrip(b"\r\n").decode()
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"no password can be read from descriptor {number}", param_hint="--password-fd") from error


def _users(name: str | None) -> list[tuple[str, str]]:
    """Return users of a file that nobody else may read."""
    from odkit.errors import InputError

    if name is None:
        return []
    try:
        with open(name, encoding="utf-8", newline="") as file:  # noqa: PTH123 - its mode is looked at through the descriptor
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode) or info.st_mode & 0o077:
                raise InputError(name, None, "holds passwords, and others may read it: run chmod 600 on it")
            lines = file.read().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(name, None, f"cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8'}") from error
    out = []
    for number, line in enumerate(lines, 1):
        user, _, password = line.removesuffix("\r").partition(" ")  # all behind the blank is the password, a blank at its end too
        if not user or user.startswith("#"):
            continue
        if not password:
            raise InputError(name, number, "a name, a blank and a password are needed")
        out.append((user, password))
    return out


def _text(report: Report) -> str:
    from odkit.text import escape
    from odkit_cli.screen import table

    summary = report.summary
    rows = [(escape(s["url"]), f"{s['entries']:,} entries", escape(", ".join(s["contextCSN"]))) for s in summary["servers"]]
    if "since the export" in summary:
        rows.append(("since the export", ", ".join(f"{count} {kind}" for kind, count in summary["since the export"].items()), ""))
    if "tickets asked for" in summary:
        rows.append(("tickets", f"{summary['tickets asked for']} asked for", ""))
    rows += [
        (f"login of {row['user']}", ", ".join(f"{way} {row[way]}" for way in ("ldap", "kerberos") if way in row), "")
        for row in summary.get("logins", [])
    ]
    return "\n".join([*table(rows), summary["answer"]]) + "\n"

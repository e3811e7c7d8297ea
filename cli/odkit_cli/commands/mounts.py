"""``odkit mounts``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from odkit.dataclass import dataclass
from odkit_cli.inputs import open_exports
from odkit_cli.options import (
    accept_incomplete_option,
    clients_option,
    export_argument,
    fail_on_option,
    format_option,
    json_option,
    packed,
)
from odkit_cli.output import Answer, finish, reaches, tell_damage

if TYPE_CHECKING:
    from odkit.directory import Mount


@dataclass(frozen=True, slots=True)
class _Options:
    exports: tuple[str, ...]
    hosts: tuple[str, ...]
    check_only: bool
    show_secrets: bool
    clients: str | None
    accept_incomplete: bool


@click.command("mounts")
@export_argument
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Only mounts of this server.")
@click.option("--check", "check_only", is_flag=True, help="Only the findings, without the list.")
@format_option("ldif", "dscl", text="Form: the list, or what makes them again.")
@click.option("--show-secrets", is_flag=True, help="Show passwords in URLs, and write mounts that have one.")
@clients_option()
@accept_incomplete_option
@json_option
@fail_on_option
@packed(_Options)
def mounts(options: _Options, *, form: str, fail_on: str) -> None:
    """List mounts, check them and the homes on them, and write what makes them again.

    10.5's autofs reads the records more strictly than the automounter of 10.4: names host:path, the options net and url==, and all options
    together within 255 bytes.

    \b
    Example:
      odkit mounts export.ldif
      odkit mounts export.ldif --host files.example.com --format ldif > mounts.ldif
    """
    from odkit.afp import check_afp
    from odkit.names import host_key
    from odkit.servers.mounts import check_mounts, mounts_ldif, writable_mounts
    from odkit.servers.mounts_dscl import mounts_dscl

    od = open_exports(options.exports)
    wanted = {host_key(host) for host in options.hosts}
    found = [m for m in od.mounts.records() if not wanted or wanted & {host_key(host) for host in m.hosts}]
    findings = [*check_mounts(od), *check_afp(od, clients=options.clients)]
    refused: list[str] = []
    data: str | bytes = ""
    if form in {"ldif", "dscl"}:
        known, unknown = writable_mounts(od, found, accept_incomplete=options.accept_incomplete)
        data, refused = (mounts_ldif if form == "ldif" else mounts_dscl)(known, show_secrets=options.show_secrets)
        refused = [*unknown, *refused]
    answer = Answer(
        lambda: {
            "schema": "odkit/mounts/1",
            "mounts": _rows(found, show_secrets=options.show_secrets),
            "findings": [f.as_json() for f in findings],
        },
        lambda: "" if options.check_only else _list(found),
        {"ldif": lambda: data, "dscl": lambda: data},
        remarks=[f"odkit: refused: {line}" for line in refused],
        findings=findings,
    )
    finish(answer, form, damage=lambda: tell_damage(od), found=reaches(findings, fail_on) or refused)


def _rows(mounts: Sequence[Mount], *, show_secrets: bool) -> list[dict[str, object]]:
    from odkit.redaction import mask_urls
    from odkit.text import escape

    return [
        {
            "name": escape(m.name),
            "directory": m.text("mountDirectory"),
            "type": m.text("mountType"),
            "options": [each if show_secrets else mask_urls(each) for each in m.texts("mountOption")],
            "line": m.line,
        }
        for m in mounts
    ]


def _list(mounts: Sequence[Mount]) -> str:
    from odkit.text import escape, plural
    from odkit_cli.screen import table

    lines = [(escape(m.name), m.text("mountType") or "nfs", escape(m.text("mountDirectory") or "")) for m in mounts]
    return "\n".join([*table(lines, headers=("MOUNT", "TYPE", "DIRECTORY")), plural(len(mounts), "mount")]) + "\n"

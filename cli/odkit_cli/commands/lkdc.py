"""``odkit lkdc``: realm, check, teardown."""

from __future__ import annotations

from typing import Any

import click

from odkit.releases import mac_releases
from odkit_cli import exits
from odkit_cli.options import (
    FAIL_ON,
    damaged,
    exports_argument,
    fail_on_option,
    format_options,
    of_folders,
    open_exports,
    piped,
    show_findings,
    source,
    write_json,
)


@click.group()
def lkdc() -> None:
    """Local KDCs: derive the realm, check the names, tear one down.

    \b
    Example:
      odkit lkdc realm certificate.pem
      odkit lkdc check export.ldif --keytab krb5.keytab
    """


def _read(name: str) -> bytes:
    from odkit.errors import InputError

    try:
        given = source(name)
        data: bytes = given.read() if name == "-" else given.read_bytes()
    except OSError as error:
        raise InputError(name, None, f"cannot be read: {error.strerror}") from error
    return data


def _password() -> str:
    answer: str = click.prompt("Password of the PKCS#12 file", hide_input=True, err=True, default="", show_default=False)
    return answer


def _certificates(names: tuple[str, ...]) -> list[tuple[str, Any]]:
    from odkit.lkdc.realm import read_certificates

    names = tuple(of_folders(names, "kdc-certificate.txt"))
    return [(name, each) for name in names for each in read_certificates(_read(name), path=name, password=_password)]


@lkdc.command("realm")
@click.argument("certificates", nargs=-1, metavar="CERT...", type=click.Path(path_type=str))
@click.option("--hash", "fingerprints", multiple=True, metavar="HEX", help="A SHA-1 fingerprint instead of a certificate.")
@format_options
@click.pass_context
def realm(context: click.Context, certificates: tuple[str, ...], fingerprints: tuple[str, ...], format_: str, as_json: bool) -> None:
    """Derive the realm of a Local KDC from its certificate: one line for each.

    DER, PEM with any text around it, PKCS#12 (asks for the password), and the output of
    'security find-certificate -c com.apple.kerberos.kdc -Z -p'; or a folder of collect.sh.

    \b
    Example:
      odkit lkdc realm certificate.pem
      odkit lkdc realm --hash 1A:9F:C4:9F:1E:49:9B:FD:1A:F6:80:01:C4:54:97:7B:1A:8F:0B:D2
    """
    from odkit.lkdc.realm import lkdc_realm_of_hash

    names = certificates
    if not names and not fingerprints:
        if not piped():
            raise click.UsageError("it needs a certificate: give its path, pipe it in, or give --hash")
        names = ("-",)
    found = [(lkdc_realm_of_hash(text), None) for text in fingerprints]
    rows = [*found, *((each.realm, (name, each)) for name, each in _certificates(names))]
    if as_json or format_ == "json":
        body = [
            {"realm": each, "subject": of[1].subject if of else None, "path": of[0] if of else None, "line": of[1].line if of else None}
            for each, of in rows
        ]
        write_json({"schema": "odkit/lkdc-realm/1", "realms": body})
    else:
        for each, _ in rows:
            click.echo(each)
    if not context.obj["quiet"]:
        for _, of in rows:
            if of is not None:
                where = f"{of[0]}:{of[1].line}" if of[1].line is not None else of[0]
                for warning in of[1].warnings:
                    click.echo(f"{where}: warning: {warning}", err=True)
    context.exit(exits.FINE)


@lkdc.command("check")
@exports_argument()
@click.option("--keytab", "keytabs", multiple=True, metavar="FILE", help="Keytab of one machine, or klist -k of it.")
@click.option("--principals", multiple=True, metavar="FILE", help="List of a KDC.")
@click.option("--certificate", "certificates", multiple=True, metavar="CERT", help="Certificate that a Local KDC should have.")
@fail_on_option
@format_options
@click.pass_context
def check(
    context: click.Context,
    exports: tuple[str, ...],
    keytabs: tuple[str, ...],
    principals: tuple[str, ...],
    certificates: tuple[str, ...],
    fail_on: str,
    format_: str,
    as_json: bool,
) -> None:
    """Check every name of a Local KDC in exports, keytabs and lists.

    Malformed names, one Local KDC on two machines (cloned disks), authorities left behind, keys of several in one keytab, and whether the
    certificate says the same.

    \b
    Example:
      odkit lkdc check export.ldif --keytab krb5.keytab --certificate kdc.pem
    """
    import odkit
    from odkit.lkdc.check import check_lkdc
    from odkit.text import escape, table

    od = open_exports(exports)
    listed = [*of_folders(keytabs, "klist.txt"), *of_folders(principals, "listprincs.txt")]
    inventories = [odkit.read_principals(source(name), realm=od.realm) for name in listed]
    report = check_lkdc(od, inventories, [each for _, each in _certificates(certificates)])
    if as_json or format_ == "json":
        write_json(report.as_json())
    elif not context.obj["quiet"]:
        names: dict[str, list[str]] = report.summary["lkdc"]
        rows = [(name, ", ".join(map(escape, machines)) or "no computer record") for name, machines in names.items()]
        click.echo("\n".join(table(rows)) if rows else "No Local KDC is named.")
        show_findings(report.findings)
    if damaged([od], report.findings):
        context.exit(exits.TROUBLE)
    context.exit(exits.FINDINGS if report.worst() >= FAIL_ON[fail_on] else exits.FINE)


@lkdc.command("teardown")
@click.option(
    "--realm", required=True, metavar="R", help="LKDC:SHA1.… of the machine: odkit lkdc realm, or dscl . -read /Config/KerberosKDC."
)
@click.option("--target", required=True, type=click.Choice(mac_releases()), help="Release of that machine.")
@click.option("-o", "--output", metavar="DIR", help="Write the script and the way back into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear odkit's earlier files from the folder first.")
@click.pass_context
def teardown(context: click.Context, realm: str, target: str, output: str | None, force: bool) -> None:
    """Write the script that removes one machine's Local KDC; without -o print it.

    \b
    Example:
      odkit lkdc teardown --realm LKDC:SHA1.1A9FC49F1E499BFD1AF68001C454977B1A8F0BD2 --target 10.5 -o teardown
    """
    from odkit.lkdc.teardown import teardown_script, write_teardown
    from odkit.text import escape

    if output is None:
        click.echo(teardown_script(realm, target).decode(), nl=False)
    else:
        write_teardown(realm, output, target=target, force=force)
        if not context.obj["quiet"]:
            click.echo(f"Written to {escape(output)}/: on that machine, as root, run sh lkdc-teardown.sh first without --apply.")
    context.exit(exits.FINE)

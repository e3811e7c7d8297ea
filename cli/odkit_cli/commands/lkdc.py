"""``odkit lkdc``: realm, check, teardown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from odkit.releases import mac_releases
from odkit_cli.groups import CommandGroup
from odkit_cli.inputs import of_folders, open_exports, piped, read_bytes, source
from odkit_cli.options import PATH, exports_argument, format_options, report_options
from odkit_cli.output import Answer, finish, finish_report, quiet

if TYPE_CHECKING:
    from odkit.findings import Report
    from odkit.lkdc.realm import Certificate


@click.group(cls=CommandGroup)
def lkdc() -> None:
    """Local KDCs: derive the realm, check the names, tear one down.

    \b
    Example:
      odkit lkdc realm certificate.pem
      odkit lkdc check export.ldif --keytab krb5.keytab
    """


def _password() -> str:
    answer: str = click.prompt("Password of the PKCS#12 file", hide_input=True, err=True, default="", show_default=False)
    return answer


def _certificates(names: tuple[str, ...]) -> list[tuple[str, Certificate]]:
    from odkit.lkdc.realm import read_certificates

    names = tuple(of_folders(names, "kdc-certificate.txt"))
    return [(name, each) for name in names for each in read_certificates(read_bytes(name, "certificate"), path=name, password=_password)]


@lkdc.command("realm")
@click.argument("certificates", nargs=-1, metavar="CERT...", type=click.Path(path_type=str))
@click.option("--hash", "fingerprints", multiple=True, metavar="HEX", help="A SHA-1 fingerprint instead of a certificate.")
@format_options
def realm(certificates: tuple[str, ...], fingerprints: tuple[str, ...], form: str) -> None:
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
            raise click.UsageError("a certificate is missing: give its path, pipe it in, or give --hash")
        names = ("-",)
    rows: list[tuple[str, tuple[str, Certificate] | None]] = [(lkdc_realm_of_hash(text), None) for text in fingerprints]
    rows += [*((each.realm, (name, each)) for name, each in _certificates(names))]
    lines = "".join(f"{each}\n" for each, _ in rows)
    answer = Answer(
        lambda: {"schema": "odkit/lkdc-realm/1", "realms": [_realm_json(each, of) for each, of in rows]},
        str,
        {"text": lambda: lines},  # the answer is all that this command is asked for: -q does not hide it
        [] if quiet() else [line for _, of in rows if of is not None for line in _warnings(*of)],
    )
    finish(answer, form)


def _realm_json(realm: str, of: tuple[str, Certificate] | None) -> dict[str, object]:
    path, certificate = of if of is not None else (None, None)
    return {
        "realm": realm,
        "subject": certificate.subject if certificate is not None else None,
        "path": path,
        "line": certificate.line if certificate is not None else None,
    }


def _warnings(path: str, certificate: Certificate) -> list[str]:
    where = f"{path}:{certificate.line}" if certificate.line is not None else path
    return [f"{where}: warning: {warning}" for warning in certificate.warnings]


@lkdc.command("check")
@exports_argument()
@click.option("--keytab", "keytabs", multiple=True, type=PATH, metavar="FILE", help="Keytab of one machine, or klist -k of it.")
@click.option("--principals", multiple=True, type=PATH, metavar="FILE", help="List of a KDC.")
@click.option("--certificate", "certificates", multiple=True, type=PATH, metavar="CERT", help="Certificate that a Local KDC should have.")
@report_options
def check(
    exports: tuple[str, ...],
    keytabs: tuple[str, ...],
    principals: tuple[str, ...],
    certificates: tuple[str, ...],
    fail_on: str,
    form: str,
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

    od = open_exports(exports)
    listed = [*of_folders(keytabs, "klist.txt"), *of_folders(principals, "listprincs.txt")]
    inventories = [odkit.read_principals(source(name), realm=od.realm) for name in listed]
    report = check_lkdc(od, inventories, [each for _, each in _certificates(certificates)])
    finish_report(report, [od], lambda: _names(report, whole=od.answers.whole), form=form, fail_on=fail_on)


def _names(report: Report, *, whole: bool) -> str:
    from odkit.text import escape
    from odkit_cli.screen import table

    names: dict[str, list[str]] = report.summary["lkdc"]
    rows = [(name, ", ".join(map(escape, machines)) or "no computer record") for name, machines in names.items()]
    nobody = "No Local KDC is named." if whole else "No Local KDC is named in what the export shows."
    return ("\n".join(table(rows)) if rows else nobody) + "\n"


@lkdc.command("teardown")
@click.option(
    "--realm", required=True, metavar="R", help="LKDC:SHA1.… of the machine: odkit lkdc realm, or dscl . -read /Config/KerberosKDC."
)
@click.option("--target", required=True, type=click.Choice(mac_releases()), help="Release of that machine.")
@click.option("-o", "--output", type=PATH, metavar="DIR", help="Write the script and the way back into this folder, new or empty.")
@click.option("--force", is_flag=True, help="Clear odkit's earlier files from the folder first.")
def teardown(realm: str, target: str, output: str | None, force: bool) -> None:
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
        if not quiet():
            click.echo(f"Written to {escape(output)}/: on that machine, as root, run sh lkdc-teardown.sh first without --apply.")

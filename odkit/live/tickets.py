"""Asks a KDC for tickets for services, and tries whether their keys open them.

Run as a program - ``python -m odkit.live.tickets``, `odkit.kerberos.probe.Request`s as lines of JSON on standard input, for each a line
of pairs of service and code as JSON on standard output - because Kerberos reads its configuration from the environment, which belongs to
the whole process.  Credentials are in memory only, and those of each request are new: a ticket is remembered with them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from odkit.kerberos.probe import ACCEPT

__all__ = ["main", "probe"]


def probe(credentials: Any, services: Iterable[bytes], keytab: str | None = None) -> Iterator[tuple[bytes, int, str]]:
    """Ask for a ticket for each service.

    Args:
        credentials: of gssapi, for the principal that asks.
        services: unparsed names.
        keytab: path of one with the services' keys, where each ticket is to be opened with them.

    Yields:
        The service, 0 or a code (`odkit.kerberos.probe.CODES`), and the realm of the ticket, empty where there is none.
    """
    import gssapi
    from gssapi.raw import GSSError

    keys = gssapi.Credentials(usage="accept", store={"keytab": keytab}) if keytab is not None else None
    for name in services:
        try:
            target = gssapi.Name(name, gssapi.NameType.kerberos_principal)
            context = gssapi.SecurityContext(name=target, creds=credentials, usage="initiate", mech=gssapi.MechType.kerberos)
            token = context.step()
        except GSSError as error:
            yield name, error.min_code & 0xFFFFFFFF, ""
            continue
        realm = bytes(target.canonicalize(gssapi.MechType.kerberos)).rpartition(b"@")[2].decode("utf-8", "replace")
        if keys is not None:
            try:
                gssapi.SecurityContext(creds=keys, usage="accept").step(token)
            except GSSError:
                yield name, ACCEPT, realm
                continue
        yield name, 0, realm


def _answers(given: dict[str, Any], cache: str) -> Iterator[tuple[str, int]]:
    import gssapi

    keytab: str = given["keytab"]
    client = gssapi.Name(given["client"], gssapi.NameType.kerberos_principal)
    credentials = gssapi.Credentials(name=client, usage="initiate", store={"client_keytab": keytab, "ccache": cache})
    for names, keys in ((given["opened"], keytab), (given["asked"], None)):
        for name, code, _ in probe(credentials, map(bytes.fromhex, names), keys):
            yield name.hex(), code


def main(lines: Iterable[str]) -> int:
    """Run as a program."""
    try:
        from gssapi.raw import GSSError
    except (ImportError, OSError):
        sys.stderr.write("gssapi is missing\n")
        return 3
    try:
        for number, line in enumerate(lines):
            sys.stdout.write(json.dumps(list(_answers(json.loads(line), f"MEMORY:odkit{number}"))) + "\n")
            sys.stdout.flush()
    except GSSError as error:
        sys.stderr.write(f"no credentials for the probe: {error.min_code & 0xFFFFFFFF}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin))

"""Whether a KDC issues tickets for services, and whether their keys open them.

Run as a program - ``python -m odkit.live.tickets``, an `odkit.kerberos.probe.Request` as JSON on standard input, pairs of service and
code as JSON on standard output - because Kerberos reads its configuration from the environment, which belongs to the whole process.
Credentials stand in memory only.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from odkit.kerberos.probe import ACCEPT

__all__ = ["main"]


def _probe(given: dict[str, Any]) -> Iterator[tuple[str, int]]:
    import gssapi
    from gssapi.raw import GSSError

    keytab: str = given["keytab"]
    client = gssapi.Name(given["client"], gssapi.NameType.kerberos_principal)
    creds = gssapi.Credentials(name=client, usage="initiate", store={"client_keytab": keytab, "ccache": "MEMORY:odkit"})
    keys = gssapi.Credentials(usage="accept", store={"keytab": keytab}) if given["accept"] else None
    for name in given["services"]:
        try:
            target = gssapi.Name(bytes.fromhex(name), gssapi.NameType.kerberos_principal)
            token = gssapi.SecurityContext(name=target, creds=creds, usage="initiate", mech=gssapi.MechType.kerberos).step()
        except GSSError as error:
            yield name, error.min_code & 0xFFFFFFFF
            continue
        if keys is not None:
            try:
                gssapi.SecurityContext(creds=keys, usage="accept").step(token)
            except GSSError:
                yield name, ACCEPT
                continue
        yield name, 0


def main(lines: Iterable[str]) -> int:
    """Run as a program."""
    try:
        from gssapi.raw import GSSError
    except (ImportError, OSError):
        sys.stderr.write("gssapi is missing\n")
        return 3
    try:
        json.dump(list(_probe(json.loads("".join(lines)))), sys.stdout)
    except GSSError as error:
        sys.stderr.write(f"no credentials for the probe: {error.min_code & 0xFFFFFFFF}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin))

"""Lists users whose password nothing can check: no verifier in cn=authdata, no Kerberos key, no crypt.

python users_without_verifier.py export.ldif authdata.ldif
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import odkit
from odkit.text import escape


def without_verifier(od: odkit.Directory) -> Iterator[tuple[str, str]]:
    """Yield short names of users, each with why; what the export does not show is said, and is not taken for absent."""
    for user in od.users:
        password = user.password
        if unknown := od.answers.unknown(user, "authAuthority", "userPassword"):
            yield user.name, f"not known: {unknown}"
        elif password.pointer is not None and password.authdata is None:
            yield user.name, "not known: its entry in cn=authdata was not given"
        elif not password.verifiers and not password.enctypes and not password.crypt:
            yield user.name, "has no verifier: set the password"


def main() -> int:
    """Print one line for each of them; the status is 1 where there are some."""
    try:
        od = odkit.open(*sys.argv[1:])
        found = list(without_verifier(od))
    except odkit.OdkitError as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 2
    for name, why in found:
        print(f"{escape(name)}\t{why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

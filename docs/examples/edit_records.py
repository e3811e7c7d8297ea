"""Gives every user with one login shell another one, and writes all records back: lines that do not change stay byte for byte.

python edit_records.py export.ldif changed.ldif /bin/bash /bin/zsh
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import odkit
from odkit import ldif
from odkit.directory import Record, User

SHELL = "loginShell"


def edited(od: odkit.Directory, old: str, new: str) -> Iterator[Record]:
    """Yield every record of the export in its order, those of the users changed."""
    for record in od.records():
        if isinstance(record, User) and record.text(SHELL) == old:
            yield record.replace(SHELL, new)
        else:
            yield record


def main() -> int:
    """Write the new file, then compare it with the old one: nothing but what was meant may differ."""
    export, output, old, new = sys.argv[1:]
    try:
        od = odkit.open(export)
        with Path(output).open("xb") as file:  # "x": a file that is there is left alone
            ldif.write(edited(od, old, new), file)
        found = odkit.diff(export, output)
    except (odkit.OdkitError, OSError) as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 2
    changed = {attribute.name for each in found for attribute in each.attributes}
    print(found)
    return 0 if changed <= {SHELL} else 1


if __name__ == "__main__":
    sys.exit(main())

"""Compares what every user gets on a computer in two exports, key by key, and writes csv.

python policies_to_csv.py before.ldif after.ldif mac1 > changes.csv
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator

import odkit
from odkit.mcx import Composer, differences
from odkit.text import escape

Row = tuple[str, str, str, str]


def rows(before: odkit.Directory, after: odkit.Directory, computer: str) -> Iterator[Row]:
    """Yield user, what became of a key, domain and key; a user whom only one export has is a row of his own."""
    older, newer = Composer(before), Composer(after)  # each reads the groups of its export once
    for user in before.users:
        if user.name not in after.users:
            yield user.name, "not in the newer export", "", ""
            continue
        try:
            was, now = (each.effective(user.name, computer) for each in (older, newer))
        except odkit.UsageError as error:  # a user who may choose between workgroups, a computer that is gone
            yield user.name, f"not compared: {error}", "", ""
            continue
        for each in differences(was.keys, now.keys, shown=older.whole and newer.whole):
            yield user.name, each.what, each.domain, each.key


def main() -> int:
    """Write the table; the status is 1 where something differs."""
    before, after, computer = sys.argv[1:]
    table = csv.writer(sys.stdout)
    table.writerow(("user", "what", "domain", "key"))
    found = 0
    try:
        for row in rows(odkit.open(before), odkit.open(after), computer):
            table.writerow(map(escape, row))
            found += 1
    except odkit.OdkitError as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

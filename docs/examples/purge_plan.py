"""Plans the removal of retired servers, shows what a person has to decide, and writes the plan as JSON.

python purge_plan.py export.ldif listprincs.txt plan.json old.example.com [other.example.com …]
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import odkit
from odkit.files import write_file


def main() -> int:
    """Write the plan; the status is 1 where it leaves names to a person, and 3 where a brake stopped it."""
    export, names, output, *retired = sys.argv[1:]
    try:
        plan = odkit.plan_purge(export, names, retire=retired)
        data = json.dumps(plan.as_json(), indent=2).encode("ascii")
        write_file(Path(output), data + b"\n")  # whole or not at all, for its owner alone
    except odkit.BrakeError as error:
        print(f"a brake: {error}", file=sys.stderr)
        return 3
    except odkit.OdkitError as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 2
    print(plan)
    for host in plan.stale_hosts():
        gone = sum(deletion.host == host.host for deletion in plan.delete)
        print(f"  {host.host}: {gone} principals go, because: {host.why}")
    for decision in (*plan.review, *plan.refused):
        print(f"  for a person: {decision.subject}: {decision.reason}")
    # scripts are written by: odkit.write_plan(plan, "purge/", target="10.5")
    return 1 if plan.review or plan.refused else 0


if __name__ == "__main__":
    sys.exit(main())

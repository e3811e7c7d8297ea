"""Plans how a domain arrives at an OpenLDAP server, writes the files, and plays them on scratch servers where those are installed.

python carry_and_rehearse.py export.ldif out/
python carry_and_rehearse.py export.ldif out/ --rehearse     (needs slapd; docs/carry.md)
"""

from __future__ import annotations

import sys
from pathlib import Path

import odkit
from odkit.text import escape


def main() -> int:
    """Write the folder; the status is 1 where somebody has to act, or where the rehearsal does not prove everything."""
    export, folder, *rest = sys.argv[1:]
    options = odkit.CarryOptions()  # the defaults are the safe ones
    try:
        od = odkit.open(export)
        plan = odkit.carry(od, to="openldap", options=options)
        odkit.write_carry(plan, folder)
        print(plan)
        for user in plan.users:
            if user.must_act:
                print(f"  {escape(user.name)}: {user.verdict}: {'; '.join(each.text for each in user.reasons)}")
        print("\n".join(plan.steps))
        if "--rehearse" in rest:
            from odkit.rehearsal.carry import rehearse_carry  # the only part that starts servers

            rehearsal = rehearse_carry(od, to="openldap", options=options, folder=Path(folder))
            print("\n".join(rehearsal.lines()))
            return 0 if rehearsal.proved else 1
    except odkit.OdkitError as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 2
    return 1 if plan.must_act else 0


if __name__ == "__main__":
    sys.exit(main())

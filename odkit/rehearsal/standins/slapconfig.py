"""Stand-in for slapconfig(8): -ver, -help and -getstyle; every other verb would change a server and is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(state: str, arguments: list[str]) -> int:
    """Answer the verb."""
    machine = json.loads(Path(state).read_text())
    if arguments == ["-getstyle"]:
        print(machine["style"])
        return 0
    if arguments == ["-ver"]:
        print(f"slapconfig, {machine['release']}")
        return 0
    if arguments == ["-help"]:
        print("slapconfig -ver\nslapconfig -getstyle\nslapconfig -removereplica <replica address>")
        return 0
    print(f"slapconfig: not in a rehearsal: {' '.join(arguments)}", file=sys.stderr)
    return 64


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

"""Stand-in for sw_vers(1): -productName, -productVersion, -buildVersion, or all three."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(state: str, arguments: list[str]) -> int:
    """Print what the machine plays."""
    release = json.loads(Path(state).read_text())["release"]
    facts = {"-productName": "Mac OS X Server", "-productVersion": release, "-buildVersion": "9L34"}
    if not arguments:
        for key, value in facts.items():
            print(f"{key[1].upper()}{key[2:]}:\t{value}")
        return 0
    if len(arguments) != 1 or arguments[0] not in facts:
        print("Usage: sw_vers [-productName|-productVersion|-buildVersion]", file=sys.stderr)
        return 1
    print(facts[arguments[0]])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

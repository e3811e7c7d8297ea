"""Scripts read by a shell that runs none of them: many by one process, which takes a new one for each longer to start than to read."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from conftest import needs

__all__ = ["unreadable"]

# in a process of its own, which its parent copies: a shell that cannot go on ends it alone
_READ_EACH = 'for script; do (. "$script") > /dev/null 2>&1 || echo "$script"; done'
_BROKEN = b"main() {\n    if true; then echo\n}\n"


def unreadable(shell: Sequence[str], scripts: Iterable[Path]) -> list[Path]:
    """The scripts that a shell cannot read to their end."""
    needs(shell[0])
    with tempfile.TemporaryDirectory() as folder:
        copies: dict[str, Path] = {}
        for number, script in enumerate(scripts):
            copy = Path(folder, str(number))
            copy.write_bytes(b"set -n\n" + script.read_bytes())  # from there on it is read, and not run: set(1) in POSIX
            copies[str(copy)] = script
        broken = Path(folder, "broken")
        broken.write_bytes(b"set -n\n" + _BROKEN)
        done = subprocess.run([*shell, "-c", _READ_EACH, shell[0], *copies, str(broken)], check=True, capture_output=True, text=True)
    found = done.stdout.splitlines()
    assert found.pop() == str(broken)
    return [copies[each] for each in found]

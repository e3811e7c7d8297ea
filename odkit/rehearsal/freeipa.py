"""A FreeIPA domain in a file, and a program ``ipa`` that plays it by the model of `odkit.rehearsal.migrateds`."""

from __future__ import annotations

import marshal
import shlex
import sys
from pathlib import Path
from typing import Any

from odkit.rehearsal.migrateds import Domain
from odkit.rehearsal.standins.ipa import answers, program

__all__ = ["ScratchIpa"]


class ScratchIpa:
    """A fresh domain in which migration mode is on.

    Args:
        folder: for the program and the domain; made when missing.

    Attributes:
        folder: to be put first in PATH.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self._state = folder / "state"
        self._state.mkdir(mode=0o700, exist_ok=True)
        place = Path(__file__).parent / "standins"
        path = [str(Path(__file__).parents[2]), *sys.path]
        start = f"import sys; sys.path.insert(0, {str(place)!r}); import ipa; ipa.run({path!r})"
        words = " ".join(shlex.quote(word) for word in (sys.executable, "-I", "-S", "-c", start))
        file = folder / "ipa"
        file.write_text(program(shlex.quote(str(self._state)), words))
        file.chmod(0o700)
        self.write({"migration": True, "calls": [], **Domain().as_json()})

    def read(self) -> dict[str, Any]:
        """Return the state: ``migration``, ``calls`` (the words of every call), and what `Domain.as_json` gives."""
        found: dict[str, Any] = marshal.loads((self._state / "domain").read_bytes())  # noqa: S302 - a file of ours
        words = (self._state / "calls").read_bytes().decode("utf-8", "surrogateescape").split("\0")
        calls = []
        while len(words) > 1:  # behind the last one is nothing
            count = int(words[0])
            calls.append(words[1 : 1 + count])
            words = words[1 + count :]
        return {**found, "calls": calls}

    def write(self, state: dict[str, Any]) -> None:
        """Replace the state."""
        calls = "".join(f"{word}\0" for call in state["calls"] for word in (len(call), *call)).encode("utf-8", "surrogateescape")
        domain = marshal.dumps({name: each for name, each in state.items() if name != "calls"})
        for name, data in {**answers(state), "calls": calls, "domain": domain}.items():
            (self._state / name).touch(mode=0o600)
            (self._state / name).write_bytes(data)

    def domain(self) -> Domain:
        """Return the domain."""
        return Domain.of_json(self.read())

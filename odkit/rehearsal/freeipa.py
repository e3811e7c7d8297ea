"""A FreeIPA domain in a file, and a program ``ipa`` that plays it by the model of `odkit.rehearsal.migrateds`."""

from __future__ import annotations

import marshal
import shlex
import sys
from pathlib import Path
from typing import Any

from odkit.rehearsal.migrateds import Domain

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
        self._file = folder / "domain"
        place = Path(__file__).parent / "standins"
        path = [str(Path(__file__).parents[2]), *sys.path]
        start = f"import sys; sys.path.insert(0, {str(place)!r}); import ipa; ipa.run({path!r})"
        words = " ".join(shlex.quote(word) for word in (sys.executable, "-I", "-S", "-c", start, str(self._file)))
        program = folder / "ipa"
        program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        program.chmod(0o700)
        self.write({"migration": True, "calls": [], **Domain().as_json()})

    def read(self) -> dict[str, Any]:
        """Return the state: ``migration``, ``calls`` (the words of every call), and what `Domain.as_json` gives."""
        found: dict[str, Any] = marshal.loads(self._file.read_bytes())  # noqa: S302 - a file of ours
        return found

    def write(self, state: dict[str, Any]) -> None:
        """Replace the state."""
        self._file.touch(mode=0o600)
        self._file.write_bytes(marshal.dumps(state))

    def domain(self) -> Domain:
        """Return the domain."""
        return Domain.of_json(self.read())

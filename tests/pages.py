"""The commands of the documentation: every line of a console block that starts with odkit, with the status that is written behind it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import commandline
from conftest import ROOT

__all__ = ["PAGES", "Line", "lines"]

_NAMES = ("tutorial", "purge", "lkdc", "verify", "project", "look", "anonymize", "carry", "leaving", "report")
PAGES = (ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in _NAMES))


@dataclass(frozen=True, slots=True)
class Line:
    """A command as it is printed, its status, and what a page shows of what it prints."""

    words: str
    status: int
    shown: tuple[str, ...] = ()

    @property
    def starts_servers(self) -> bool:
        """Whether tests/live runs it."""
        return self.words.startswith("odkit rehearse ")

    def run(self, folder: Path) -> None:
        """Run it at the root of the project; what it writes goes into a folder."""
        words = re.sub(
            r"-o (purge|profiles|teardown|rewrite|runbook|leaving|removal|carry|smb|report\.html|customer\.html)\b",
            rf"-o {folder}/\1",
            self.words,
        )
        words = re.sub(r"(?<= )(copy|second|third|domain\.key|domain\.map)(?=[ /]|\Z)", rf"{folder}/\1", words)
        if re.search(r"[|<>&;$`]", words):
            done = subprocess.run(["/bin/sh", "-c", f'PATH="{Path(sys.executable).parent}:$PATH"; {words}'], capture_output=True, text=True,
                                  check=False, cwd=ROOT)  # fmt: skip
        else:
            done = commandline.odkit(*shlex.split(words)[1:], data=None)
        assert done.returncode == self.status, (self.words, done.stderr)
        printed = iter(done.stdout.splitlines())
        for line in self.shown:
            assert line in {"", "…"} or line in printed, (self.words, line, done.stdout)


def lines(page: Path) -> list[Line]:
    """Those of a page, in order."""
    found: list[Line] = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text(), re.DOTALL):
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            match = re.match(r"\$ (odkit .*?)(?:\s+# status (\d+))?$", line)
            if match:
                found.append(Line(match[1], int(match[2] or 0)))
            elif found and not line.startswith("$"):
                found[-1] = replace(found[-1], shown=(*found[-1].shown, line))
    return found

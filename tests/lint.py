"""shellcheck and checkbashisms over scripts; what they found nothing in is not looked at again, as ruff and mypy do.

They are slow, and generated scripts have most of their functions in common.  A digest stands for each text without a fault, under
.pytest_cache: of the linter, its words, and the text without what is data in it.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from conftest import ROOT, needs

__all__ = ["assert_plain_sh", "bashisms", "functions", "pieces", "shellcheck", "without_data"]

_CLEAN = ROOT / ".pytest_cache" / "lint"


def without_data(script: str) -> str:
    """A script without what its plan puts in: here documents of names, single values, remarks."""
    return re.sub(r"(?ms)<<'ODKIT_END'\n.*?^ODKIT_END$|^#.*?$|^[A-Z]+='[^']*'$", "", script)


def functions(scripts: Iterable[Path]) -> list[str]:
    """Every function of the scripts, and what stands between them, once."""
    parts = (part for path in scripts for part in re.split(r"(?<=^}\n)", without_data(path.read_text()), flags=re.MULTILINE))
    return list(dict.fromkeys(re.sub(r"(?m)^\n", "", part) for part in parts))


def assert_plain_sh(*scripts: Path) -> None:
    """Neither linter finds anything."""
    assert shellcheck(scripts, "-s", "sh") == ""
    assert bashisms(functions(scripts)) == ""


def shellcheck(scripts: Iterable[Path], *words: str, beside: Iterable[Path] = ()) -> str:
    """What it finds, run at the root of the project; it sees whole scripts, because a part uses what another one sets.

    Args:
        scripts: those that differ in their data alone need no second look.
        words: before their names.
        beside: files that they read.
    """
    needs("shellcheck")
    common = "".join(path.read_text() for path in beside)
    new: dict[Path, Path] = {}
    for path in scripts:
        mark = _mark("shellcheck", words, without_data(path.read_text()) + common)
        if not mark.exists():
            new.setdefault(mark, path)
    return _run(["shellcheck", *words], list(new.values()), list(new))


def bashisms(texts: Sequence[str]) -> str:
    """What checkbashisms finds."""
    needs("checkbashisms")
    new = {text: mark for text in texts if not (mark := _mark("checkbashisms", (), text)).exists()}
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as together:
        together.write("#!/bin/sh\n" + "".join(dict.fromkeys(part for text in new for part in pieces(text))))
        together.flush()
        return _run(["perl", "-", "-p"], [Path(together.name)] if new else [], list(new.values()), program=_compiled_once())


def _compiled_once() -> str:
    """checkbashisms as it is installed, but that it compiles each of its hundred expressions once, and not for each line: a twentieth of the time."""
    text = Path(shutil.which("checkbashisms") or "").read_text()
    return text.replace("if ($line =~ m/($re)/) {", "if ($line =~ ($main::compiled{$re} //= qr/($re)/)) {")


def pieces(text: str) -> Iterator[str]:
    """A script in as few lines each as stand alone: a quoted string, a here document and a continued line stay whole.

    checkbashisms looks for a hundred expressions in every line, and knows of the lines before it only what these leave open.
    """
    piece, quote, end = "", "", None
    for line in text.splitlines(keepends=True):
        piece += line
        if end is not None:
            end = None if line.strip() == end else end
        else:
            quote, end = _left_open(line, quote)
        if not quote and end is None and not line.endswith("\\\n"):
            yield piece
            piece = ""
    if piece:
        yield piece


# what says something where no quote, a single or a double one is open
_OPEN = {
    "": re.compile(r"""\\.|(?P<remark>(?<!\S)#)|<<-?\s*(?P<end>['"]?\w+['"]?)|(?P<quote>['"])""", re.DOTALL),
    "'": re.compile(r"(?P<remark>(?!))(?P<end>(?!))|(?P<quote>')"),
    '"': re.compile(r'\\.|(?P<remark>(?!))(?P<end>(?!))|(?P<quote>")', re.DOTALL),
}


def _left_open(line: str, quote: str) -> tuple[str, str | None]:
    """The quote that is open behind a line, and the word that ends a here document which it begins."""
    end: str | None = None
    at = 0
    while (match := _OPEN[quote].search(line, at)) and match["remark"] is None:
        at = match.end()
        if match["quote"]:
            quote = "" if quote else match["quote"]
        elif match["end"]:
            end = match["end"].strip("'\"")
    return quote, end


def _mark(program: str, words: Sequence[str], text: str) -> Path:
    found = Path(shutil.which(program) or program).stat()
    return _CLEAN / hashlib.sha256(repr((program, found.st_size, found.st_mtime_ns, words, text)).encode()).hexdigest()


def _run(words: list[str], paths: list[Path], marks: list[Path], program: str = "") -> str:
    if not paths:
        return ""
    done = subprocess.run([*words, *map(str, paths)], cwd=ROOT, input=program, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        _CLEAN.mkdir(parents=True, exist_ok=True)
        for mark in marks:
            mark.touch()
    return done.stdout + done.stderr

"""The modules of odkit, for tests that look at their source."""

from __future__ import annotations

import ast
import os
import shutil
from functools import cache
from pathlib import Path

from conftest import ROOT
from structure import nodes, parse_all, parsed

__all__ = ["EVERY", "GENERATORS", "MODULES", "TESTS", "functions", "is_command", "linked", "nodes", "parsed", "relative", "source_of"]

MODULES = sorted((ROOT / "odkit").rglob("*.py"))
EVERY = [*MODULES, *sorted((ROOT / "cli").rglob("*.py"))]
GENERATORS = sorted((ROOT / "fixtures").glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
_OURS = frozenset(EVERY)


@cache
def _sources(*, ours: bool) -> dict[Path, str]:
    """What the modules hold, or the tests and generators; all are parsed, because a rule of the house looks at all of them."""
    found = {path: path.read_text() for path in (EVERY if ours else [*GENERATORS, *TESTS])}
    parse_all(found.values())
    return found


def source_of(path: Path) -> str:
    """What one of `EVERY`, `GENERATORS` or `TESTS` holds."""
    return _sources(ours=path in _OURS)[path]


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [*nodes(source, ast.FunctionDef), *nodes(source, ast.AsyncFunctionDef)]


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether click gives the parameters: then they are the command's options."""
    return any("command(" in ast.unparse(each) for each in node.decorator_list)


def relative(path: Path) -> str:
    """A module's path below the project's folder."""
    return str(path.relative_to(ROOT))


def linked(package: Path, copy: Path) -> None:
    """Make a copy of a package, to which modules can be added; its files are links, and what Python has compiled needs not be compiled anew."""
    shutil.copytree(package, copy, copy_function=os.symlink, ignore=shutil.ignore_patterns("*.pyc.*"))  # those are being written

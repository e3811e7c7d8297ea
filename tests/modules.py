"""The modules of odkit, for tests that look at their source."""

from __future__ import annotations

import ast
from pathlib import Path

from conftest import ROOT
from structure import nodes, parsed

__all__ = ["EVERY", "GENERATORS", "MODULES", "TESTS", "functions", "is_command", "nodes", "parsed", "relative"]

MODULES = sorted((ROOT / "odkit").rglob("*.py"))
EVERY = [*MODULES, *sorted((ROOT / "cli").rglob("*.py"))]
GENERATORS = sorted((ROOT / "fixtures").glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in nodes(source) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether click gives the parameters: then they are the command's options."""
    return any("command(" in ast.unparse(each) for each in node.decorator_list)


def relative(path: Path) -> str:
    """A module's path below the project's folder."""
    return str(path.relative_to(ROOT))

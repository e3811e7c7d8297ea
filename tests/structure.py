"""The structure of the code, measured: circles of imports, imports that run upwards, and private names used across packages.

Run it with ``python tests/structure.py [ROOT]``; the status is 1 when one of the three counts is not 0.  Every form of import counts:
at the top of a module, inside functions, below ``TYPE_CHECKING``, and ``import_module("…")`` and ``__import__("…")`` of a name that
is written out.
"""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

ROOT = Path(__file__).resolve().parent.parent

# from the ground up; a name stands for the module or the package below odkit/.  A module imports from its own layer's package and
# from the layers above it in this list, never from one further down or from a neighbour of its own row.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("dataclass", "digests", "faces", "namedtuple", "patterns", "resources", "text", "unpacking"),
    ("errors", "names"),
    ("arguments",),
    ("dn", "files", "foreign", "notebook", "releases", "sources", "shell"),
    ("plist",),
    ("findings", "redaction"),
    ("ldif",),
    ("values",),
    ("directory",),
    ("hosts", "identities"),
    ("kerberos", "project", "inspection"),
    ("passwords", "mcx", "servers", "comparison", "purge"),
    ("hostrefs",),  # what becomes of a place is what the purge decides
    ("afp",),  # its way to SMB is one form of the rewriting of references
    ("verification",),
    ("carrying", "lkdc"),  # lkdc-teardown.sh looks for files of another plan beside it
    ("anonymizing", "runbook", "collect", "listing"),
    ("reporting", "tables"),  # the page, and the tables, show answers of all of them
    ("asking", "live", "rehearsal"),
    ("rulebook",),
    ("odkit_cli",),
)
# neighbours of one row that may be used by one another, in this direction only
NEIGHBOURS: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Edge:
    """One import: the module that imports, the module that is imported, the name taken from it (or ""), and the line."""

    source: str
    target: str
    name: str
    line: int


def module_name(path: Path, top: Path) -> str:
    """Dotted name of a module below `top`; a package has the name of its folder."""
    parts = list(path.relative_to(top).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def modules(root: Path) -> dict[str, Path]:
    """Every module of odkit and of its command line, by dotted name."""
    found: dict[str, Path] = {}
    for top, package in ((root, "odkit"), (root / "cli", "odkit_cli")):
        for path in sorted((top / package).rglob("*.py")):
            found[module_name(path, top)] = path
    return found


def _resolve(name: str, known: Mapping[str, Path]) -> str | None:
    """The module that a dotted name means: itself, or the module that holds it."""
    while name:
        if name in known:
            return name
        name = name.rpartition(".")[0]
    return None


def _imported(node: ast.AST, package: str) -> Iterator[tuple[str, str]]:
    """Pairs of dotted module and name that one node imports."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, ""
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            parts = package.split(".")
            parts = parts[: len(parts) - node.level + 1]
            base = ".".join([*parts, base] if base else parts)
        for alias in node.names:
            yield base, alias.name
    elif isinstance(node, ast.Call) and node.args:
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
        first = node.args[0]
        if called in {"import_module", "__import__"} and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value, ""


@cache
def parsed(source: str) -> ast.Module:
    """The tree of a source; every rule of the house looks at every module, and each is parsed once."""
    return ast.parse(source)


@cache
def _by_class(source: str) -> dict[type[ast.AST], list[ast.AST]]:
    """Every node of a module, as `ast.walk` gives them, by class."""
    found: dict[type[ast.AST], list[ast.AST]] = {}
    waiting: list[ast.AST] = [parsed(source)]
    for node in waiting:
        kind = node.__class__
        found.setdefault(kind, []).append(node)
        if kind not in _CHILDREN:
            _CHILDREN[kind] = _children(kind)
        for name in _CHILDREN[kind]:
            value = getattr(node, name)
            if value.__class__ is list:
                waiting += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST):
                waiting.append(value)
    return found


_CHILDREN: dict[type[ast.AST], list[str]] = {}


def _children(kind: type[ast.AST]) -> list[str]:
    """The fields in which a class can have other nodes; the context of an expression is none."""
    never = {"ctx", "id", "attr", "arg", "kind", "type_comment"} | ({"value"} if kind is ast.Constant else set())
    fields: tuple[str, ...] = kind.__match_args__
    return [name for name in fields if name not in never]


Node = TypeVar("Node", bound=ast.AST)


def nodes(source: str, kind: type[Node]) -> list[Node]:
    """Every node of a class in a module, outer ones first."""
    return cast("list[Node]", _by_class(source).get(kind, []))


def parse_all(sources: Iterable[str]) -> None:
    """Parse sources, for rules that look at all of them, and let the garbage collector leave what stays to the end: a million objects."""
    gc.collect()  # what is garbage already would stay with them
    running = gc.isenabled()
    gc.disable()
    for each in sources:
        _by_class(each)
    gc.freeze()
    if running:
        gc.enable()


def edges(root: Path = ROOT) -> list[Edge]:
    """All imports between modules of the project.

    ``from package import name`` counts as an import of ``package.name`` where that is a module, else of ``package``.
    """
    known = modules(root)
    found: list[Edge] = []
    for module, path in known.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        source = path.read_text(encoding="utf-8")
        for node in (*nodes(source, ast.Import), *nodes(source, ast.ImportFrom), *nodes(source, ast.Call)):
            for base, name in _imported(node, package):
                full = f"{base}.{name}" if name else base
                target = full if full in known else _resolve(base, known)
                if target is not None and target != module:
                    found.append(Edge(module, target, "" if target == full else name, getattr(node, "lineno", 0)))
    return found


def room(module: str) -> str:
    """The module or package below odkit/ that a module belongs to; ``odkit`` for the package's face."""
    parts = module.split(".")
    if parts[0] == "odkit_cli":
        return "odkit_cli"
    return parts[1] if len(parts) > 1 else "odkit"


def circles(found: list[Edge]) -> list[list[str]]:
    """Groups of modules that import each other in a ring (strongly connected components of more than one module).

    The face of the library, ``odkit/__init__.py``, names everything and is left out; so are the faces of packages where only their own
    modules import them for a submodule.
    """
    graph: dict[str, set[str]] = {}
    for edge in found:
        if "odkit" not in (edge.source, edge.target):
            graph.setdefault(edge.source, set()).add(edge.target)
            graph.setdefault(edge.target, set())
    return [sorted(group) for group in _components(graph) if len(group) > 1]


def _components(graph: dict[str, set[str]]) -> list[set[str]]:
    """Tarjan's strongly connected components, without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[set[str]] = []
    for start in sorted(graph):
        if start in index:
            continue
        work = [(start, iter(sorted(graph[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    work.append((target, iter(sorted(graph[target]))))
                    break
                if target in stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    at = stack.index(node)
                    groups.append(set(stack[at:]))
                    del stack[at:]
    return groups


def upward(found: list[Edge]) -> list[Edge]:
    """Imports from a lower layer into a higher one, or between neighbours of one layer; rooms that no layer names count, too."""
    level = {name: number for number, row in enumerate(LAYERS) for name in row}
    wrong = []
    for edge in found:
        source, target = room(edge.source), room(edge.target)
        if source == target or "odkit" in (source, target):
            if source == "odkit" or target != "odkit" or source == "odkit_cli":
                continue  # the library's face names every room; the command line may ask it
            wrong.append(edge)
        elif (
            source not in level
            or target not in level
            or level[target] > level[source]
            or (level[target] == level[source] and (source, target) not in NEIGHBOURS)
        ):
            wrong.append(edge)
    return wrong


def private(found: list[Edge]) -> list[Edge]:
    """Imports of a module or of a name with a leading underscore from another package than the one it belongs to."""
    wrong = []
    for edge in found:
        parts = edge.target.split(".")
        own = edge.source.split(".")
        for at, part in enumerate(parts):
            if part.startswith("_") and not part.startswith("__") and own[:at] != parts[:at]:
                wrong.append(edge)
                break
        else:
            if edge.name.startswith("_") and not edge.name.startswith("__") and room(edge.source) != room(edge.target):
                wrong.append(edge)
    return wrong


def report(root: Path = ROOT) -> tuple[list[str], bool]:
    """Lines for people, the last three with the counts, and whether all three are 0."""
    found = edges(root)
    rings, ups, privates = circles(found), upward(found), private(found)
    lines = [f"circle: {' <-> '.join(ring)}" for ring in rings]
    lines += [f"upward: {e.source}:{e.line} imports {e.target}" for e in ups]
    lines += [f"private: {e.source}:{e.line} imports {e.target}{'.' + e.name if e.name else ''}" for e in privates]
    lines += [f"{len(rings)} circles", f"{len(ups)} upward imports", f"{len(privates)} private imports across packages"]
    return lines, not (rings or ups or privates)


if __name__ == "__main__":
    text, good = report(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT)
    print("\n".join(text))
    sys.exit(0 if good else 1)

"""The rules of the house: what imports what, how large a module is, what the library never does."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import structure
from conftest import ROOT
from modules import EVERY, GENERATORS, MODULES, TESTS, functions, is_command, nodes, relative, source_of

_PLANTED = {
    "circle": {"odkit/dn.py": "import odkit.plist.planted\n", "odkit/plist/planted.py": "from odkit import dn\n"},
    "a late circle": {"odkit/dn.py": "def f():\n    import odkit.plist.planted\n", "odkit/plist/planted.py": "from odkit import dn\n"},
    "upward": {"odkit/text.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from odkit.ldif import Entry\n"},
    "upward by name": {"odkit/text.py": "from importlib import import_module\nimport_module('odkit.ldif')\n"},
    "a private module": {"odkit/mcx/planted.py": "from odkit.ldif._entry import Entry\n"},
    "a private name": {"odkit/mcx/planted.py": "from odkit.ldif import _hidden\n"},
}


def test_there_is_no_circle_no_upward_and_no_private_import() -> None:
    source_of(EVERY[0])  # all of them are parsed together
    lines, good = structure.report()
    assert good, "\n".join(lines)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tree of the same modules, with nothing in them."""
    top = tmp_path_factory.mktemp("empty")
    for path in EVERY:
        (top / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        (top / path.relative_to(ROOT)).touch()
    assert structure.report(top)[1]
    return top


@pytest.mark.parametrize("files", _PLANTED.values(), ids=list(_PLANTED))
def test_a_planted_one_is_found(files: dict[str, str], empty: Path) -> None:
    for name, text in files.items():
        (empty / name).write_text(text)
    try:
        assert not structure.report(empty)[1]
    finally:
        for name in files:
            if (ROOT / name) in EVERY:
                (empty / name).write_text("")
            else:
                (empty / name).unlink()


# tests that look inside, and why the public face does not show it
_WHITE_BOX = {
    "property/test_shape_laws.py": "proves that a shape gives what the index pass gives line by line",
    "property/test_redaction_laws.py": "proves that the quick look at a value gives what the whole one gives",
    "property/test_scan_laws.py": "proves that the index pass and the fast parser give what the grammar gives",
    "property/test_member_laws.py": "proves that many lines passed over by the index pass hide nothing that it would find in them",
    "property/test_many_laws.py": "proves that what is read for many values at once is what reading each gives",
    "live/test_check_live.py": "asks the connection itself for operations that no function of odkit asks for",
    "property/test_reference_laws.py": "proves that counting places without parsing gives what the search gives",
    "property/test_repeat_laws.py": "counts which records the search looks at",
    "property/plain_references.py": "is what the search is compared with",
    "unit/test_directory.py": "measures what a directory keeps of large entries",
}


def looks_inside(source: str) -> list[str]:
    """Private modules and names of odkit that a test imports, private attributes that it reads, and other tests that it imports from."""
    found = []
    for node in nodes(source, ast.ImportFrom):
        if (node.module or "").partition(".")[0] in {"odkit", "odkit_cli"}:
            parts = [*(node.module or "").split("."), *(each.name for each in node.names)]
            found += [each for each in parts if re.match(r"_[a-z]", each)]
        elif ".test_" in (node.module or ""):
            found.append(str(node.module))  # what two tests need is in a module of its own
    return found + [each.attr for each in nodes(source, ast.Attribute) if re.match(r"_[a-z]", each.attr) and not is_own(each.value)]


def is_own(node: ast.expr) -> bool:
    """Whether it is the object, or the class, that a method belongs to."""
    return isinstance(node, ast.Name) and node.id in {"self", "cls"}


@pytest.mark.whole
def test_a_test_goes_through_the_public_face() -> None:
    found = {
        str(path.relative_to(ROOT / "tests")): names for path in (ROOT / "tests").rglob("*.py") if (names := looks_inside(source_of(path)))
    }
    assert set(found) == set(_WHITE_BOX), found


def test_a_planted_look_inside_is_found() -> None:
    assert looks_inside("from odkit.ldif._entry import Entry\nfrom odkit.dn import _fold\nod._index\n") == ["_entry", "_fold", "_index"]


def imports(source: str) -> set[str]:
    found = {alias.name for node in nodes(source, ast.Import) for alias in node.names}
    for node in nodes(source, ast.ImportFrom):
        if node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_the_library_prints_nothing_and_starts_nothing() -> None:
    for path in MODULES:
        source = source_of(path)
        used = {name.split(".")[0] for name in imports(source)}
        calls = {node.func.id for node in nodes(source, ast.Call) if isinstance(node.func, ast.Name)}
        if "rehearsal" not in path.parts:
            allowed = {"socket", "ldap3", "gssapi"} if "live" in path.parts else set()
            assert not used & ({"subprocess", "socket", "click", "ldap3", "gssapi"} - allowed), relative(path)
        assert "print" not in calls, relative(path)


def compiles_by_itself(source: str) -> bool:
    """Whether a pattern is compiled without `odkit.patterns`, or one with a possessive group given to a function of `re`."""
    of_re = [node for node in nodes(source, ast.Attribute) if isinstance(node.value, ast.Name) and node.value.id == "re"]
    asked = [
        str(node.value)
        for call in nodes(source, ast.Call)
        if call.func in of_re
        for node in ast.walk(call)
        if isinstance(node, ast.Constant)
    ]
    return any(node.attr == "compile" for node in of_re) or any(re.search(r"\)(?:[*+?]|\{[0-9,]+\})\+", text) for text in asked)


def test_patterns_are_compiled_in_one_place() -> None:
    """Possessive groups are wrong in the Python of Debian 12: `odkit.patterns` says how."""
    assert [relative(path) for path in MODULES if compiles_by_itself(source_of(path))] == ["odkit/patterns.py"]
    assert compiles_by_itself('import re\nx = re.match("(?:a)*+", text)')


# reports grow while they are made
_NOT_FROZEN = {"Report", "Verification", "PasswordReport", "McxReport"}


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def changeable(source: str) -> list[str]:
    """Public dataclasses that are not frozen."""
    return [
        node.name
        for node in nodes(source, ast.ClassDef)
        if not node.name.startswith("_")
        and any(
            ast.unparse(each).startswith(("dataclass", "dataclasses.dataclass")) and "frozen=True" not in ast.unparse(each)
            for each in node.decorator_list
        )
    ]


def holding_changeable(source: str) -> list[str]:
    """Public fields of public frozen dataclasses that hold a list, a dict or a set: frozen in name alone."""
    return [
        f"{node.name}.{each.target.id}"
        for node in nodes(source, ast.ClassDef)
        if not node.name.startswith("_") and "frozen=True" in "".join(map(ast.unparse, node.decorator_list))
        for each in node.body
        if isinstance(each, ast.AnnAssign)
        and isinstance(each.target, ast.Name)
        and not each.target.id.startswith("_")
        and re.search(r"\b(dict|list|set|Counter|defaultdict|bytearray)\b(?!\()", ast.unparse(each.annotation))
    ]


def literal_rules(source: str) -> list[int]:
    """Lines with the code of a rule that is not the first word of its definition."""
    defined = {
        id(node.args[0]) for node in nodes(source, ast.Call) if isinstance(node.func, ast.Name) and node.func.id == "Rule" and node.args
    }
    return [
        node.lineno
        for node in nodes(source, ast.Constant)
        if isinstance(node.value, str) and re.fullmatch(r"OD[0-9]{3}", node.value) and id(node) not in defined
    ]


def literal_releases(source: str) -> list[int]:
    """Lines with the name of a release."""
    return [
        node.lineno for node in nodes(source, ast.Constant) if isinstance(node.value, str) and re.fullmatch(r"10\.[4-7]\+?", node.value)
    ]


def imports_by_name(source: str) -> list[int]:
    """Lines that import a module of the library by a name that is written out."""
    return [
        node.lineno
        for node in nodes(source, ast.Call)
        if (node.func.attr if isinstance(node.func, ast.Attribute) else isinstance(node.func, ast.Name) and node.func.id)
        in {"import_module", "__import__"}
        and node.args
        and ast.unparse(node.args[0]).lstrip("f").strip("'\"").startswith("odkit.")
    ]


def test_a_module_is_small() -> None:
    assert [relative(path) for path in [*EVERY, *GENERATORS, *TESTS] if len(source_of(path).splitlines()) > 300] == []
    measuring = [path for folder in ("benchmarks", "soak") for path in (ROOT / folder).glob("*.py")]
    assert [relative(path) for path in measuring if len(path.read_text().splitlines()) > 300] == []
    assert len(measuring) > 20


def test_a_function_is_short() -> None:
    for path in [*EVERY, *GENERATORS, *TESTS]:
        for node in functions(source_of(path)):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{relative(path)}: {node.name}"


def test_a_public_function_has_few_parameters() -> None:
    for path in EVERY:
        for node in functions(source_of(path)):
            assert node.name.startswith("_") or len(parameters(node)) <= 7 or is_command(node), f"{relative(path)}: {node.name}"


def test_public_values_are_frozen() -> None:
    for path in EVERY:
        assert set(changeable(source_of(path))) <= _NOT_FROZEN, relative(path)
        assert holding_changeable(source_of(path)) == [], relative(path)


def test_rules_and_releases_are_things_and_not_words() -> None:
    for path in EVERY:
        source, where = source_of(path), relative(path)
        assert not literal_rules(source), where
        assert path.name == "releases.py" or not literal_releases(source), where
        assert path == ROOT / "odkit" / "__init__.py" or not imports_by_name(source), where


def test_no_source_is_cited_that_nobody_can_read() -> None:
    cited = re.compile(r"operations\.md|\bfacts R?[0-9]|house\.md|\(R[0-9]{1,2}\)")
    for path in [*EVERY, *sorted((ROOT / "odkit").rglob("*.sh"))]:
        text = path.read_text()
        assert not cited.search(text), path
        for name in re.findall(r"docs/[a-z-]+\.md", text):
            assert (ROOT / name).is_file(), f"{path}: {name}"


def test_planted_ones_are_found() -> None:
    assert changeable("@dataclass(slots=True)\nclass Planted:\n    x: int\n") == ["Planted"]
    assert not changeable("@dataclass(frozen=True)\nclass Planted: ...\n@dataclass\nclass _Draft: ...\n")
    assert holding_changeable(
        "@dataclass(frozen=True)\nclass Planted:\n    names: Mapping[str, list[str]]\n    _memo: dict[str, str]\n"
    ) == ["Planted.names"]
    assert literal_rules('A = Rule("OD101", "name")\nif f.code == "OD101":\n    pass\n') == [2]
    assert literal_releases('if release == "10.7+" or release == "10.4": ...') == [1, 1]
    assert imports_by_name('import_module("odkit.ldif")\nimport_module(f"{own}.x")\n') == [1]


def test_public_names_exist_and_are_documented() -> None:
    import odkit

    assert len(odkit.__all__) == len(set(odkit.__all__))
    for name in odkit.__all__:
        value = getattr(odkit, name)
        assert value.__doc__, name


def test_the_face_names_everything_three_times_alike() -> None:
    """``__all__`` is for people, the imports below TYPE_CHECKING for type checkers, the table for the interpreter."""
    import odkit

    tree = ast.parse((ROOT / "odkit" / "__init__.py").read_text())
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    typed = {
        (node.module, alias.name, alias.asname or alias.name)
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    table = {(home, name, name) for home, names in vars(odkit)["_HOMES"].items() for name in names}
    assert typed == table | {("odkit", name, name) for name in ("findings", "ldif", "mcx")} | {
        ("odkit.directory", "open_directory", "open")
    }
    assert sorted(odkit.__all__) == odkit.__all__ == sorted(name for _, _, name in typed)


def test_starting_loads_nothing_heavy() -> None:
    code = "import odkit, odkit_cli, sys; print([m for m in ('ldap3', 'gssapi', 'cryptography', 'ldif', 'subprocess') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    code = "import odkit_cli, sys; print('odkit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

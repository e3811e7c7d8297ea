"""`odkit.faces`: a package gives each of its names, though it loads a module only when a name of it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from types import ModuleType

import pytest

from conftest import MART, ROOT


def faces() -> list[tuple[ModuleType, ast.Module]]:
    """The packages whose names are found late, with their sources."""
    paths = [path for path in sorted((ROOT / "odkit").rglob("__init__.py")) if "late_names(" in path.read_text()]
    return [(import_module(".".join(path.parent.relative_to(ROOT).parts)), ast.parse(path.read_text())) for path in paths]


def test_a_face_names_everything_three_times_alike() -> None:
    """``__all__`` is for people, the imports below TYPE_CHECKING for type checkers, the table for the interpreter."""
    assert faces()
    for package, tree in faces():
        checked = next(node for node in tree.body if isinstance(node, ast.If))
        imports = [node for node in checked.body if isinstance(node, ast.ImportFrom)]
        typed = {(node.module, alias.name) for node in imports for alias in node.names}
        table = {(home, name) for home, names in vars(package)["_HOMES"].items() for name in names}
        assert typed == table, package.__name__
        assert sorted(package.__all__) == sorted(name for _, name in table), package.__name__


def test_every_name_of_a_face_is_what_its_module_holds() -> None:
    for package, _ in faces():
        for home, names in vars(package)["_HOMES"].items():
            for name in names:
                assert getattr(package, name) is getattr(import_module(home), name), f"{package.__name__}.{name}"
                assert name in dir(package)


def test_a_name_that_a_face_does_not_have_is_no_attribute() -> None:
    import odkit.mcx

    with pytest.raises(AttributeError, match=r"module 'odkit\.mcx' has no attribute 'profile'"):
        odkit.mcx.profile  # type: ignore[attr-defined]  # noqa: B018


def test_a_verification_loads_neither_purges_nor_profiles() -> None:
    code = "import odkit.verification, sys; print([m for m in ('odkit.purge.plan', 'odkit.mcx._profiles', 'hashlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_verifying_and_reporting_load_no_library_of_digests() -> None:
    before, after = (str(MART / name / "export.ldif") for name in ("before", "after"))
    code = """
import odkit, sys
from odkit.reporting import Subject, make_page, render_page
pair = [odkit.open(path) for path in sys.argv[1:]]
odkit.verify(*pair)
b"".join(render_page(make_page(Subject(pair[1]))))
print([name for name in ("hashlib", "jinja2", "base64", "odkit.ldif._walk", "odkit.plist.table") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code, before, after], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_carry_of_the_directory_alone_loads_nothing_that_reads_keys() -> None:
    code = """
import odkit, sys
odkit.carry(sys.argv[1], to="openldap")
rooms = ("odkit.kerberos.kdb.", "odkit.carrying.authdatakeys", "odkit.carrying.mitkeys", "odkit.kerberos.inventory.reader", "hmac")
print([name for name in sys.modules if name.startswith(rooms)])
"""
    done = subprocess.run([sys.executable, "-c", code, str(MART / "after" / "export.ldif")], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

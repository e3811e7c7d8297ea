"""Patterns: those that are compiled when they are first used, and possessive groups, which CPython 3.11.0 to 3.11.4 get wrong."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import odkit
from conftest import effort
from odkit.patterns import compiled, mended, regex


def test_it_finds_what_a_compiled_pattern_finds() -> None:
    late, compiled = regex(rb"(?P<name>[a-z]+);", re.IGNORECASE), re.compile(rb"(?P<name>[a-z]+);", re.IGNORECASE)
    text = b"One;two;3;"
    assert [m["name"] for m in late.finditer(text)] == [m["name"] for m in compiled.finditer(text)] == [b"One", b"two"]
    assert late.sub(b"x", text) == compiled.sub(b"x", text)
    assert (late.pattern, late.flags, late.groupindex) == (compiled.pattern, compiled.flags, compiled.groupindex)


def test_a_wrong_pattern_is_told_at_its_first_use() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("")


@pytest.mark.whole
def test_every_pattern_of_the_modules_that_a_command_loads_can_be_compiled() -> None:
    program = """
import gc, importlib, pkgutil, odkit
from odkit.patterns import _Pattern
for module in pkgutil.walk_packages(odkit.__path__, "odkit."):
    if ".standins." not in module.name:
        importlib.import_module(module.name)
found = [each for each in gc.get_objects() if isinstance(each, _Pattern)]
print(len(found), sum(len(each.pattern) > 0 for each in found))
"""
    count, compiled = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert int(count) > 100
    assert count == compiled


# each with what means the same without a possessive group (a group repeated inside an atomic one, which every Python has right)
_POSSESSIVE = [
    ("(?:a(?=x))?+b", "(?>(?:a(?=x))?)b"),
    ("(?:ab?c)*+", "(?>(?:ab?c)*)"),
    ("[a-c]*+(?:;[a-c]++)*+:", "[a-c]*+(?>(?:;[a-c]++)*):"),
    ("a(?:(?<=a)b|(?<=b)a(?!x))*+b?", "a(?>(?:(?<=a)b|(?<=b)a(?!x))*)b?"),
    ("(?:;[^;]{2}){1,}+;", "(?>(?:;[^;]{2}){1,});"),
    ("(?:a(?:b(?=c)c)?+)++x", "(?>(?:a(?>(?:b(?=c)c)?))+)x"),
    (r"(?:[)*+;](?=b)|\)\++)*+b", r"(?>(?:[)*+;](?=b)|\)\++)*)b"),
    (r"(a(?=b)b){,2}+([]a)*+])", r"(?>(a(?=b)b){,2})([]a)*+])"),
]


@given(st.text("abcx;:)*+", max_size=9))
@effort(200)
@example("ab")
@example("a;b;:")
def test_a_possessive_group_fits_what_an_atomic_one_fits(text: str) -> None:
    for possessive, atomic in _POSSESSIVE:
        want = [found.span() for found in re.finditer(atomic, text)]
        assert [found.span() for found in compiled(possessive).finditer(text)] == want, possessive
        assert [found.span() for found in re.finditer(mended(possessive), text)] == want, possessive
        assert [found.span() for found in compiled(possessive.encode()).finditer(text.encode())] == want, possessive


def test_only_what_ends_a_repeated_group_is_written_anew() -> None:
    kept = r"(?:a)*[)*+]\)*+(?:b)++?x{2}+"
    assert mended(kept) == kept.replace("b)", "b|(?!))")
    assert mended(rb"(?:\xff)?+\)?+") == rb"(?:\xff|(?!))?+\)?+"


@pytest.mark.parametrize("line", ["cn;x;: v", "cn;: v", "cn;x;y;: v", ";x: v", "cn;x;;y: v"])
def test_a_damaged_attribute_name_is_told_in_every_python(line: str) -> None:
    """The fast reader's pattern of options is a possessive group: 3.11.2 went on behind the last semicolon, and the line was an ordinary one."""
    od = odkit.open(f"dn: dc=x\nobjectClass: domain\ndc: x\n\ndn: uid=a,dc=x\nobjectClass: top\nuid: a\n{line}\nsn: w\n\n".encode())
    assert [(each.code, each.line) for each in od.findings if each.code == "OD001"] == [("OD001", 8)]

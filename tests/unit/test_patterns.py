"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from odkit.patterns import regex


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

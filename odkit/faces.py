"""Faces of packages that take each name from its module when it is first asked for (PEP 562): a command pays for what it uses."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module

__all__ = ["late_names"]


def late_names(package: str, homes: Mapping[str, Iterable[str]]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return a package's ``__getattr__`` and ``__dir__``.

    Args:
        package: its dotted name.
        homes: names that it gives, by the dotted name of the module that holds them.
    """
    home_of = {name: home for home, names in homes.items() for name in names}
    own = vars(sys.modules[package])

    def find(name: str) -> object:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        own[name] = getattr(import_module(home_of[name]), name)
        return own[name]

    return find, lambda: sorted({*own, *home_of})

"""The targets, one module each; a module is found by listing this folder and names its targets in ``TARGETS``."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from odkit.carrying.target import Target
from odkit.errors import UsageError

__all__ = ["all_targets", "find_target"]


@cache
def all_targets() -> dict[str, Target]:
    """Return every target by name, in alphabetical order."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [target for name in modules for target in import_module(f"{__name__}.{name}").TARGETS]
    return {target.name: target for target in sorted(found, key=lambda target: target.name)}


def find_target(name: str) -> Target:
    """Return a target by its name.

    Raises:
        UsageError: no target has that name.
    """
    target = all_targets().get(name)
    if target is None:
        raise UsageError(f"not a target: {name!r} ({', '.join(all_targets())})")
    return target

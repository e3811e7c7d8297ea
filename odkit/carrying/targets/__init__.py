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
    found = [target for module in pkgutil.iter_modules(__path__) for target in _targets_of(module.name)]
    return {target.name: target for target in sorted(found, key=lambda target: target.name)}


def _targets_of(module: str) -> tuple[Target, ...]:
    found: tuple[Target, ...] = import_module(f"{__name__}.{module}").TARGETS
    return found


def find_target(name: str) -> Target:
    """Return a target by its name.

    Raises:
        UsageError: no target has that name.
    """
    # a target that its module is named after is found without loading the others
    own = _targets_of(name) if name.isidentifier() and any(module.name == name for module in pkgutil.iter_modules(__path__)) else ()
    target = next((each for each in own if each.name == name), None) or all_targets().get(name)
    if target is None:
        raise UsageError(f"not a target: {name!r} ({', '.join(all_targets())})")
    return target

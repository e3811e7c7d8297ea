"""The scripts of a plan, one module and one ``.sh`` each; a module is found by listing this folder and declares its ``SCRIPT``."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module

from odkit.purge.model import PurgePlan
from odkit.purge.script import Place, Script
from odkit.releases import RELEASES
from odkit.shell import assemble, fragment

__all__ = ["all_scripts", "files_of_plans", "plan_script"]

_BACK = "restore/"


@cache
def all_scripts() -> tuple[Script, ...]:
    """Return every script, in the order in which a plan's files are listed."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    found: list[Script] = [import_module(f"{__name__}.{name}").SCRIPT for name in names]
    return tuple(sorted(found, key=lambda script: script.listed))


def files_of_plans() -> tuple[str, ...]:
    """Return files that the folder of a plan can hold and that name their plan, for ``one_plan`` of common.sh.

    Those of older releases come first, the ways back last.  What is run on another machine lies alone there, and is left out.
    """

    def age(script: Script) -> int:
        return next(at for at, release in enumerate(RELEASES.values()) if script.fits(release))

    scripts = sorted((script for script in all_scripts() if script.place is not Place.MEMBER), key=age)
    names = dict.fromkeys(["plan.json", *(name for script in scripts for name in script.own_files)])
    return tuple(sorted(names, key=lambda name: name.startswith(_BACK)))


def plan_script(
    plan: PurgePlan,
    name: str,
    head: Iterable[str],
    values: Mapping[str, str],
    parts: Iterable[str],
    data: Iterable[str] = (),
    *,
    file: str = "",
) -> bytes:
    """Put a script of a plan together.

    Args:
        plan: it belongs to.
        name: of the script, for its head.
        head: further lines of its head.
        values: assignments beside ``PLAN``.
        parts: fragments of the library, in order.
        data: functions made by `odkit.shell.heredoc`.
        file: the ``.sh`` beside the script's module; that of its name by default.

    Raises:
        RefusedError: a name that a script cannot carry.
    """
    return assemble(
        (f"odkit plan {plan.id}: {name}", *head),
        {"PLAN": plan.id, **values},
        parts,
        data,
        own=(fragment(__name__, file or name),),
        lists={"PLAN_FILES": files_of_plans()},
    )

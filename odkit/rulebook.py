"""Every rule of the library, for its documentation and for whoever asks what a code means."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from odkit.findings import Rule

__all__ = ["all_rules", "rules_named"]

_MAKES = b"Rule("
_ASIDE = "odkit.rehearsal"  # it starts programs, and has no rules


def all_rules() -> dict[str, Rule]:
    """Return all rules by code, in the order of the codes.  Every module of the library that makes one is loaded to find them."""
    return dict(_found())


def rules_named(name: str) -> tuple[Rule, ...]:
    """Return the rule with a code, or those with a name, without case, in the order of the codes; none if there is none.

    A few names are of two rules: of one export, and of two.  Only the modules are loaded whose source has it between quotes, as long as one
    of them makes it.
    """
    wanted = name.lower()
    quoted = b'"%b"' % wanted.encode("utf-8", "surrogateescape")
    values = (value for module, source in _makers() if quoted in source for value in vars(import_module(module)).values())
    rules = {value.code: value for value in values if isinstance(value, Rule)}
    found = [rule for _, rule in sorted((rules or all_rules()).items()) if wanted in {rule.code.lower(), rule.name.lower()}]
    return tuple(found)


@cache
def _makers() -> tuple[tuple[str, bytes], ...]:
    """Modules that make rules, each with its source in lower case; ``odkit explain`` of all codes asks as often as there are rules."""
    root = Path(__file__).parent
    found = []
    for path in sorted(root.rglob("*.py")):
        source = path.read_bytes()
        if _MAKES in source:
            parts = path.relative_to(root).with_suffix("").parts
            module = ".".join(["odkit", *(parts[:-1] if parts[-1] == "__init__" else parts)])
            if not module.startswith(_ASIDE):
                found.append((module, source.lower()))
    return tuple(found)


@cache
def _found() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for module in walk_packages([str(Path(__file__).parent)], "odkit."):
        if not module.name.startswith(_ASIDE) and not module.name.endswith("__main__") and _makes_rules(module.name):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, Rule):
                    found[value.code] = value
    return dict(sorted(found.items()))


def _makes_rules(module: str) -> bool:
    """Tell whether the source of a module makes a rule; of one without a source nothing is known."""
    place = Path(__file__).parent.joinpath(*module.split(".")[1:])
    source = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return not source.is_file() or _MAKES in source.read_bytes()

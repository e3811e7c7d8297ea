"""Says what is missing where each thing of the library has a case in the tests."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.findings import Rule

__all__ = ["all_shown"]


def all_shown(rules: Iterable[Rule], shown: set[str], rows: str) -> None:
    """Raise an error that says where a case goes, if one of some rules has none, or a case no rule.

    Args:
        rules: that need a case.
        shown: codes that have one.
        rows: the file of the cases.
    """
    codes = {rule.code: rule.name for rule in rules}
    missing = [f"{code} {name}" for code, name in codes.items() if code not in shown]
    assert not missing, f"no case shows {', '.join(missing)}: add a row to {rows}, then run script/generate"
    assert not shown - set(codes), f"{rows} shows what is no rule of this family"

"""Why settings of a record take no effect, or perhaps none: one judgement for the checks, the comparison and the composition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from odkit.findings import RULES
from odkit.text import escape, plural
from odkit.values.mcx import FLAGS, McxRecord, Value

__all__ = ["Fault", "faults", "flag_faults", "value_faults"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps settings, or may keep them, from taking effect.

    Attributes:
        code: of its rule.
        text: the words behind the name of the record.
        attribute: where it is; empty for the record as a whole.
        index: of the value.
    """

    code: str
    text: str
    attribute: str = ""
    index: int = 0

    @property
    def counts(self) -> bool:
        """Whether it is more than a remark."""
        return RULES[self.code].severity.value != "info"


def faults(mcx: McxRecord) -> Iterator[Fault]:
    """All faults of a record, of its flags first."""
    yield from flag_faults(mcx)
    seen: dict[str, Value] = {}
    for value in mcx.values:
        yield from value_faults(value, seen)


def flag_faults(mcx: McxRecord) -> Iterator[Fault]:
    """Faults of the flags, by which clients load the settings."""
    flags = mcx.written_flags
    if flags is None:
        if mcx.values and not mcx.flags_unknown:
            yield Fault("OD403", f" has {plural(len(mcx.values), 'value')} of settings and no flags", mcx.values[0].attribute)
        return
    yield from (Fault("OD402", f": flags: {escape(note)}", FLAGS) for note in flags.notes)
    yield from (Fault("OD419", f": flags: {escape(form)}", FLAGS) for form in flags.forms)
    if flags.unread:
        return  # what they hold is not known; the reader has said so
    if flags.problem is not None or flags.keys is None:
        yield Fault("OD409", f": {flags.problem}", FLAGS)
        return
    has = flags.keys.get("has_mcx_settings")
    if mcx.values and not has:
        yield Fault("OD404", f": has_mcx_settings is {'false' if has is not None else 'missing'}", FLAGS)
    elif has and not mcx.values and not mcx.unasked:
        yield Fault("OD405", ": has_mcx_settings, and no settings", FLAGS)


def value_faults(value: Value, seen: dict[str, Value]) -> Iterator[Fault]:
    """Faults of one value.

    Args:
        value: of a record.
        seen: the domains of the record's values so far, in lower case; gets those of this one.
    """

    def fault(code: str, text: str) -> Fault:
        return Fault(code, f", value {value.index + 1}: {text}", value.attribute, value.index)

    if value.unread:
        return  # it is not known what it holds; the reader has said so
    yield from (fault("OD401", escape(problem)) for problem in value.problems)
    yield from (fault("OD418", escape(problem)) for problem in value.union_problems)
    yield from (fault("OD402", escape(note)) for note in value.notes)
    yield from (fault("OD419", escape(form)) for form in value.forms)
    for domain in dict.fromkeys(name.lower() for name in value.domains):
        if domain in seen:
            yield fault("OD406", f"domain {escape(domain)} stands in value {seen[domain].index + 1}, too")
        seen.setdefault(domain, value)
    managed = {settings.domain for settings in value.settings if settings.keys}
    if not value.problems:
        yield from (fault("OD408", f"domain {escape(domain)}") for domain in value.domains if domain not in managed)

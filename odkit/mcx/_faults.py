"""Why settings of a record take no effect, or perhaps none: one judgement for the checks, the comparison and the composition."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.dataclass import dataclass
from odkit.findings import About, Rule, Severity
from odkit.mcx.rules import MCX_EMPTY
from odkit.text import escape, plural
from odkit.values.mcx import FLAGS, McxRecord, Value

__all__ = ["Fault", "faults", "flag_faults", "value_faults"]

MCX_UNREADABLE = Rule(
    "OD401",
    "mcx-unreadable",
    Severity.ERROR,
    "Set the policy again, or repair the value. It has no effect now.",
    about=About(own=True),
)
MCX_UNUSUAL = Rule(
    "OD402",
    "mcx-unusual",
    Severity.WARNING,
    "Set the policy again. odkit read the value, and clients may read it differently.",
    about=About(own=True),
)
MCX_WITHOUT_FLAGS = Rule(
    "OD403",
    "mcx-without-flags",
    Severity.ERROR,
    "Save the record in Workgroup Manager. Clients load no settings of a record without apple-mcxflags.",
    about=About(("apple-mcxflags",)),
)
MCX_FLAGS_FALSE = Rule(
    "OD404",
    "mcx-flags-false",
    Severity.WARNING,
    "Save the record in Workgroup Manager. Clients may not load the settings.",
    about=About(("apple-mcxflags",)),
)
MCX_FLAGS_WITHOUT_SETTINGS = Rule(
    "OD405",
    "mcx-flags-without-settings",
    Severity.WARNING,
    "Check whether the record had settings. They may be lost.",
    about=About(("apple-mcxsettings", "apple-mcxsettings2")),
)
MCX_DOMAIN_TWICE = Rule(
    "OD406",
    "mcx-domain-twice",
    Severity.ERROR,
    "Put the settings of the domain into one value. No source says which of the two counts.",
    about=About(own=True),
)
MCX_FLAGS_UNREADABLE = Rule(
    "OD409",
    "mcx-flags-unreadable",
    Severity.ERROR,
    "Save the record in Workgroup Manager. Clients cannot read its flags, and load no settings.",
    about=About(own=True),
)
MCX_UNION_UNREADABLE = Rule(
    "OD418",
    "mcx-union-unreadable",
    Severity.ERROR,
    "Set the union policy again. No source says what clients do with the lists of these settings.",
)
MCX_FORM = Rule("OD419", "mcx-form", Severity.INFO, "Do nothing for Macs: each of them reads this form. Other programs may not.")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps settings, or may keep them, from taking effect.

    Attributes:
        rule: by which `odkit.mcx.verify_mcx` reports it.
        text: the words behind the name of the record.
        attribute: where it is; empty for the record as a whole.
        index: of the value.
    """

    rule: Rule
    text: str
    attribute: str = ""
    index: int = 0

    @property
    def counts(self) -> bool:
        """Whether it is more than a remark."""
        return self.rule.severity is not Severity.INFO


def faults(mcx: McxRecord) -> Iterator[Fault]:
    """Yield all faults of a record, of its flags first."""
    yield from flag_faults(mcx)
    seen: dict[str, Value] = {}
    for value in mcx.values:
        yield from value_faults(value, seen)


def flag_faults(mcx: McxRecord) -> Iterator[Fault]:
    """Yield faults of the flags, by which clients load the settings."""
    flags = mcx.written_flags
    if flags is None:
        if mcx.values and not mcx.flags_unknown:
            yield Fault(MCX_WITHOUT_FLAGS, f" has {plural(len(mcx.values), 'value')} of settings and no flags", mcx.values[0].attribute)
        return
    yield from (Fault(MCX_UNUSUAL, f": flags: {escape(note)}", FLAGS) for note in flags.notes)
    yield from (Fault(MCX_FORM, f": flags: {escape(form)}", FLAGS) for form in flags.forms)
    if flags.unread:
        return  # what they hold is not known; the reader has said so
    if flags.problem is not None or flags.keys is None:
        yield Fault(MCX_FLAGS_UNREADABLE, f": {flags.problem}", FLAGS)
        return
    has = flags.keys.get("has_mcx_settings")
    if mcx.values and not has:
        yield Fault(MCX_FLAGS_FALSE, f": has_mcx_settings is {'false' if has is not None else 'missing'}", FLAGS)
    elif has and not mcx.values and not mcx.unasked:
        yield Fault(MCX_FLAGS_WITHOUT_SETTINGS, ": has_mcx_settings, and no settings", FLAGS)


def value_faults(value: Value, seen: dict[str, Value]) -> Iterator[Fault]:
    """Yield faults of one value.

    Args:
        value: of a record.
        seen: the domains of the record's values so far, in lower case; gets those of this one.
    """

    def fault(rule: Rule, text: str) -> Fault:
        return Fault(rule, f", value {value.index + 1}: {text}", value.attribute, value.index)

    if value.unread:
        return  # it is not known what it holds; the reader has said so
    yield from (fault(MCX_UNREADABLE, escape(problem)) for problem in value.problems)
    yield from (fault(MCX_UNION_UNREADABLE, escape(problem)) for problem in value.union_problems)
    yield from (fault(MCX_UNUSUAL, escape(note)) for note in value.notes)
    yield from (fault(MCX_FORM, escape(form)) for form in value.forms)
    for domain in dict.fromkeys(name.lower() for name in value.domains):
        if domain in seen:
            yield fault(MCX_DOMAIN_TWICE, f"domain {escape(domain)} is in value {seen[domain].index + 1}, too")
        seen.setdefault(domain, value)
    managed = {settings.domain for settings in value.settings if settings.keys}
    if not value.problems:
        yield from (fault(MCX_EMPTY, f"domain {escape(domain)}") for domain in value.domains if domain not in managed)

"""Whether exports say enough to plan from them: what they leave out, or what cannot be read in them, would look retired."""

from __future__ import annotations

from collections.abc import Sequence

from odkit.directory import Directory
from odkit.directory.reliance import require_whole
from odkit.errors import InputError, InputReason
from odkit.findings import Finding, Hides
from odkit.values.schema import HOME_ATTRIBUTES

__all__ = ["check_exports"]


def check_exports(exports: Sequence[Directory]) -> None:
    """Check that exports are complete and readable, as far as servers are concerned.

    Values are decoded when they are read, and only then found damaged: check again when all is read.

    Raises:
        InputError: one is incomplete, or damaged where a server may be named.
    """
    for od in exports:
        require_whole([source.reliance for source in od.sources], "what is missing would look retired", accept_incomplete=False)
        damage = _damage(od)
        if damage is not None:
            raise InputError(
                damage.path,
                damage.line,
                f"the export is damaged: {damage.message} What cannot be read would look retired; "
                "give --accept-incomplete if you know that nothing that matters is missing",
                InputReason.DAMAGED,
            )


def _damage(od: Directory) -> Finding | None:
    """The first finding after which an export says less than it seems to: records or server lists that could not be read."""
    list(od.config.trees())  # each is read when it is first asked for, and finds then what is wrong with it
    list(od.config.kdc_hosts())
    return next((f for f in od.findings if _may_hide_a_server(f)), None)


def _may_hide_a_server(found: Finding) -> bool:
    """Whether what could not be read after a finding can name a server: a record, a value of a config record, or a user's home."""
    hides = found.rule.hides
    if hides is Hides.VALUE:
        # in the normal form a comma always separates two names; a record whose name is not a DN may be a config record
        in_config = found.key is None or "cn=config" in found.key.split(",")[1:]
        return in_config or found.attribute in HOME_ATTRIBUTES
    return hides is Hides.RECORDS

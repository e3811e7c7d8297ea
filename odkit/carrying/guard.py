"""What never reaches a target: the rule is in `odkit.values.verifier`, because change files of other commands keep it, too."""

from __future__ import annotations

from odkit.directory import Record
from odkit.ldif import UnfetchedURL
from odkit.values.verifier import Verifier, parse_verifier

__all__ = ["verifiers_of"]


def verifiers_of(record: Record) -> tuple[Verifier, ...]:
    """Return the ``userPassword`` values of a record, each with its form; secret."""
    return tuple(parse_verifier(value) for value in record.attributes.get("userPassword", ()) if not isinstance(value, UnfetchedURL))

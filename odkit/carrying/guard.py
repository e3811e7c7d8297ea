"""What never reaches a target: the rule is in `odkit.values.verifier`, because change files of other commands keep it, too."""

from __future__ import annotations

from odkit.directory import Record
from odkit.findings import Finding, Rule, Severity, finding
from odkit.ldif import UnfetchedURL
from odkit.text import escape
from odkit.values.verifier import Verifier, VerifierForm, parse_verifier

__all__ = ["unfit_findings", "verifiers_of"]

PASSWORD_PLACEHOLDER = Rule(
    "OD901", "password-placeholder", Severity.WARNING, "Other servers take such a value as the password itself; odkit writes it to none."
)


def verifiers_of(record: Record) -> tuple[Verifier, ...]:
    """Return the ``userPassword`` values of a record, each with its form; secret."""
    return tuple(parse_verifier(value) for value in record.attributes.get("userPassword", ()) if not isinstance(value, UnfetchedURL))


def unfit_findings(record: Record) -> list[Finding]:
    """Return a finding for each value that another server would take as a password in clear."""
    return [
        finding(
            PASSWORD_PLACEHOLDER,
            record.dn,
            f"userPassword of {escape(record.name)} holds {_WHAT[verifier.form]} ({len(verifier.value)} bytes)",
            path=record.path,
            line=record.line,
        )
        for verifier in verifiers_of(record)
        if verifier.form in _WHAT
    ]


_WHAT = {
    VerifierForm.MARKER: "a placeholder",
    VerifierForm.BARE_CRYPT: "a crypt value without its scheme",
    VerifierForm.TEXT: "a value without a scheme",
}

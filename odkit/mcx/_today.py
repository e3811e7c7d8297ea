"""What Apple's schema says of the payloads that settings become: deprecated or removed, since when, what takes their place."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import Record, describe
from odkit.findings import Finding, Rule, Severity, record_finding
from odkit.mcx._native import Native
from odkit.mcx.schema import Payload, Row, payloads_of
from odkit.text import escape

__all__ = ["schema_findings"]

PAYLOAD_DEPRECATED = Rule(
    "OD751", "payload-deprecated", Severity.WARNING, "Plan what takes its place; Apple's schema still has it, a later one may not."
)
PAYLOAD_REMOVED = Rule(
    "OD752",
    "payload-removed",
    Severity.WARNING,
    "Move the settings to what takes their place; custom settings were written for older Macs.",
)
PAYLOAD_KEY_DEPRECATED = Rule(
    "OD753", "payload-key-deprecated", Severity.WARNING, "Set what takes its place beside it; older Macs know only this key."
)
PAYLOAD_KEY_UNKNOWN = Rule(
    "OD754", "payload-key-unknown", Severity.INFO, "Check the key; the domain was written as custom settings, which carry any key."
)


def schema_findings(record: Record, domain: str, native: Native, keys: list[str]) -> Iterator[Finding]:
    """Yield what Apple's schema says of one domain of a record, with the place of the value that holds it.

    Args:
        record: that has the settings.
        domain: its name.
        native: what the domain became.
        keys: of the domain, union inputs as their outputs.
    """
    attribute, line = _place(record, domain)

    def said(rule: Rule, what: str) -> Finding:
        return record_finding(rule, record.dn, f"{describe(record)}: {what}", attribute=attribute, path=record.path, line=line)

    for payload in payloads_of(domain):
        held = [key for key in dict.fromkeys(keys) if key in payload.keys]
        if not held and keys:
            continue
        if payload.removed:
            yield said(PAYLOAD_REMOVED, f"payload {payload.type}: removed in macOS {payload.removed}, {_file(payload)}{_next(payload)}")
        elif payload.deprecated:
            yield said(
                PAYLOAD_DEPRECATED, f"payload {payload.type}: deprecated since macOS {payload.deprecated}, {_file(payload)}{_next(payload)}"
            )
        for key in held:
            row = payload.keys[key]
            if since := row.get("removed") or row.get("deprecated"):
                fate = "removed in" if row.get("removed") else "deprecated since"
                what = f"payload {payload.type}, key {escape(key)}: {fate} macOS {since}, {_file(payload)}{_next_key(row)}"
                yield said(PAYLOAD_KEY_DEPRECATED, what)
    for key in native.unknown:
        files = ", ".join(f"{each.file} ({each.state})" for each in payloads_of(domain))
        yield said(PAYLOAD_KEY_UNKNOWN, f"{escape(domain)} {escape(key)}: not a key of Apple's payload, {files}")


def _file(payload: Payload) -> str:
    return f"{payload.file} ({payload.state})"


def _next(payload: Payload) -> str:
    if not payload.successor:
        return "; nothing takes its place"
    return f"; {payload.successor} takes its place{'' if payload.apple_says else ' in part, as odkit reads both files'}"


def _next_key(row: Row) -> str:
    return f"; {row['replaced']['by']} takes its place" if "replaced" in row else "; nothing takes its place"


def _place(record: Record, domain: str) -> tuple[str | None, int | None]:
    for value in record.mcx.values:
        if domain in value.domains:
            return value.attribute, record.entry.line_of(value.attribute, value.index)
    return None, record.line

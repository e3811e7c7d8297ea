"""The suffix of a domain: what most of the records of an export are below."""

from __future__ import annotations

from odkit.directory._index import Index
from odkit.findings import Finding, Rule, Severity, finding
from odkit.text import escape, plural
from odkit.values.schema import AUTHDATA

__all__ = ["find_suffix"]

NO_SUFFIX = Rule("OD103", "no-suffix", Severity.ERROR, "Give an Open Directory export: it has containers such as cn=users.")
SECOND_SUFFIX = Rule("OD106", "second-suffix", Severity.WARNING, "Export one domain at a time. The suffix with most records is used.")
OUTSIDE_SUFFIX = Rule("OD109", "outside-suffix", Severity.INFO, "Do nothing: these records are kept and counted.")


def find_suffix(index: Index, path: str) -> tuple[str, list[Finding]]:
    """Find the suffix of an export.

    Args:
        index: of its records.
        path: the export, for findings.

    Returns:
        Its normal form, empty where there is none; and what was noticed.
    """
    found: list[Finding] = []
    counts = index.suffixes()
    if not counts:
        if not any(p == AUTHDATA or p.endswith("," + AUTHDATA) for p in index.parents):
            found.append(finding(NO_SUFFIX, "", "no container of Open Directory in the export", path=path))
        return "", found
    best = max(counts, key=lambda key: (counts[key], -len(key), key))
    for other in sorted(counts):
        if other != best and not other.endswith("," + best):
            message = f"{plural(counts[other], 'record')} in containers below {escape(other)}, too"
            found.append(finding(SECOND_SUFFIX, other, message, path=path))
    for parent, count in index.outside(best):
        if parent not in counts and not any(parent.endswith("," + each) for each in counts):
            message = f"{plural(count, 'record')} below {escape(parent) or 'the root'}"
            found.append(finding(OUTSIDE_SUFFIX, parent, message, path=path))
    return best, found

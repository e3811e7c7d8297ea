"""The tables that are made of what odkit understands: policies, findings, and one row for the export itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from odkit.directory import Directory
from odkit.findings import Finding
from odkit.inspection import inspect
from odkit.ldif import UnfetchedURL
from odkit.listing.derived import MANAGED, setting_value
from odkit.tables.lots import Lot
from odkit.tables.parquet import Columns
from odkit.tables.rows import Rows, all_plain, plain
from odkit.tables.schema import EXPORT, SCHEMA, Column, Table, Type
from odkit.values.mcx import ATTRIBUTES, parse_value
from odkit.verification import verify

__all__ = ["EXPORTS", "FINDINGS", "POLICIES", "Policies", "export_row", "finding_rows", "findings_of", "unread_row"]

_MEMORY = 1 << 8  # values of MCX that are remembered
_Setting = tuple[str | None, str | None, str, str | None]  # preference domain, key, frequency, value

POLICIES: Final = Table(
    "policies",
    "a key of the MCX settings of a record",
    (
        EXPORT,
        Column("dn", Type.TEXT, "DN of the record that has it"),
        Column("kind", Type.TEXT, "its record type, as dscl spells it"),
        Column("name", Type.TEXT, "its short name"),
        Column("preference_domain", Type.TEXT, "domain of the setting, such as com.apple.dock"),
        Column("key", Type.TEXT, "its key"),
        Column("frequency", Type.TEXT, "always, once or often"),
        Column("value", Type.TEXT, "its value: texts and numbers as they are, collections as JSON; secrets as their length"),
        Column("line", Type.NUMBER, "physical line of the record, from 1"),
    ),
)
FINDINGS: Final = Table(
    "findings",
    "something that is wrong with the export",
    (
        EXPORT,
        Column("code", Type.TEXT, "of the rule"),
        Column("rule", Type.TEXT, "its name"),
        Column("severity", Type.TEXT, "error, warning or info"),
        Column("subject", Type.TEXT, "what it is about: a DN, a principal, a host"),
        Column("what", Type.TEXT, "what is wrong"),
        Column("advice", Type.TEXT, "what to do"),
        Column("attribute", Type.TEXT, "that it is about, in lower case"),
        Column("file", Type.TEXT, "the file that it was found in"),
        Column("line", Type.NUMBER, "physical line, from 1"),
        Column("in_inspect", Type.FLAG, "whether odkit inspect says it"),
        Column("in_verify", Type.FLAG, "whether odkit verify says it"),
    ),
)
EXPORTS: Final = Table(
    "exports",
    "an export: its files, and how far they can be relied on",
    (
        EXPORT,
        Column("schema", Type.NUMBER, "of these tables"),
        Column("odkit", Type.TEXT, "the release that wrote them"),
        Column("domain_is", Type.TEXT, "the domain as the folder names it; null where the export does not show one"),
        Column("suffix", Type.TEXT, "suffix of the domain"),
        Column("realm", Type.TEXT, "Kerberos realm"),
        Column("generation", Type.NUMBER, "1: Password Server and MIT KDC (10.3-10.6), 2: cn=authdata (10.7 and later)"),
        Column("taken_at", Type.TIME, "date of the export: --at, or its newest modifyTimestamp"),
        Column("files", Type.TEXTS, "its files, as they were given"),
        Column("digests", Type.TEXTS, "SHA-256 of their unpacked bytes, in the same order"),
        Column("size", Type.NUMBER, "bytes of all of them, unpacked"),
        Column("entries", Type.NUMBER, "number of entries; null for an export that could not be read: reasons says why"),
        Column("authdata", Type.NUMBER, "number of them below cn=authdata"),
        Column("completeness", Type.TEXT, "complete, incomplete or unknown; of the worst file"),
        Column("reasons", Type.TEXTS, "why, for each file"),
        Column("asked", Type.TEXTS, "what each was asked for: base, scope, filter, attributes, as far as the file tells"),
        Column("digest_key", Type.TEXT, "name of the key of the digests; values of exports with the same one can be compared"),
        Column("dated_by", Type.TEXT, "what tells taken_at: 'option' (--at) or 'modifyTimestamp'; null where nothing does"),
        Column("lists", Type.TEXTS, "the lists of principals that were read with it, as they were given"),
        Column("has_findings", Type.FLAG, "whether the table findings has its rows; false with --no-findings"),
    ),
)


class Policies(Rows):
    """Makes the rows of policies.

    Args:
        export: digest of the export.
        od: the export.
    """

    def __init__(self, export: str, od: Directory) -> None:
        super().__init__(POLICIES)
        self._export = export
        self._kinds = od.kinds()  # None for a second record with a DN, which has no settings for clients
        self._known: dict[bytes, list[_Setting]] = {}

    def take(self, lot: Lot) -> None:
        """Add the rows of records."""
        found = [cells for name in ATTRIBUTES if (cells := lot.get(name)) is not None]
        if not found or lot.kind not in MANAGED:
            return
        names, dns, export, kind = all_plain(lot.short_names()), all_plain(lot.dns), self._export, lot.kind
        for place, (number, name, dn, line) in enumerate(zip(lot.numbers, names, dns, lot.lines, strict=True)):
            if self._kinds[number] is not None:
                for value in chain.from_iterable(cells.of(place) for cells in found):
                    self.extend((export, dn, kind, name, *each, line) for each in self._settings(value))

    def _settings(self, value: bytes) -> list[_Setting]:
        """Return what one value sets; many records have the same one."""
        known = self._known.get(value)
        if known is None:
            settings = () if isinstance(value, UnfetchedURL) else parse_value(value, ATTRIBUTES[0], 0).settings
            known = [
                (plain(each.domain), plain(key), each.frequency, _text(setting_value(cell, key)))
                for each in settings
                for key, cell in sorted(each.keys.items())
            ]
            if len(self._known) >= _MEMORY:
                self._known.clear()
            self._known[value] = known
        return known


def _text(cell: bool | int | str) -> str | None:
    return ("true" if cell else "false") if isinstance(cell, bool) else plain(str(cell))


def findings_of(od: Directory) -> Mapping[Finding, tuple[bool, bool]]:
    """Return what `inspect` and `verify` find, each finding once, and which of them says it."""
    first = dict.fromkeys(inspect(od).findings)
    second = dict.fromkeys(verify(od).findings) if od.has_domain else {}
    return {each: (each in first, each in second) for each in (*first, *second)}


def finding_rows(found: Mapping[Finding, tuple[bool, bool]], export: str) -> Columns:
    """Return the rows of findings."""
    rows = Rows(FINDINGS)
    for each, (inspected, verified) in found.items():
        rows.add(
            export, each.code, each.rule.name, each.severity.value, plain(each.subject) or None, plain(each.what), each.rule.advice,
            each.attribute, plain(each.path) or None, each.line, inspected, verified,
        )  # fmt: skip
    return rows.flush()


def export_row(od: Directory, export: str, domain: str | None, at: datetime | None, further: Iterable[object]) -> Columns:
    """Return the row of the export.

    Args:
        od: the export.
        export: its digest.
        domain: as the folder names it.
        at: its date.
        further: release of odkit, name of the digests' key, what tells the date, lists of principals, whether findings were looked for.
    """
    release, *options = further
    rows = Rows(EXPORTS)
    sources = od.sources
    rows.add(
        export, SCHEMA, release, domain, plain(od.suffix), plain(od.realm), od.generation, at, [plain(each.path) for each in sources],
        [each.digest for each in sources], sum(each.size for each in sources), len(od), od.authdata, od.completeness.value,
        [plain(each.reason) for each in sources], [plain(str(each.reliance.asked)) for each in sources], *options,
    )  # fmt: skip
    return rows.flush()


def unread_row(export: str, files: Sequence[tuple[str, str]], reason: str, release: str) -> Columns:
    """Return the row of an export that cannot be read.

    Args:
        export: its digest.
        files: path of each file, and the digest of its bytes.
        reason: why it cannot be read.
        release: of odkit.
    """
    known = {
        "export": export, "schema": SCHEMA, "odkit": release, "files": [plain(path) for path, _ in files],
        "digests": [digest for _, digest in files], "completeness": "unknown", "reasons": [plain(reason)], "has_findings": False,
    }  # fmt: skip
    return {each.name: [known.get(each.name)] for each in EXPORTS.columns}

"""`write_tables`: an export in, its tables out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from odkit.dataclass import dataclass
from odkit.directory import Directory, Need
from odkit.hostrefs import NEEDS as NEEDS_OF_PLACES
from odkit.hostrefs import NEEDS_OF_MAP
from odkit.kerberos import Inventory
from odkit.listing import NEEDS as NEEDS_OF_LISTS
from odkit.tables.digests import DigestKey
from odkit.tables.edges import EDGES, Edges, HostEdges
from odkit.tables.others import EXPORTS, FINDINGS, POLICIES, export_row, finding_rows, findings_of, policy_rows
from odkit.tables.parquet import Columns, need_pyarrow
from odkit.tables.principals import PRINCIPALS, listed_principals
from odkit.tables.records import RECORDS, RecordRows
from odkit.tables.rows import Taker, plain, seen_in
from odkit.tables.schema import Table
from odkit.tables.store import Part, Store
from odkit.tables.values import VALUES, Values
from odkit.verification import NEEDS as NEEDS_OF_VERIFY

__all__ = ["NEEDS", "TABLES", "Written", "write_tables"]

TABLES: Final[Mapping[str, Table]] = {each.name: each for each in (VALUES, RECORDS, EDGES, PRINCIPALS, POLICIES, FINDINGS, EXPORTS)}
NEEDS: Final[tuple[Need, ...]] = tuple(dict.fromkeys(("digest", *NEEDS_OF_LISTS, *NEEDS_OF_MAP, *NEEDS_OF_PLACES)))

_AT_ONCE = 1 << 15  # rows that are made before they are written


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of one export.

    Attributes:
        export: its digest.
        domain: as the folder names it; None where the export does not show one.
        taken: its date, as the folder names it; None where nothing tells it.
        replaced: whether the export was there already.
        rows: number of rows by table.
    """

    export: str
    domain: str | None
    taken: str | None
    replaced: bool
    rows: Mapping[str, int]


def write_tables(
    od: Directory,
    store: Store,
    *,
    at: datetime | None = None,
    key: DigestKey | None = None,
    inventories: Iterable[Inventory] = (),
    findings: bool = True,
    release: str = "",
) -> Written:
    """Write the tables of an export into a folder; an export that is there already is replaced whole.

    Args:
        od: the export, with all its files.
        store: the folder.
        at: date of the export (UTC); its newest modifyTimestamp for None.
        key: for digests of secrets; None for no digests.  No secret is written in either case.
        inventories: lists of principals of the domain.
        findings: look for findings, which costs what `verify` costs.
        release: of odkit, which the table exports names.

    Raises:
        InputError: a file was changed since it was opened.
        RefusedError: the folder cannot be written.
        UsageError: pyarrow is missing.
    """
    need_pyarrow()
    export = digest_of(od)
    domain = domain_of(od)
    at = at or od.newest_change
    taken = at.strftime("%Y%m%dT%H%M%SZ") if at is not None else None
    replaced = export in store.exports()
    od.prefetch((*NEEDS, *(NEEDS_OF_VERIFY if findings else ())))
    found = findings_of(od) if findings else {}  # first: they are those of an export of which nothing else was read
    with store.part(export, domain, taken) as part:
        for table in TABLES.values():
            part.begin(table)
        edges = Edges(od)
        _of_records(od, export, part, (Values(key), RecordRows(od, at), edges, HostEdges(od)))
        part.write(PRINCIPALS, edges.claims.flush())
        _all(part, PRINCIPALS, listed_principals(export, inventories))
        _all(part, POLICIES, policy_rows(od, export, _AT_ONCE))
        part.write(FINDINGS, finding_rows(found, export))
        further = (release, key.name if key is not None else None, findings)
        part.write(EXPORTS, export_row(od, export, domain, at, further))
    return Written(export, domain, taken, replaced, part.rows)


def _of_records(od: Directory, export: str, part: Part, takers: tuple[Taker, ...]) -> None:
    for seen in seen_in(od, export):
        for taker in takers:
            taker.take(seen)
            if len(taker) >= _AT_ONCE:
                part.write(taker.table, taker.flush())
    for taker in takers:
        part.write(taker.table, taker.flush())


def _all(part: Part, table: Table, batches: Iterator[Columns]) -> None:
    for batch in batches:
        part.write(table, batch)


def digest_of(od: Directory) -> str:
    """Return the digest of an export: of its file, or of the digests of its files in whatever order."""
    digests = sorted(info.digest for info in od.sources)
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def domain_of(od: Directory) -> str | None:
    """Return the domain of an export: ``example.com`` for ``dc=example,dc=com``, else its suffix, else its realm in lower case."""
    suffix = plain(od.suffix_key) or ""
    labels = [each.partition("=") for each in suffix.split(",")]
    if suffix and all(name == "dc" and value and "\\" not in value for name, _, value in labels):
        return ".".join(value for _, _, value in labels)
    return suffix or plain(od.realm.lower() if od.realm else None)

"""An export in, its tables out: as batches of rows, or written into a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from odkit.dataclass import dataclass
from odkit.directory import Directory, Need, export_files
from odkit.directory.reliance import require_one_export
from odkit.errors import InputError
from odkit.hostrefs import NEEDS as NEEDS_OF_PLACES
from odkit.hostrefs import NEEDS_OF_MAP
from odkit.kerberos import Inventory
from odkit.sources import Source, blocks, open_source, source_name
from odkit.tables.digests import DigestKey
from odkit.tables.edgerows import EDGES
from odkit.tables.edges import Edges
from odkit.tables.folders import held
from odkit.tables.hostedges import HostEdges
from odkit.tables.lots import lots_in
from odkit.tables.others import EXPORTS, FINDINGS, POLICIES, Policies, export_row, finding_rows, findings_of, unread_row
from odkit.tables.parquet import Columns, batch_of, need_pyarrow, read, row_count
from odkit.tables.principals import PRINCIPALS, listed_principals
from odkit.tables.records import RECORDS, RecordRows
from odkit.tables.rows import Maker, Taker, plain
from odkit.tables.schema import Table
from odkit.tables.store import Store
from odkit.tables.values import VALUES, Values
from odkit.verification import NEEDS as NEEDS_OF_VERIFY

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["NEEDS", "TABLES", "ExportTables", "UnreadExport", "Written", "write_tables", "written_before"]

TABLES: Final[Mapping[str, Table]] = {each.name: each for each in (VALUES, RECORDS, EDGES, PRINCIPALS, POLICIES, FINDINGS, EXPORTS)}
# "managed" would take a second pass, and is not needed of records all of which are read
NEEDS: Final[tuple[Need, ...]] = tuple(
    dict.fromkeys(("digest", "guids", "names", "readable", "accounts", "stamps", *NEEDS_OF_MAP, *NEEDS_OF_PLACES))
)

_AT_ONCE = 1 << 15  # rows that are made before they are written
_FEWER = {RECORDS.name: 1 << 13, PRINCIPALS.name: 1 << 13}  # of tables whose rows hold many texts of their own
_BLOCK = 1 << 20
_TAKEN = "%Y%m%dT%H%M%SZ"
_MADE_BY = ("odkit", "domain_is", "taken_at", "dated_by", "digest_key", "lists", "has_findings")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written of one export.

    Attributes:
        export: its digest.
        domain: as the folder names it; None where the export does not show one.
        taken: its date, as the folder names it; None where nothing tells it.
        replaced: whether the export was there already, and was written again.
        rows: number of rows by table.
        skipped: whether it was there already, and was left as it is.
    """

    export: str
    domain: str | None
    taken: str | None
    replaced: bool
    rows: Mapping[str, int]
    skipped: bool = False


class ExportTables:
    """The tables of an export as batches of rows, for an engine that writes them itself; `write_tables` writes the same.

    Args:
        od: the export, with all its files.
        at: date of the export (UTC); its newest modifyTimestamp for None.
        key: for digests of secrets; None for no digests.  No secret is in the rows in either case.
        inventories: lists of principals of the domain.
        findings: look for findings, which costs what `verify` costs.
        release: of odkit, which the table exports names.

    Attributes:
        export: digest of the export.
        domain: the domain; None where the export does not show one.
        taken: its date; None where nothing tells it.

    Raises:
        InputError: a file was changed since it was opened.
        UsageError: pyarrow is missing.
    """

    def __init__(
        self,
        od: Directory,
        *,
        at: datetime | None = None,
        key: DigestKey | None = None,
        inventories: Iterable[Inventory] = (),
        findings: bool = True,
        release: str = "",
    ) -> None:
        need_pyarrow()
        self._od, self._key, self._inventories, self._findings, self._release = od, key, tuple(inventories), findings, release
        self._at = at or od.newest_change
        self._dated_by = "option" if at is not None else "modifyTimestamp" if self._at is not None else None
        self.export = digest_of(od)
        self.domain = domain_of(od)
        self.taken = self._at.strftime(_TAKEN) if self._at is not None else None

    @property
    def folders(self) -> Mapping[str, str | None]:
        """The columns that are not in the files: domain and taken, as the names of the folders hold them (a long one is shortened)."""
        return {"domain": held(self.domain), "taken": held(self.taken)}

    def batches(self) -> Iterator[tuple[Table, pa.RecordBatch]]:
        """Yield rows of the tables; a table may come more than once, or with no rows.  The row of exports is the last one.

        Raises:
            InputError: a file was changed since it was opened.
        """
        for table, columns in self._columns():
            yield table, batch_of(table, columns)

    def _columns(self) -> Iterator[tuple[Table, Columns]]:
        od, export = self._od, self.export
        od.prefetch((*NEEDS, *(NEEDS_OF_VERIFY if self._findings else ())))
        found = findings_of(od) if self._findings else {}  # first: they are those of an export of which nothing else was read
        edges, records = Edges(export, od), RecordRows(export, od, self._at)
        takers: list[Taker] = [Values(export, self._key), records, edges, HostEdges(export, od), Policies(export, od)]
        makers: list[Maker] = [*takers, edges.claims]
        for lot in lots_in(od):
            for taker in takers:
                taker.take(lot)
            yield from ((each.table, each.flush()) for each in makers if len(each) >= _FEWER.get(each.table.name, _AT_ONCE))
        yield from ((each.table, each.flush()) for each in makers)
        yield from ((PRINCIPALS, each) for each in listed_principals(export, self._inventories))
        yield FINDINGS, finding_rows(found, export)
        lists = [plain(each.path) for each in self._inventories]
        further = (self._release, self._key.name if self._key is not None else None, self._dated_by, lists, self._findings)
        yield EXPORTS, export_row(od, export, self.domain, self._at, further)


class UnreadExport:
    """An export that cannot be read, as a row of the table exports: of many exports one does not stop the others, nor is it left out.

    Args:
        files: path of each file, and its bytes as they are.
        error: why it cannot be read.
        release: of odkit.

    Attributes:
        export: digest of the bytes.
        folders: of domain and taken, which are not known.
    """

    def __init__(self, files: Mapping[str, bytes], error: InputError, *, release: str = "") -> None:
        need_pyarrow()
        self._files = [(path, hashlib.sha256(data).hexdigest()) for path, data in files.items()]
        self._error, self._release = error, release
        self.export = _together([digest for _, digest in self._files])
        self.folders: Mapping[str, str | None] = {"domain": None, "taken": None}

    def batches(self) -> Iterator[tuple[Table, pa.RecordBatch]]:
        """Yield the row."""
        yield EXPORTS, batch_of(EXPORTS, unread_row(self.export, self._files, str(self._error), self._release))


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
        InputError: a file was changed since it was opened; or two are exports of one domain.
        RefusedError: the folder cannot be written.
        UsageError: pyarrow is missing.
    """
    require_one_export(source.reliance for source in od.sources)
    made = ExportTables(od, at=at, key=key, inventories=inventories, findings=findings, release=release)
    replaced = made.export in store.exports()
    with store.part(made.export, made.domain, made.taken) as part:
        for table in TABLES.values():
            part.begin(table)
        for table, columns in made._columns():
            part.write(table, columns)
            del columns  # before the next ones are made
    return Written(made.export, made.domain, made.taken, replaced, part.rows)


def written_before(
    sources: Iterable[Source],
    store: Store,
    *,
    at: datetime | None = None,
    key: DigestKey | None = None,
    findings: bool = True,
    release: str,
) -> Written | None:
    """Return what `write_tables` would write once more: the export is in the folder, made by this release in the same way.

    Args:
        sources: all files of the export, or a collected folder; they are read as bytes alone.
        store: the folder.
        at: as for `write_tables`.
        key: as for `write_tables`.
        findings: as for `write_tables`.
        release: as for `write_tables`.

    Returns:
        What is there; None where it must be written.

    Raises:
        InputError: a file cannot be read.
        RefusedError: the tables that are there cannot be read.
    """
    there = store.exports()
    if not there:
        return None
    export = _together([_digest(source) for source, _ in export_files(sources)])
    if export not in there:
        return None
    paths = {name: store.path / name / there[export][0] / there[export][1] / f"{export}.parquet" for name in TABLES}
    made = {name: cells[0] for name, cells in read(paths["exports"], _MADE_BY).items()}
    dated = made["dated_by"] == "option" and at == made["taken_at"] if at is not None else made["dated_by"] != "option"
    wanted: dict[str, object] = {
        "odkit": release,
        "digest_key": key.name if key is not None else None,
        "lists": [],
        "has_findings": findings,
    }
    if not dated or any(made[name] != value for name, value in wanted.items()):
        return None
    taken = made["taken_at"].strftime(_TAKEN) if made["taken_at"] is not None else None
    rows = {name: row_count(path) for name, path in paths.items()}
    return Written(export, made["domain_is"], taken, replaced=False, rows=rows, skipped=True)


def _digest(source: Source) -> str:
    """Return the SHA-256 of the unpacked bytes of a file."""
    found = hashlib.sha256()
    file, must_close = open_source(source)
    try:
        for block in blocks(file, source_name(source), _BLOCK):
            found.update(block)
    finally:
        if must_close:
            file.close()
    return found.hexdigest()


def digest_of(od: Directory) -> str:
    """Return the digest of an export: of its file, or of the digests of its files in whatever order."""
    return _together([info.digest for info in od.sources])


def _together(digests: Iterable[str]) -> str:
    digests = sorted(digests)
    return digests[0] if len(digests) == 1 else hashlib.sha256("\n".join(digests).encode()).hexdigest()


def domain_of(od: Directory) -> str | None:
    """Return the domain of an export: ``example.com`` for ``dc=example,dc=com``, else its suffix, else its realm in lower case."""
    suffix = plain(od.suffix_key) or ""
    labels = [each.partition("=") for each in suffix.split(",")]
    if suffix and all(name == "dc" and value and "\\" not in value for name, _, value in labels):
        return ".".join(value for _, _, value in labels)
    return suffix or plain(od.realm.lower() if od.realm else None)

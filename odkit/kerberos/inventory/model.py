"""The inventory that every reader of principals returns."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from odkit.dataclass import dataclass
from odkit.findings import Finding
from odkit.releases import PrincipalStore
from odkit.text import plural, shorten
from odkit.values.principal import Principal, parse_principal

__all__ = ["DatedBy", "Inventory", "InventoryKind", "LastSeen", "Listed", "PrincipalStore"]


class InventoryKind(StrEnum):
    """Whose principals they are."""

    KDC = "kdc"
    KEYTAB = "keytab"
    DIRECTORY = "directory"


class DatedBy(StrEnum):
    """What tells when a file of principals was made; the values are phrases for people."""

    CONTENT = "its newest change"  # the file can be younger, but not older
    MANIFEST = "the manifest of collect.sh"
    FILE = "the date of the file, which a copy may have lost"


@dataclass(frozen=True, slots=True)
class LastSeen:
    """The state of a principal when it was listed.  None where the format does not tell.

    Attributes:
        modified: when it was changed last, in seconds since 1970 (UTC).
        kvno: the newest key version.
        used: when it logged in last, in seconds since 1970 (UTC); 0 for never, as far as the KDC keeps it.
    """

    modified: int | None = None
    kvno: int | None = None
    used: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One principal of an inventory.

    Attributes:
        text: its own spelling in the inventory, without prompt or line end.
        principal: the name.
        line: 1-based physical line; in a keytab, the number of the entry.
        kvno: the newest key version, None where the format does not tell.
        enctypes: of the keys, as far as the format tells.
        record: DN of the directory record that holds it, or None.
        alias: whether it is only a further name of that record, or of ``target``.
        target: the principal whose alias it is, where the format tells it (a dump of MIT 1.22, Heimdal's ``get`` and ``dump``).
        modified: when it was changed last, in seconds since 1970 (UTC), None where the format does not tell.
        used: when it logged in last, likewise; 0 for never, as far as the KDC keeps it.
    """

    text: bytes
    principal: Principal
    line: int
    kvno: int | None = None
    enctypes: tuple[str, ...] = ()
    record: str | None = None
    alias: bool = False
    target: Principal | None = None
    modified: int | None = None
    used: int | None = None

    @property
    def seen(self) -> LastSeen:
        """Its state, for a comparison with a later one."""
        return LastSeen(self.modified, self.kvno, self.used)


@dataclass(frozen=True, slots=True)
class Inventory:
    """The principals of a KDC, a keytab or a directory as one file lists them.

    Attributes:
        path: the file.
        format: "listprincs", "names", "kdb5_util dump", "kdb5_util tabdump", "heimdal list", "heimdal dump", "keytab",
            "klist", "ktutil", "mit ktutil" or "authdata".
        kind: whose they are; only those of a KDC can be planned from.
        listed: in the file's order, each name once.
        digest: SHA-256 of the file, hex.
        findings: what was noticed.
        store: the kind of database whose names these are; of names one per line MIT's is assumed.
        date: when it was made, in seconds since 1970 (UTC), None where nothing tells it.
        dated_by: what tells it.
    """

    path: str
    format: str
    listed: tuple[Listed, ...]
    digest: str
    findings: tuple[Finding, ...] = ()
    kind: InventoryKind = InventoryKind.KDC
    store: PrincipalStore = PrincipalStore.MIT
    date: int | None = None
    dated_by: DatedBy | None = None

    def __repr__(self) -> str:
        return f"<Inventory of {plural(len(self.listed), 'principal')} ({self.format}): {shorten(self.path)}>"

    def _repr_html_(self) -> str:
        from odkit.notebook import page  # in notebooks alone

        return page(
            repr(self)[1:-1], headers=("principal", "kvno", "line"), rows=((each.text, each.kvno or "", each.line) for each in self.listed)
        )

    def __len__(self) -> int:
        return len(self.listed)

    def __iter__(self) -> Iterator[Listed]:
        return iter(self.listed)

    def __contains__(self, name: object) -> bool:
        """Tell whether a principal is listed: as a `Principal`, or as text or bytes in its unparsed form."""
        principal = parse_principal(name) if isinstance(name, (str, bytes)) else name
        return any(each.principal == principal for each in self.listed)

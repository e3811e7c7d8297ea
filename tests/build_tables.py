"""Tables of the fixtures, and their rows as pyarrow reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import odkit
from conftest import MART
from odkit.ldif import Entry, dump
from odkit.tables import NEEDS, TABLES, DigestKey, Store, Written, read, write_tables
from property.drawn_exports import HOSTS

EXPORTS = {
    **{name: (MART / name / "export.ldif",) for name in ("before", "leftover", "after")},
    "lion": (MART / "lion" / "export.ldif", MART / "lion" / "authdata.ldif"),
    **{path.stem: (path,) for path in sorted((MART / "damaged").rglob("*.ldif")) if path.parent.name != "pairs"},
}
SUFFIX = "dc=odd,dc=example,dc=com"


def write(folder: Path, *paths: Path, key: DigestKey | None = None, findings: bool = True) -> Written:
    return write_tables(odkit.open(*paths, needs=NEEDS), Store(folder), key=key, findings=findings)


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table, as pyarrow reads them."""
    found: list[dict[str, Any]] = []
    for path in Store(folder, make=False).files(table):
        columns = read(path, [each.name for each in TABLES[table].columns])
        found += [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    return found


def assert_whole(folder: Path) -> None:
    """Every table has the same exports, each once, and every file can be read."""
    store = Store(folder, make=False)
    for table in TABLES:
        files = store.files(table)
        assert len(files) == len(store.exports())
        for path in files:
            read(path, ["export"])
    digests = [path.stem for path in (folder / "exports").rglob("*.parquet")]
    assert len(digests) == len(set(digests))


def odd_export(path: Path) -> Path:
    """Names, values and DNs that a shell, a terminal, SQL and a file system trip over."""
    texts = [
        b"\xff\xfe",
        b"\0",
        b"'; DROP TABLE values; --",
        b"../../etc",
        b"%2e%2e",
        b"=1+1",
        b"\xe2\x80\xae",
        b"a\nb",
        b" ",
        b"",
        b"x" * 70_000,
    ]
    names = ["../x", "a/b", "d'or", 'q"q', "*", "\u202eevil", "é", "a\tb", "x=y", "%41", *HOSTS]
    records = [Entry(SUFFIX, {"objectClass": [b"domain"]}), Entry(f"cn=users,{SUFFIX}", {"cn": [b"users"]})]
    for number, name in enumerate(names):
        rdn = "".join(f"\\{ord(c):02x}" if c in '"+,;<>\\=/\t' else c for c in name)
        values = {
            "objectClass": [b"person"],
            "uid": [name.encode()],
            "uidNumber": [b"%d" % number],
            "description": texts,
            "DESCRIPTION;lang-x": texts[:2],
        }
        records.append(Entry(f"uid={rdn},cn=users,{SUFFIX}", values))
    path.write_bytes(dump(records) + b"dn:: dWlkPf8sY249dXNlcnM=\nuid: bad\njpegPhoto:< file:///etc/passwd\n\n")
    return path

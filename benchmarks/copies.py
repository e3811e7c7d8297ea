"""Make many exports, and the tables of many, from one: with other texts in it, in a fraction of the time that generating each takes.

In processes of their own: what the benchmark itself weighs would count as the peak memory of all that it starts.
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["dates", "domains", "exports"]

# a GUID of version 4, as accounts have one; those that macOS gives to accounts of its own are in every domain
_GUID = r"\b[0-9A-F]{8}(-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12})\b"
_CODED = re.compile(rb":: ([A-Za-z0-9+/=]+(?:\n [A-Za-z0-9+/=]+)*)")
_FOLDED = re.compile("|".join(f"{old[:n]}\n {old[n:]}" for old in ("medicalmart", "MEDICALMART") for n in range(1, len(old))).encode())
_FIRST = date(2008, 9, 17)  # the day after the export that is generated
_LEVEL, _ROWS = 6, 1 << 15  # of zstd, and of a row group, as odkit writes them


def _name(number: int) -> str:
    """Return the name of a copy's domain: as long as the one that it takes the place of, so that folded lines stay as they are."""
    return f"mart{number:07}"


def exports(folder: str, count: str) -> None:
    """Copy ``0.ldif`` of a folder to ``1.ldif`` and so on, `count` with the first one, each with another name of the domain."""
    data = Path(folder, "0.ldif").read_bytes()
    for number in range(1, int(count)):
        Path(folder, f"{number}.ldif").write_bytes(_renamed(data, _name(number).encode()))


def _renamed(data: bytes, name: bytes) -> bytes:
    """Return an export of a domain with another name, also where it stands in base64 or is folded."""

    def swapped(text: bytes) -> bytes:
        return text.replace(b"medicalmart", name).replace(b"MEDICALMART", name.upper())

    def recoded(found: re.Match[bytes]) -> bytes:
        lines = found[1].split(b"\n ")
        plain = base64.b64decode(b"".join(lines))
        coded = base64.b64encode(swapped(plain))
        ends = [0, *accumulate(map(len, lines))]
        return b":: " + b"\n ".join(coded[start:end] for start, end in pairwise(ends))

    def refolded(found: re.Match[bytes]) -> bytes:
        place = found[0].index(b"\n ")
        text = swapped(found[0].replace(b"\n ", b""))
        return text[:place] + b"\n " + text[place:]

    return _FOLDED.sub(refolded, swapped(_CODED.sub(recoded, data)))


def domains(folder: str, count: str) -> None:
    """Make tables of `count` domains in a folder that has those of one: each with a name and with GUIDs of its own."""
    for number in range(1, int(count)):
        name = _name(number)
        _copies(Path(folder), number, [("medicalmart", name), ("MEDICALMART", name.upper())], f"{number:08X}")


def dates(folder: str, count: str) -> None:
    """Make tables of one domain at `count` dates in a folder that has those of one: everybody's home moves each day."""
    [first] = Path(folder, "exports").glob("*/*")
    for number in range(1, int(count)):
        day = f"taken={_FIRST + timedelta(number):%Y%m%d}T000000Z"
        _copies(Path(folder), number, [("/Homes", f"/Homes{number}"), (first.name, day)])


def _copies(folder: Path, number: int, swaps: Sequence[tuple[str, str]], guid: str = "") -> None:
    """Copy all tables of the one export whose files are the oldest; `swaps` are of texts, `guid` is how each GUID begins."""
    first = min((folder / "exports").rglob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    export = hashlib.sha256(b"%d" % number).hexdigest()
    for path in folder.glob(f"*/*/*/{first.name}"):
        home = "/".join(path.parts[-3:-1])
        for old, new in swaps:
            home = home.replace(old, new)
        target = path.parents[2] / home / f"{export}.parquet"
        target.parent.mkdir(parents=True)
        _copy(path, target, [*swaps, (first.stem, export)], guid)


def _copy(path: Path, target: Path, swaps: Sequence[tuple[str, str]], guid: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    encoded = [*texts, *(field.name for field in schema if pa.types.is_list(field.type))]
    file = pq.ParquetFile(path, read_dictionary=texts)
    with pq.ParquetWriter(target, schema, compression="zstd", compression_level=_LEVEL, use_dictionary=encoded) as writer:
        for batch in file.iter_batches(_ROWS):
            columns = [_column(each, swaps, guid) for each in batch.columns]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema), row_group_size=_ROWS)


def _column(column: pa.Array, swaps: Sequence[tuple[str, str]], guid: str) -> pa.Array:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        return pa.DictionaryArray.from_arrays(column.indices, _texts(column.dictionary, swaps, guid)).dictionary_decode()
    if pa.types.is_list(column.type):
        column = pa.array(column.to_pylist(), column.type)  # a batch is a part of a whole, and its lists begin within theirs
        return pa.ListArray.from_arrays(column.offsets, _texts(column.values, swaps, guid), mask=column.is_null())
    return column


def _texts(texts: pa.Array, swaps: Sequence[tuple[str, str]], guid: str) -> pa.Array:
    import pyarrow.compute as pc

    for old, new in swaps:
        texts = pc.replace_substring(texts, old, new)
    return pc.replace_substring_regex(texts, _GUID, rf"{guid}\1") if guid else texts


if __name__ == "__main__":
    {"exports": exports, "domains": domains, "dates": dates}[sys.argv[1]](*sys.argv[2:])

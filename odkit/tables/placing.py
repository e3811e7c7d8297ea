"""Putting the tables of an export in place: what has begun is brought to its end, by the next writer where its own one was ended.

The files of an export are whole in a folder of their own before the old ones are taken away.  From then on that folder has another name,
and a file in it says where its tables go; nothing is lost when a writer is killed between two of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from odkit.errors import RefusedError
from odkit.files import write_file
from odkit.patterns import regex
from odkit.tables.folders import listed
from odkit.text import escape

__all__ = ["LAST", "READY", "begin", "finish", "sync"]

LAST = "exports"  # the table of an export that is put in place last and taken away first
READY = ".odkit-ready"
_PLAN = "place.json"
_IS_NAME = regex(r"[0-9a-f]{64}\.parquet|(?:domain|taken)=[^/]+|[a-z]+").fullmatch


def begin(making: Path, digest: str, folders: tuple[str, str], names: Iterable[str]) -> Path:
    """Let the files of an export be put in place; nothing of it is changed yet.

    Args:
        making: the folder of the files, ``TABLE.parquet``, in that of the tables.
        digest: of the export.
        folders: names of the folders of its domain and its date.
        names: of its tables.

    Returns:
        The folder, by its new name.

    Raises:
        OSError, RefusedError: the disk is full, for example.
    """
    names = list(names)
    for name in names:  # what a full disk refuses, it refuses before anything is taken away
        (making.parent / name / folders[0] / folders[1]).mkdir(mode=0o700, parents=True, exist_ok=True)
    write_file(making / _PLAN, json.dumps({"export": digest, "folders": folders, "tables": names}).encode())
    ready = making.with_name(f"{READY}-{os.urandom(6).hex()}")
    making.rename(ready)
    sync(ready.parent)
    return ready


def finish(ready: Path) -> None:
    """Put in place what is not, take away what the export had, and the folder.

    Args:
        ready: of `begin`; some of its files may be in place.

    Raises:
        OSError: a file cannot be moved.
        RefusedError: the folder is damaged.
    """
    try:
        plan = _plan(ready)
    except FileNotFoundError:  # all is in place, and the folder was being taken away
        return shutil.rmtree(ready)
    digest, folders, names = plan
    targets = {name: ready.parent.joinpath(name, *folders, f"{digest}.parquet") for name in names}
    waiting = [name for name in names if (ready / f"{name}.parquet").exists()]
    placed = {targets[name] for name in names if name not in waiting}
    old = [path for path in listed(ready.parent, "[!.]*", "domain=*", "taken=*", f"{digest}.parquet") if path not in placed]
    for path in sorted(old, key=lambda each: each.parts[-4] != LAST):
        path.unlink()
    for name in sorted(waiting, key=lambda each: each == LAST):
        (ready / f"{name}.parquet").replace(targets[name])
        sync(targets[name].parent)
    for path in old:
        for folder in path.parents[:2]:
            with contextlib.suppress(OSError):
                folder.rmdir()
    (ready / _PLAN).unlink()
    return shutil.rmtree(ready)


def _plan(ready: Path) -> tuple[str, tuple[str, str], list[str]]:
    """Return the digest, the two folders and the tables that `begin` has written down."""
    text = (ready / _PLAN).read_bytes()
    try:
        found = json.loads(text)
        digest, (domain, taken), names = found["export"], found["folders"], found["tables"]
        if not all(map(_IS_NAME, (f"{digest}.parquet", domain, taken, *names))):
            raise ValueError
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedError(f"{escape(str(ready))}: is damaged; remove this folder, and write its export again") from error
    return digest, (domain, taken), names


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, last."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

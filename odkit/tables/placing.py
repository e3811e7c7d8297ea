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
_IS_DIGEST = regex(r"[0-9a-f]{64}").fullmatch
_ARE_FOLDERS = regex(r"domain=[^/\0]+/taken=[^/\0]+").fullmatch
_IS_TABLE = regex(r"[a-z]+").fullmatch


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
    plan = _plan(ready)
    if plan is not None:
        _put(ready, *plan)
        (ready / _PLAN).unlink()
    shutil.rmtree(ready)


def _put(ready: Path, digest: str, folders: tuple[str, str], names: list[str]) -> None:
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


def _plan(ready: Path) -> tuple[str, tuple[str, str], list[str]] | None:
    """Return the digest, the two folders and the tables that `begin` has written down; None when all of these are in place."""
    try:
        found = json.loads((ready / _PLAN).read_bytes())
        digest, (domain, taken), names = found["export"], found["folders"], found["tables"]
        if not (_IS_DIGEST(digest) and _ARE_FOLDERS(f"{domain}/{taken}") and all(map(_IS_TABLE, names))):
            raise ValueError
    except FileNotFoundError as error:
        if not any(ready.glob("*.parquet")):
            return None
        raise _damaged(ready) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(ready) from error
    return digest, (domain, taken), names


def _damaged(ready: Path) -> RefusedError:
    return RefusedError(f"{escape(str(ready))}: is damaged; remove this folder, and write its export again")


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, last."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

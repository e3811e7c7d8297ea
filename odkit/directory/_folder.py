"""Reads a folder that collect.sh has made: its files, and its MANIFEST, which describes each of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.ldif import Completeness, Source
from odkit.patterns import regex
from odkit.text import escape, plural

__all__ = ["MANIFEST", "Collected", "CollectedFile", "collected_file", "export_files", "read_folder"]

MANIFEST = "MANIFEST"
_HEADS = ("odkit-collect 1", "odkit-collect 2")  # 2 has the lines "date" and "counted"
_DATE = regex(r"date (\d{14})Z\Z")
_COUNTED = regex(r"counted ([A-Za-z0-9._-]+) (?:users|principals) (\d{1,15})\Z")
_LINE = regex(r"file ([A-Za-z0-9._-]+) status (\d{1,3}) entries (\d{1,15}) bytes (\d{1,15}) sha1 (-|[0-9a-f]{40})\Z")


@dataclass(frozen=True, slots=True)
class CollectedFile:
    """One file of the folder.

    Attributes:
        path: of it.
        status: of the program that wrote it.
        entries: lines that start with ``dn:``.
        size: bytes.
        sha1: of its bytes, hex; "" where the server had no openssl.
        held: how many users (of an export) or principals (of a list) the server itself counted, by another way than the one that wrote
            the file; 0 where it told nothing.
        date: when the gathering began by the server's clock, in seconds since 1970 (UTC); None in an old manifest.
    """

    path: Path
    status: int
    entries: int
    size: int
    sha1: str
    held: int = 0
    date: int | None = None

    def judge(self, entries: int, users: int) -> tuple[Completeness, str]:
        """Judge whether the file is complete.

        Args:
            entries: number of entries that can be read in it.
            users: how many of them are users.

        Returns:
            The verdict and its reason.
        """
        if self.status:
            return Completeness.INCOMPLETE, f"slapcat ended with {self.status} on the server"
        if self.entries != entries:
            return Completeness.INCOMPLETE, f"the manifest says {self.entries} entries, {entries} can be read"
        if users < self.held:
            told = f"the directory listed {plural(self.held, 'user')} on the server, the export holds {users:,}"
            return Completeness.INCOMPLETE, told
        return Completeness.COMPLETE, f"the manifest says {self.entries} entries"


@dataclass(frozen=True, slots=True)
class Collected:
    """The folder.

    Attributes:
        folder: its path.
        files: by name.
    """

    folder: Path
    files: Mapping[str, CollectedFile]

    def usable(self, *names: str) -> list[Path]:
        """Return the paths of those of these files that were written without an error and are not empty."""
        found = [self.files[name] for name in names if name in self.files]
        return [each.path for each in found if each.status == 0 and each.size]

    def troubles(self, *names: str) -> list[str]:
        """Return "NAME: status" of those of these files whose program failed."""
        return [f"{name}: status {self.files[name].status}" for name in names if name in self.files and self.files[name].status]

    def exports(self) -> list[CollectedFile]:
        """Return the LDIF files: the main one, and that of ``cn=authdata`` if there is one.

        Raises:
            InputError: there is no export.ldif.
        """
        if "export.ldif" not in self.files:
            raise InputError(str(self.folder), None, "holds no export.ldif: slapcat was not there; gather on the Open Directory master")
        return [self.files[name] for name in ("export.ldif", "authdata.ldif") if name in self.files]


def _sha1(path: Path) -> str:
    import hashlib

    found = hashlib.sha1()  # noqa: S324 - what openssl of 10.4 has; against damage, not against somebody
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def _time(digits: str) -> int | None:
    import calendar  # nobody pays for them who gives a file
    import time

    try:
        return calendar.timegm(time.strptime(digits, "%Y%m%d%H%M%S"))
    except (ValueError, OverflowError):
        return None


def _check(each: CollectedFile, manifest: str, number: int) -> None:
    """Compare a file's size and digest with its line.

    Raises:
        InputError: it differs, or cannot be read.
    """
    name = each.path.name
    try:
        if not each.path.is_file() or each.path.stat().st_size != each.size:
            raise InputError(manifest, number, f"{name} is not there, or has another size than on the server: copy the folder again")
        if each.sha1 and _sha1(each.path) != each.sha1:
            raise InputError(manifest, number, f"{name} is not as it was on the server: copy the folder again")
    except OSError as error:
        raise InputError(str(each.path), None, f"cannot be read: {error.strerror or error}") from error


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What a MANIFEST says, before anything is compared with it: its files by name, each with the number of its line."""

    path: str
    files: Mapping[str, tuple[int, CollectedFile]]


def _instead(folder: Path) -> str:
    """Return what to give in place of a folder that is none of collect.sh."""
    try:
        found = sorted(path.name for path in folder.iterdir() if path.name.endswith((".ldif", ".ldif.gz")))
    except OSError:
        found = []
    if not found:
        return "Give the file of an export (odkit collect writes the script that makes one)"
    more = f" or another of the {len(found):,}" if len(found) > 1 else ""
    return f"Give the file itself: {escape(str(folder / found[0]))}{more}"


def _manifest(folder: Path) -> _Manifest:
    """Read a MANIFEST.

    Raises:
        InputError: there is none, or it is cut.
    """
    path = folder / MANIFEST
    try:
        lines = path.read_text("ascii").split("\n")
    except (OSError, ValueError) as error:
        raise InputError(
            str(folder), None, f"is a folder without a MANIFEST: not one that collect.sh has made. {_instead(folder)}"
        ) from error
    if lines[0] not in _HEADS or lines[-2:] != ["end", ""]:
        raise InputError(str(path), None, "is cut, or no manifest of collect.sh: gather again")
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    held: dict[str, int] = {}
    date = None
    for number, line in enumerate(lines[1:-2], 2):
        if line.startswith("absent "):
            continue
        if (told := _DATE.match(line)) is not None:
            date = _time(told[1])
        elif (counted := _COUNTED.match(line)) is not None:
            held[counted[1]] = int(counted[2])
        elif (match := _LINE.match(line)) is None:
            raise InputError(str(path), number, "not a line of a manifest")
        elif match[1] in found:
            raise InputError(str(path), number, f"a second line for {match[1]}")
        else:
            found[match[1]] = number, match.groups()
    files = {}
    for name, (number, (_, status, entries, size, sha1)) in found.items():
        digest = "" if sha1 == "-" else sha1
        files[name] = number, CollectedFile(folder / name, int(status), int(entries), int(size), digest, held.get(name, 0), date)
    return _Manifest(str(path), MappingProxyType(files))


def read_folder(folder: Path) -> Collected:
    """Read a folder's MANIFEST, and compare the files' sizes and digests with it.

    Raises:
        InputError: there is no MANIFEST, it is cut, or a file differs from what it says.
    """
    manifest = _manifest(folder)
    for number, each in manifest.files.values():
        _check(each, manifest.path, number)
    return Collected(folder, MappingProxyType({name: each for name, (_, each) in manifest.files.items()}))


def collected_file(path: Path) -> CollectedFile | None:
    """Return what the MANIFEST beside a file says of it; None where there is none of collect.sh, or it does not name the file.

    Raises:
        InputError: the MANIFEST is cut, or the file differs from what it says.
    """
    try:
        with (path.parent / MANIFEST).open("rb") as file:
            if not file.read(16).startswith(b"odkit-collect "):
                return None
    except (OSError, ValueError):
        return None
    manifest = _manifest(path.parent)
    if path.name not in manifest.files:
        return None
    number, found = manifest.files[path.name]
    _check(found, manifest.path, number)
    return found


def export_files(sources: Iterable[Source]) -> Iterator[tuple[Source, CollectedFile | None]]:
    """Yield the LDIF files of the sources, each with its entry in a manifest; for a folder of collect.sh, the exports in it.

    Raises:
        InputError: see `read_folder`.
    """
    for source in sources:
        if isinstance(source, (str, os.PathLike)) and os.path.isdir(source):  # noqa: PTH112 - a path that cannot be looked at is said where it is opened
            yield from ((each.path, each) for each in read_folder(Path(source)).exports())
        else:
            yield source, None

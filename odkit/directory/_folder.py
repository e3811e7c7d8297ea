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

__all__ = ["MANIFEST", "Collected", "CollectedFile", "export_files", "read_folder"]

MANIFEST = "MANIFEST"
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
    """

    path: Path
    status: int
    entries: int
    size: int
    sha1: str

    def judge(self, entries: int) -> tuple[Completeness, str]:
        """Judge whether the file is complete.

        Args:
            entries: number of entries that can be read in it.

        Returns:
            The verdict and its reason.
        """
        if self.status:
            return Completeness.INCOMPLETE, f"slapcat ended with {self.status} on the server"
        if self.entries != entries:
            return Completeness.INCOMPLETE, f"the manifest says {self.entries} entries, {entries} can be read"
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


def read_folder(folder: Path) -> Collected:
    """Read a folder's MANIFEST, and compare the files' sizes and digests with it.

    Raises:
        InputError: there is no MANIFEST, it is cut, or a file differs from what it says.
    """
    path = folder / MANIFEST
    try:
        lines = path.read_text("ascii").split("\n")
    except (OSError, ValueError) as error:
        why = "is a folder without a MANIFEST: not one that collect.sh has made (odkit collect -o collect.sh)"
        raise InputError(str(folder), None, why) from error
    if lines[0] != "odkit-collect 1" or lines[-2:] != ["end", ""]:
        raise InputError(str(path), None, "is cut, or no manifest of collect.sh: gather again")
    files: dict[str, CollectedFile] = {}
    for number, line in enumerate(lines[1:-2], 2):
        if line.startswith("absent "):
            continue
        match = _LINE.match(line)
        if match is None:
            raise InputError(str(path), number, "not a line of a manifest")
        name, status, entries, size, sha1 = match.groups()
        if name in files:
            raise InputError(str(path), number, f"a second line for {name}")
        target = folder / name
        try:
            if not target.is_file() or target.stat().st_size != int(size):
                raise InputError(str(path), number, f"{name} is not there, or has another size than on the server: copy the folder again")
            if sha1 != "-" and _sha1(target) != sha1:
                raise InputError(str(path), number, f"{name} is not as it was on the server: copy the folder again")
        except OSError as error:
            raise InputError(str(target), None, f"cannot be read: {error.strerror or error}") from error
        files[name] = CollectedFile(target, int(status), int(entries), int(size), "" if sha1 == "-" else sha1)
    return Collected(folder, MappingProxyType(files))


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

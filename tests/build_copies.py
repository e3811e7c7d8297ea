"""Copies in which every name is another one."""

from __future__ import annotations

from pathlib import Path

from odkit.anonymizing import Anonymized, anonymize


def copied(folder: Path, files: dict[str, bytes], key: bytes | None = None) -> tuple[Anonymized, list[bytes]]:
    """The copy of files, and the contents of its files."""
    paths = []
    for name, data in files.items():
        path = folder / name.replace(" ", "-")
        path.write_bytes(data)
        paths.append(path)
    made = anonymize(paths, folder / "copy", key=key)
    return made, [(made.folder / each.name).read_bytes() for each in made.files]

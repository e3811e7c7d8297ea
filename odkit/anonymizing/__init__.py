"""Copies of a domain's files that can be sent to somebody: names, hosts, numbers, addresses, keys and hashes are replaced.

Everything is replaced unless a list keeps it (`odkit.anonymizing.words`): attribute types and object classes, the words of formats, keys
and states of Apple's property lists, policies.  Replacements are the same in all files, and as long as what they stand for; structure and
damage are kept, so that every command finds in the copy what it finds in the source.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from odkit.anonymizing.kinds import Kind, Writer, kind_of
from odkit.anonymizing.replacer import Replacer
from odkit.anonymizing.text import Texts
from odkit.anonymizing.values import Values
from odkit.anonymizing.words import EVERY
from odkit.dataclass import dataclass
from odkit.errors import InputError, UsageError
from odkit.files import OutputFolder
from odkit.kerberos.inventory.input import Input
from odkit.sources import blocks, date_of, open_source

if TYPE_CHECKING:
    from odkit.sources import Progress

__all__ = ["Anonymized", "CopiedFile", "anonymize", "new_key"]

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class CopiedFile:
    """One file of a copy.

    Attributes:
        source: the file that it was made from.
        name: in the folder; it tells nothing of the source's.
        what: the kind of file, in words.
    """

    source: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Anonymized:
    """A copy that was written.

    Attributes:
        folder: where it is.
        files: in the order in which they were given.
        hosts: full host names of the source -> their replacements; secret, as they turn the copy back.
        words: every word, number, address and identifier of the source -> its replacement; secret.
    """

    folder: Path
    files: tuple[CopiedFile, ...]
    hosts: Mapping[str, str] = field(repr=False)
    words: Mapping[str, str] = field(repr=False)
    _texts: Texts = field(repr=False)

    def replaced(self, text: str) -> str:
        """Return what stands for a name of the source in the copy, such as that of a host."""
        return self._texts.rewrite(text)


def new_key() -> bytes:
    """Return a key that nobody knows."""
    return os.urandom(_KEY_BYTES)


def anonymize(
    sources: Sequence[str | os.PathLike[str]], out: str | os.PathLike[str], *, key: bytes | None = None, progress: Progress | None = None
) -> Anonymized:
    """Write a copy of a domain's files in which every name is another one.

    Args:
        sources: paths of exports, lists of principals, dumps, keytabs, logs of a KDC, lists of slots or hosts, certificates; plain or gzip.
            All files of the domain that belong together, since a replacement is the same only in the files that are given together.
        out: a new folder; made with mode 0700, its files with 0600.
        key: secret, 16 bytes or more; the same key and files give the same copy.  A new one that nobody learns by default.
        progress: is called with the name of a file and the bytes read so far.

    Returns:
        The copy.

    Raises:
        InputError: a file cannot be read, or is something of which no safe copy can be made; nothing was written.
        RefusedError: the folder is not new, or cannot be written.
        UsageError: no file, or a key that is too short.
    """
    if not sources:
        raise UsageError("no file to copy; give the exports and lists of the domain")
    try:
        replacer = Replacer(key if key is not None else new_key(), EVERY)
    except ValueError as error:
        raise UsageError(f"the key is too short: {error}") from None
    texts = Texts(replacer)
    values = Values(texts)
    writer = Writer(values)
    folder = Path(out)
    if folder.exists():  # refused before anything is read
        OutputFolder(folder, can_force=False)
    paths = [os.fspath(source) for source in sources]
    for path in paths:
        if Path(path).exists() and not Path(path).is_dir() and not Path(path).is_file():
            raise InputError(path, None, "is no ordinary file, and is read more than once; save it as a file first")
    kinds = [_kind(path) for path in paths]
    for path, kind in zip(paths, kinds, strict=True):
        for _ in writer.copy(kind, _read(path, progress)):
            pass
    values.blobs.seal()
    names = list(_names(kinds))
    made = OutputFolder(folder, can_force=False)
    for path, kind, name in zip(paths, kinds, names, strict=True):
        written = made.write(name, writer.copy(kind, _read(path, progress)))
        date = date_of(path)
        if date is not None:  # an inventory without a date in it has that of its file
            os.utime(written, (date, date))
    files = tuple(CopiedFile(path, name, kind.what) for path, name, kind in zip(paths, names, kinds, strict=True))
    hosts = {host: texts.rewrite(host) for host in sorted(replacer.hosts)}
    return Anonymized(made.path, files, MappingProxyType(hosts), MappingProxyType(replacer.table()), texts)


def _kind(path: str) -> Kind:
    with Input(path) as file:
        if not file.head.strip():
            raise InputError(path, None, "is empty; leave it away")
        return kind_of(file, lambda: b"".join(_read(path, None)))


def _read(path: str, progress: Progress | None) -> Iterator[bytes]:
    file, own = open_source(path)
    done = 0
    try:
        for block in blocks(file, path):
            done += len(block)
            if progress is not None:
                progress(path, done, None)
            yield block
    finally:
        if own:
            file.close()


def _names(kinds: Sequence[Kind]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for kind in kinds:
        counts[kind.name + kind.ending] += 1
        yield f"{kind.name}-{counts[kind.name + kind.ending]}{kind.ending}"

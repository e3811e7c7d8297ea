"""Keyed digests: secrets of two tables can be compared with one another, and with nothing else."""

from __future__ import annotations

import hmac
import os
import stat
from pathlib import Path

from odkit.errors import RefusedError, UsageError
from odkit.files import write_file
from odkit.text import escape

__all__ = ["DigestKey"]

_BYTES = 32


class DigestKey:
    """A key for digests of secrets.  It never shows itself.

    Args:
        key: 32 bytes.

    Attributes:
        name: tells one key from another, and nothing about it: tables whose keys have the same name can be compared.
    """

    __slots__ = ("_key", "name")

    def __init__(self, key: bytes) -> None:
        if len(key) != _BYTES:
            raise UsageError(f"a digest key has {_BYTES} bytes, not {len(key)}")
        self._key = key
        self.name = self.of(b"odkit digest key")[:16]

    def of(self, value: bytes) -> str:
        """Return the digest of a secret: HMAC-SHA-256 in hex."""
        return hmac.digest(self._key, value, "sha256").hex()

    def __repr__(self) -> str:
        return f"<DigestKey {self.name}>"

    @classmethod
    def load(cls, path: Path, outside: Path, *, make: bool = True) -> DigestKey:
        """Return the key of a file.

        Args:
            path: of the file.
            outside: the folder of the tables, in which no key may be: who is given the tables must not get it.
            make: a file that is not there is made, with a new key and mode 0600; else it must be there, as on each of many machines.

        Raises:
            RefusedError: it is inside that folder, others can read it, it is no key, or it cannot be read or written.
        """
        shown = escape(str(path))
        inside = outside.resolve()
        if path.resolve().is_relative_to(inside):
            raise RefusedError(f"{shown}: the key of the digests must not be in the folder of the tables; give a path outside of it")
        try:
            if make and not path.is_symlink() and not path.exists():
                write_file(path, os.urandom(_BYTES))
            info = path.stat()
            if not stat.S_ISREG(info.st_mode):
                raise RefusedError(f"{shown}: is no ordinary file; give the path of a key, or of a new file")
            if stat.S_IMODE(info.st_mode) & 0o077:
                raise RefusedError(f"{shown}: others can read the key of the digests; run: chmod 600 {shown}")
            key = path.read_bytes() if info.st_size == _BYTES else b""
        except (OSError, ValueError) as error:
            raise RefusedError(f"{shown}: {getattr(error, 'strerror', None) or error}") from error
        if len(key) != _BYTES:
            raise RefusedError(f"{shown}: is no key for digests ({_BYTES} bytes); give the path of one, or of a new file")
        return cls(key)

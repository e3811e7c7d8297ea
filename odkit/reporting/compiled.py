"""Templates that were compiled before: beside the templates, as Python keeps its own modules."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

__all__ = ["Compiled"]


class Compiled(BytecodeCache):
    """Keeps the code of templates where Python would keep that of a module; where nothing can be written, they are compiled each time.

    jinja2 compares the template with the one that was compiled.  Its own version is in the name: a later one may compile otherwise.

    Args:
        folder: of the templates.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the path of a template's code."""
        version = getattr(jinja2, "__version__", "unknown")
        return cache_from_source(str(self._folder / f"{name}-{version.replace('.', '_')}.py"))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read the code, if there is some for this template."""
        try:
            with Path(bucket.key).open("rb") as file:
                bucket.load_bytecode(file)
        except Exception:  # noqa: BLE001 - whatever stands there, the template is compiled
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the code, if that may be."""
        if sys.dont_write_bytecode:
            return
        path = Path(bucket.key)
        own = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(exist_ok=True)
            with own.open("xb") as file:
                bucket.write_bytecode(file)
            own.replace(path)
        except OSError:
            with suppress(OSError):
                own.unlink()

"""Files that lie in a package; `importlib.resources` loads tempfile, zipfile and more to read one."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path

__all__ = ["resource_names", "resource_text"]


@cache
def resource_text(package: str, name: str) -> str:
    """Return the text of a file that lies in a package, in UTF-8.

    Args:
        package: dotted name of the package.
        name: of the file.

    Raises:
        OSError: there is no such file.
    """
    data = pkgutil.get_data(package, name)
    assert data is not None
    return data.decode("utf-8")


def resource_names(package: str, ending: str) -> list[str]:
    """Return names of the files in a package that end so, sorted."""
    return sorted(path.name for folder in import_module(package).__path__ for path in Path(folder).iterdir() if path.name.endswith(ending))

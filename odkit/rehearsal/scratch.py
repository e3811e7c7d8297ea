"""The one folder of a rehearsal: 0700, locked while it is used, and removed by the next rehearsal when its own was killed."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Scratch", "die_with_parent"]

_PREFIX = "odkit-rehearsal-"
_LOCK = "lock"
_PR_SET_PDEATHSIG = 1  # prctl(2); Linux alone


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies, even by SIGKILL; for Popen's preexec_fn.  It does nothing but on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


class Scratch:
    """A folder for everything that a rehearsal writes.

    Attributes:
        folder: its path.
        removed: folders of rehearsals that were killed, which this one has removed.
    """

    def __init__(self) -> None:
        base = Path(tempfile.gettempdir())
        self.removed = [path for path in sorted(base.glob(f"{_PREFIX}*")) if _stale(path)]
        for path in self.removed:
            shutil.rmtree(path, ignore_errors=True)
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _stale(path: Path) -> bool:
    """Tell whether it is a folder of ours that nobody holds any more."""
    try:
        info = path.lstat()
        if path.is_symlink() or not path.is_dir() or info.st_uid != os.getuid():
            return False
        handle = os.open(path / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False  # without a lock it is not ours, or is being made at this moment
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True

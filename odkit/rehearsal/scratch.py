"""The one folder of a rehearsal: 0700, locked while it is used, and removed by the next rehearsal when its own was killed."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["Scratch", "leashed"]

_PREFIX = "odkit-rehearsal-"
_LOCK = "lock"
_ATTEMPTS, _PAUSE = 20, 0.1  # at removing a folder, and seconds between two
# who died before the leash was on is not noticed by the kernel
_IF_IT_LIVES = '[ "$PPID" = "$0" ] && exec "$@"'
# the first terminal that the leader of a session opens is its controlling one (tty_ioctl(4), TIOCSCTTY)
_ON_TERMINAL = '[ "$PPID" = "$0" ] && exec 0<>"$1" && shift && exec "$@"'
_PR_SET_PDEATHSIG = 1  # prctl(2); Linux alone


def leashed(words: Sequence[str], *, terminal: str = "") -> tuple[list[str], Callable[[], None] | None]:
    """Return how to start a program that the kernel kills when this process dies, even by SIGKILL: words, and what Popen's preexec_fn does.

    util-linux does it where it is; a preexec_fn makes Popen copy this whole process, which takes longer than most programs that it starts.

    Args:
        words: program and arguments.
        terminal: path of the terminal that is standard input, and is to be the controlling one of the session that Popen makes.
    """
    setpriv = _setpriv()
    if setpriv is not None:
        leash = [setpriv, "--pdeathsig", "KILL", "/bin/sh", "-c", _ON_TERMINAL if terminal else _IF_IT_LIVES, str(os.getpid())]
        return [*leash, *([terminal] if terminal else ()), *words], None
    return list(words), _take_terminal if terminal else _die_with_parent


@cache
def _setpriv() -> str | None:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return None
    done = subprocess.run([setpriv, "--pdeathsig", "KILL", "true"], capture_output=True, check=False, stdin=subprocess.DEVNULL)
    return setpriv if done.returncode == 0 else None


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    _die_with_parent()


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
            _remove(path)
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # it is held before it has the name by which others know that a folder nobody holds was left
        new = self.folder / f"{_LOCK}.new"
        self._lock = os.open(new, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        new.rename(self.folder / _LOCK)

    def close(self) -> None:
        """Remove the folder."""
        _remove(self.folder)
        with contextlib.suppress(OSError):
            os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _remove(folder: Path) -> None:
    """Remove a folder, its lock last: whoever is killed at it leaves a folder that the next rehearsal knows."""
    for attempt in range(_ATTEMPTS):
        others = [path for path in folder.glob("*") if path.name != _LOCK]
        if not others:
            break
        time.sleep(_PAUSE if attempt else 0)  # a program that was interrupted may have written while it was removed
        for path in others:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink()
    shutil.rmtree(folder, ignore_errors=True)


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

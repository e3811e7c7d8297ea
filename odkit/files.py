"""Files: written whole or not at all, 0600, never through a link; and small ones read whole.

The method of visudo, restic and borg: a temporary file in the same folder, fsync, rename, fsync of the folder.  A target that
is anything but absent or an ordinary file with one name is refused: `kdb5_util dump /dev/null`, which does not look, replaces
the device by a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path

from odkit.errors import InputError, RefusedError, UsageError
from odkit.patterns import compiled
from odkit.text import escape

__all__ = ["FOLDER_MARK", "OutputFolder", "read_whole", "write_file"]

_LEFT_OVER = compiled(r"\..*\.[0-9a-f]{8}\.odkit-tmp").fullmatch
FOLDER_MARK = "ODKIT-FILES"  # names the files of odkit in a folder, so that --force clears those and no others


def _unwritten(path: Path, error: OSError | ValueError) -> RefusedError:
    """Return what to say of a path that cannot be written; where the disk is full, another path may be no better."""
    full = getattr(error, "errno", None) in {errno.ENOSPC, errno.EDQUOT}
    why = getattr(error, "strerror", None) or error
    return RefusedError(f"{escape(str(path))}: cannot be written: {why}{'' if full else '; give another path'}")


def _refuse_odd_target(path: Path) -> None:
    try:
        info = path.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:  # a part of the path is a file, a name is too long, a NUL
        raise _unwritten(path, error) from error
    if not stat.S_ISREG(info.st_mode):
        raise RefusedError(f"{escape(str(path))}: not an ordinary file; odkit does not write through links, devices or FIFOs")
    if info.st_nlink > 1:
        raise RefusedError(f"{escape(str(path))}: has {info.st_nlink} hard links; writing it would change a file elsewhere")


def write_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write ``data`` to ``path`` whole or not at all.

    Args:
        path: target; its folder must exist.
        data: the content, at once or in pieces.

    Raises:
        RefusedError: the target is a link, a device, a FIFO, has several hard links, or cannot be written.
    """
    _write_whole(path, data)
    _sync_folder(path.parent)


def _write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    _refuse_odd_target(path)
    temporary = path.parent / f".{path.name}.{os.urandom(4).hex()}.odkit-tmp"
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                if isinstance(data, bytes):
                    file.write(data)
                else:
                    file.writelines(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise _unwritten(path, error) from error


def _sync_folder(path: Path) -> None:
    """Make the names in a folder last: after a crash what was renamed has its new name."""
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise _unwritten(path, error) from error


def read_whole(path: Path, *, most: int | None = None, what: str = "") -> bytes:
    """Return the content of a small file.

    Args:
        path: of the file.
        most: bytes that it may have; None for any number.
        what: a file of more bytes is none of these, for the message.

    Raises:
        InputError: it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            data = file.read() if most is None else file.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(str(path), None, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if most is not None and len(data) > most:
        raise InputError(str(path), None, f"larger than {most >> 20} MiB; this is no {what}")
    return data


class _Held:
    """The lock of a folder: this process has it as long as the object is there.

    Args:
        handle: the folder, opened; it is closed at the end.
    """

    def __init__(self, handle: int) -> None:
        weakref.finalize(self, os.close, handle)


_held: weakref.WeakValueDictionary[tuple[int, int], _Held] = weakref.WeakValueDictionary()  # by device and inode


def _hold(path: Path) -> _Held:
    """Keep other processes from writing into a folder: two plans would be mixed.

    Raises:
        RefusedError: another one writes into it.
    """
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    new = _Held(handle)
    info = os.fstat(handle)
    known = _held.setdefault((info.st_dev, info.st_ino), new)
    if known is new:
        from fcntl import LOCK_EX, LOCK_NB, flock  # by few commands

        try:
            flock(handle, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            del _held[info.st_dev, info.st_ino]
            raise RefusedError(f"{escape(str(path))}: another run of odkit writes into it; give the path of a new one") from None
        except OSError:  # a file system without such locks
            pass
    return known


class OutputFolder:
    """A folder that odkit fills: new or empty, or emptied of odkit's own files.

    Args:
        path: made with mode 0700 when missing; its parent must exist.
        force: clear the files that the folder's mark lists first (and nothing else).
        can_force: whether the caller's user can ask for that; the message says so.

    Raises:
        RefusedError: the path is no folder, holds something that is not odkit's, cannot be made, or another process writes into it.
    """

    def __init__(self, path: Path, *, force: bool = False, can_force: bool = True) -> None:
        self.path = path
        self._names: list[str] = []
        try:
            if not path.is_symlink():
                path.mkdir(mode=0o700, exist_ok=True)
            if path.is_symlink() or not path.is_dir():
                raise RefusedError(f"{escape(str(path))}: is not a folder; give the path of a new one")
            self._held = _hold(path)
            if force:
                self._clear()
            left = sorted(p.name for p in path.iterdir())
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise RefusedError(f"{escape(str(path))}: cannot be made: {why}; give a new one in a folder that is there") from error
        if left:
            hint = "choose a new one, or give --force to replace odkit's files" if can_force else "give the path of a new one"
            hint = "it holds files that are not odkit's" if force else hint
            raise RefusedError(f"{escape(str(path))}: the folder is not empty ({escape(left[0])} …); {hint}")

    def _clear(self) -> None:
        mark = self.path / FOLDER_MARK
        if mark.is_symlink() or not mark.is_file():
            return
        names = mark.read_text("utf-8", "surrogateescape").split("\n")[:-1]
        own = {FOLDER_MARK, *names}
        for found in sorted(self.path.rglob("*")):
            name = str(found.relative_to(self.path))
            if _LEFT_OVER(found.name) and found.is_file() and not found.is_symlink():
                names.append(name)  # of a run that was killed
            elif name not in own and (found.is_symlink() or not found.is_dir()):
                raise RefusedError(
                    f"{escape(str(self.path))}: holds {escape(name)}, which is not odkit's; nothing was touched. Choose a new folder: "
                    "a backup made by a script needs the scripts of its own plan"
                )
        folders: set[Path] = set()
        for name in names:
            target = self.path / name
            if ".." in Path(name).parts or Path(name).is_absolute():
                raise RefusedError(f"{escape(str(mark))}: names a file outside the folder ({escape(name)})")
            if any(parent.is_symlink() for parent in target.parents if parent != self.path and self.path in parent.parents):
                raise RefusedError(f"{escape(str(target))}: a folder on the way is a link")
            if target.is_symlink() or target.is_file():
                _refuse_odd_target(target)
                target.unlink()
                folders.add(target.parent)
        for folder in sorted(folders - {self.path}, reverse=True):
            with contextlib.suppress(OSError):
                folder.rmdir()
        mark.unlink()

    def write(self, name: str, data: bytes | Iterable[bytes]) -> Path:
        """Write one file of the folder, at once or in pieces; ``name`` may hold a subfolder, which is made with mode 0700.

        Raises:
            UsageError: the name leads out of the folder.
            RefusedError: it cannot be written.
        """
        return self.write_all([(name, data)])[0]

    def write_all(self, files: Sequence[tuple[str, bytes | Iterable[bytes]]]) -> list[Path]:
        """Write several files, see `write`: the mark and each folder reach the disk once and not for each file.

        Args:
            files: names and contents.

        Raises:
            UsageError: a name leads out of the folder; nothing was written.
            RefusedError: a file cannot be written; those before it were.
        """
        targets = [self._target(name) for name, _ in files]
        self._names += [name for name, _ in files]
        # the mark is written first: after a crash --force still knows what to clear
        write_file(self.path / FOLDER_MARK, "".join(f"{n}\n" for n in self._names).encode())
        try:
            for target, (_, data) in zip(targets, files, strict=True):
                self._make_folders(target)
                _write_whole(target, data)
        finally:
            for folder in dict.fromkeys(target.parent for target in targets):
                if folder.is_dir():
                    _sync_folder(folder)
        return targets

    def _target(self, name: str) -> Path:
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise UsageError(f"not a name inside the folder: {name!r}")
        return self.path / name

    def _make_folders(self, target: Path) -> None:
        try:
            for folder in reversed([parent for parent in target.parents if self.path in parent.parents]):
                with contextlib.suppress(FileExistsError):
                    folder.mkdir(mode=0o700)
        except (OSError, ValueError) as error:
            raise _unwritten(target, error) from error

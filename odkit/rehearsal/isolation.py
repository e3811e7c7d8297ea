"""A rehearsal with keys alone with itself: its own network, and a folder in memory that nobody else sees and that dies with it.

Linux alone (namespaces(7)): the loopback interface of a new network namespace, and a tmpfs that is mounted in a mount namespace.  Both are
gone with the last process in them, be it by kill -9.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
import sys
from pathlib import Path

from odkit.errors import LiveError
from odkit.text import escape

__all__ = ["isolate", "mount_over", "unmount"]

_NEW_MOUNTS, _NEW_NETWORK, _NEW_USER = 0x00020000, 0x40000000, 0x10000000  # sched.h CLONE_NEW*
_PRIVATE, _NO_SUID, _NO_DEVICES = 0x4000 | 1 << 18, 2, 4  # sys/mount.h MS_REC | MS_PRIVATE, MS_NOSUID, MS_NODEV
_BIND = 4096  # sys/mount.h MS_BIND
_DETACH = 2  # sys/mount.h MNT_DETACH
_SET_FLAGS = 0x8914  # SIOCSIFFLAGS
_UP = 0x1 | 0x40  # IFF_UP | IFF_RUNNING


def unmount(folder: Path) -> None:
    """Take the tmpfs of `isolate` away again, with all that is in it."""
    ctypes.CDLL(None, use_errno=True).umount2(os.fsencode(folder), _DETACH)


def mount_over(place: Path, folder: Path) -> None:
    """Show a folder in place of another one, to this process and its children alone; after `isolate`.

    Args:
        place: the folder that is hidden.
        folder: the one that is seen there.

    Raises:
        LiveError: the kernel refuses it.
    """
    library = ctypes.CDLL(None, use_errno=True)
    _check(library.mount(os.fsencode(folder), os.fsencode(place), None, _BIND, None), f"a mount on {place}")


def isolate(folder: Path) -> None:
    """Move this process, and all that it starts from now on, into namespaces of its own, with a tmpfs on a folder.

    Args:
        folder: empty; what is written into it from now on is in memory, and seen by this process and its children alone.

    Raises:
        LiveError: that is not to be had here; the message says why.
    """
    if sys.platform != "linux":
        raise LiveError("namespaces exist on Linux only")
    library = ctypes.CDLL(None, use_errno=True)
    own = (os.geteuid(), os.getegid())
    flags = _NEW_MOUNTS | _NEW_NETWORK | (0 if own[0] == 0 else _NEW_USER)
    _check(library.unshare(flags), "namespaces")
    if flags & _NEW_USER:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {own[0]} 1")
        Path("/proc/self/gid_map").write_text(f"0 {own[1]} 1")
    _check(library.mount(b"none", b"/", None, _PRIVATE, None), "a private mount namespace")
    where = os.fsencode(folder)
    _check(library.mount(b"tmpfs", where, b"tmpfs", _NO_SUID | _NO_DEVICES, b"mode=0700"), "a tmpfs")
    with socket.socket() as handle:
        fcntl.ioctl(handle, _SET_FLAGS, struct.pack("16sh22x", b"lo", _UP))


def _check(result: int, what: str) -> None:
    if result:
        raise LiveError(f"{what}: {escape(os.strerror(ctypes.get_errno()))}")

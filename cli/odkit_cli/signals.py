"""Signals that end a process: what it has begun is tidied up, as after Ctrl-C, and whoever waits for it sees what ended it."""

from __future__ import annotations

import os
import signal

__all__ = ["end_by", "unwind_on_signals"]


def unwind_on_signals() -> list[int]:
    """Let SIGTERM and SIGHUP raise KeyboardInterrupt, unless the caller has them ignored, as nohup does.

    Returns:
        The list that has their numbers when they have come.
    """
    came: list[int] = []

    def unwind(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends it at once
        came.append(number)
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, unwind)
    return came


def end_by(number: int) -> None:
    """End this process by a signal."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)

"""Running a program on a terminal of its own, and answering its password prompts."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from odkit.dataclass import dataclass
from odkit.errors import LiveError
from odkit.patterns import regex
from odkit.rehearsal.scratch import leashed

__all__ = ["Session", "run_on_terminal"]

_PROMPT = regex(rb"(?i)password:? ?\Z")
_ASKED = regex(rb"to go on, type: ([^\r\n]+)\r?\n\Z")


@dataclass(frozen=True, slots=True)
class Session:
    """What a program did on its terminal.

    Attributes:
        status: exit status.
        output: everything that it wrote there, line ends as LF.
        prompts: how often it asked for a password.
    """

    status: int
    output: str
    prompts: int


def run_on_terminal(
    words: Sequence[str],
    *,
    env: Mapping[str, str],
    password: str,
    cwd: Path | None = None,
    timeout: float = 120,
    confirm: str | None = None,
) -> Session:
    """Run a program with a pseudo terminal as its controlling terminal, input and output.

    Args:
        words: program and arguments.
        env: environment.
        password: typed at every password prompt.
        cwd: folder to start in.
        timeout: seconds.
        confirm: typed where a runbook's script asks for a word; None types the word that it asks for.

    Raises:
        LiveError: it does not end in time.
    """
    leader, follower = os.openpty()
    try:
        leash, preexec = leashed(words, terminal=os.ttyname(follower))
        process = subprocess.Popen(
            leash,
            env=dict(env),
            cwd=cwd,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
            preexec_fn=preexec,  # noqa: PLW1509 - nothing of ours runs threads
        )
        os.close(follower)
        follower = -1
        try:
            output, prompts = _converse(process, leader, password, timeout, confirm)
            with contextlib.suppress(subprocess.TimeoutExpired):  # it has closed its terminal
                process.wait(10)
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # a group of its own: whatever it has left running goes with it
            process.wait()
    finally:
        os.close(leader)
        if follower >= 0:
            os.close(follower)
    return Session(process.wait(), output.replace(b"\r\n", b"\n").decode("utf-8", "backslashreplace"), prompts)


def _converse(process: subprocess.Popen[bytes], leader: int, password: str, timeout: float, confirm: str | None) -> tuple[bytes, int]:
    output = b""
    prompts = 0
    answered = 0
    until = time.monotonic() + timeout
    while True:
        if time.monotonic() > until:
            raise LiveError(f"{process.args!r} does not end within {timeout:g} seconds")
        ended = process.poll() is not None  # asked before the terminal is: what it wrote at its end is there then
        ready, _, _ = select.select([leader], [], [], 0 if ended else 0.05)
        if not ready:
            if ended:
                return output, prompts
            continue
        try:
            data = os.read(leader, 65536)
        except OSError:  # the last program has closed the terminal
            return output, prompts
        if not data:
            return output, prompts
        output += data
        if _PROMPT.search(output[answered:]):
            prompts += 1
            answered = len(output)
            os.write(leader, password.encode() + b"\n")
        asked = _ASKED.search(output[answered:])
        if asked:
            answered = len(output)
            os.write(leader, (asked[1] if confirm is None else confirm.encode()) + b"\n")

"""A process for each domain: a copy of the first one, which ends alone, whatever becomes of the others, and at the latest with it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from odkit.dataclass import dataclass
from odkit_cli import exits
from odkit_cli.endings import status_of
from odkit_cli.signals import end_by, unwind_on_signals

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

    from _typeshed import ReadableBuffer

    from odkit.directory.domains import Domain

__all__ = ["Done", "Work", "all_done"]

Work = Callable[[tuple[str, ...]], object]

_TIDYING: Final = 2.0  # seconds
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOST: Final = 99  # status of a process whose answer could not be written; no command ends with it


@dataclass(frozen=True, slots=True)
class Done:
    """A domain that its process has ended with.

    Attributes:
        files: of the domain.
        status: of the process; 2 where it was killed, or could not write its answer.
        out, err: what it printed.
        remark: what is said beside that; "" for nothing.
        answered: whether it came to its end.
    """

    files: tuple[str, ...]
    status: int
    out: Path
    err: Path
    remark: str = ""
    answered: bool = True

    @property
    def name(self) -> str:
        """The files, as they are shown."""
        from odkit.text import escape

        return ", ".join(map(escape, self.files))

    def messages(self) -> list[str]:
        """Return the lines on standard error."""
        found = self.err.read_text("utf-8", "replace").splitlines() if self.err.exists() else []
        return [*found, f"odkit: {self.remark}"] if self.remark else found

    def has_answer(self) -> bool:
        """Tell whether it printed an answer, and all of it."""
        return self.answered and self.out.exists() and self.out.stat().st_size > 0

    def forget(self) -> None:
        """Remove what it printed."""
        for path in (self.out, self.err):
            path.unlink(missing_ok=True)


def all_done(
    domains: Sequence[Domain], work: Work, jobs: int, folder: Path, progress: Callable[[Sequence[str], int], object]
) -> Generator[Done]:
    """Yield the domains in their order, each as soon as it and all before it have ended.

    Args:
        domains: all of them.
        work: is called with the files of one, in its process.
        jobs: number of processes at a time.
        folder: for what they print.
        progress: is called with the names of those in work and the number of those that have ended.
    """
    from multiprocessing.connection import wait

    running: dict[object, tuple[int, ForkProcess]] = {}  # by what tells that it has ended
    done: dict[int, Done] = {}
    begun = shown = 0
    try:
        while shown < len(domains):
            while begun < len(domains) and len(running) < jobs:
                if domains[begun].trouble:
                    done[begun] = _in_trouble(domains[begun], folder / str(begun))
                else:
                    with _signals_later():
                        process = _start(work, domains[begun].files, folder / str(begun))
                        running[process.sentinel] = begun, process
                begun += 1
            progress([domains[number].files[0] for number, _ in running.values()], shown + len(done))
            # nothing runs when only domains in trouble were left; waiting for nothing has no end
            ended: list[object] = []
            while running and not ended:
                # a signal that comes on the way into this is seen when it ends
                ended = list(wait([process.sentinel for _, process in running.values()], 1.0))
            for sentinel in ended:
                number, process = running.pop(sentinel)
                done[number] = _ended(process, domains[number].files, folder / str(number))
            while shown in done:
                yield done.pop(shown)
                shown += 1
    finally:
        for _, process in running.values():
            process.terminate()
        for _, process in running.values():
            _await_end(process)


@contextmanager
def _signals_later() -> Iterator[None]:
    """Hold back what ends a process while it makes another: Python forgets in the new one what had come before it was whole."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _await_end(process: ForkProcess) -> None:
    """Wait for a process that was told to end: the first signal lets it tidy up, but may come on its way into a read that waits."""
    process.join(_TIDYING)
    while process.is_alive():
        process.terminate()
        process.join(_TIDYING)


def _in_trouble(domain: Domain, path: Path) -> Done:
    from odkit.text import escape

    remark = f"{escape(domain.files[0])}: {domain.trouble}"
    return Done(domain.files, exits.TROUBLE, *_outputs(path), remark, answered=False)


def _ended(process: ForkProcess, files: tuple[str, ...], path: Path) -> Done:
    """Return what a process has left."""
    from odkit.text import escape

    process.join()
    status = process.exitcode or 0
    process.close()
    if status == exits.INTERRUPTED:
        status = -signal.SIGINT
    if status >= 0 and status != _LOST:
        return Done(files, status, *_outputs(path))
    if status == _LOST:
        why = f"its answer cannot be written into {escape(str(path.parent))}; make room there, and run the command again for this export"
    else:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
        why = f"its process was killed ({name}); run the command again for this export"
    remark = f"{escape(files[0])}: {why}"
    return Done(files, exits.TROUBLE, *_outputs(path), remark, answered=False)


def _outputs(path: Path) -> tuple[Path, Path]:
    return path.with_suffix(".out"), path.with_suffix(".err")


def _start(work: Work, files: tuple[str, ...], path: Path) -> ForkProcess:
    """Start the process of a domain: a copy of this one, in which the modules are loaded already."""
    from multiprocessing import get_context

    sys.stdout.flush()
    sys.stderr.flush()
    process = get_context("fork").Process(target=_work_alone, args=(work, files, path))
    process.start()
    return process


def _work_alone(work: Work, files: tuple[str, ...], path: Path) -> NoReturn:
    """Do the work of one domain, in its own process: what is printed, by whatever code, goes to the files."""
    _end_with_the_first_one(path.parent)
    context = click.get_current_context()
    came = unwind_on_signals()
    status = _LOST
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        out, err = (_Kept(each, "wb") for each in _outputs(path))
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(out), sys.stdout.encoding, sys.stdout.errors)
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(err), "utf-8", "backslashreplace", line_buffering=True)

        def alone() -> int:
            work(files)
            return exits.FINE

        found = status_of(alone, debug=context.find_root().obj["debug"])
        sys.stdout.flush()
        sys.stderr.flush()
        if not out.failed and not err.failed:
            status = found
    except KeyboardInterrupt:
        status = exits.INTERRUPTED
    finally:
        _leave(status, came, path.parent)


def _leave(status: int, came: Sequence[int], folder: Path) -> NoReturn:
    """End this process; where the first one is gone, its folder goes, too."""
    from multiprocessing import parent_process

    first = parent_process()
    assert first is not None
    if os.getppid() != first.pid:  # the thread that waits for that may not have had its turn
        shutil.rmtree(folder, ignore_errors=True)
    if came:
        end_by(came[-1])
    os._exit(status)


class _Kept(io.FileIO):
    """A file that knows whether all that was written is in it."""

    failed = False

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data)
        except OSError:
            self.failed = True
            raise


def _end_with_the_first_one(folder: Path) -> None:
    """End this process as soon as the first one has ended, by kill -9 for example: nobody waits for its answer any more.

    Args:
        folder: of the answers, which the first process would have taken away.
    """
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    first = parent_process()
    assert first is not None

    def watch() -> None:
        wait([first.sentinel])
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(exits.TROUBLE)

    threading.Thread(target=watch, daemon=True).start()

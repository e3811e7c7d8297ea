"""Shared fixtures: the folders of the cases, the profile of hypothesis, missing servers."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import gc
import inspect
import math
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
MART = ROOT / "fixtures" / "medical-mart"
# the exports of fixtures/ by folder
FIXTURES = {
    str(folder.relative_to(ROOT / "fixtures")): sorted(folder.glob("*.ldif"))
    for folder in sorted({path.parent for path in (ROOT / "fixtures").rglob("*.ldif")})
}
SYSTEM_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

# the same examples in every run; the inner loop, script/check without arguments, is "quick" and sees a fifth of them; "explore" looks for
# new ones, thirty times as many
EFFORT = {"odkit": 1.0, "quick": 0.2, "explore": 30.0}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "odkit")
settings.register_profile(
    PROFILE,
    max_examples=round(100 * EFFORT[PROFILE]),
    derandomize=PROFILE != "explore",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(PROFILE)

gc.disable()  # until all tests are collected
T = TypeVar("T")
_case: list[object] = []  # at which `in_turn` is


def effort(cases: int, together: int = 1) -> settings:
    """How many cases a law gets from script/test: as many as its known faults need to be found; a fifth in the inner loop.

    So many of them are one example of hypothesis, the first of which is the smallest, and one case alone.
    """
    wanted = max(round(cases * EFFORT[PROFILE]), min(cases, 5))
    return settings(max_examples=wanted if together == 1 else 1 + math.ceil(wanted / together))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--targets", action="store_true", help="run tests/targets, too, which need more servers (script/setup-tests --targets)"
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A tier that was not asked for is not collected, so that nothing of it is skipped."""
    if collection_path == ROOT / "tests" / "targets" and not config.getoption("--targets"):
        return True
    return None


def in_memory() -> Path | None:
    """A folder in memory, where that has room and runs programs: a disk lets wait for each file that is deleted, and for each database."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK | os.X_OK):
        return None
    room = os.statvfs(memory)
    return memory if room.f_bavail * room.f_frsize >= 1 << 30 and not room.f_flag & os.ST_NOEXEC else None


def pytest_configure(config: pytest.Config) -> None:
    """Let signals end what the tests start, folders of tests be in memory, and the workers know what is compiled."""
    # nohup, and a shell's `&`, have these ignored: a program that inherits it, or a shell with its traps, could not be interrupted at all
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if not hasattr(config, "workerinput"):
        # what further servers leave is too much for memory
        memory = None if config.getoption("--targets") else in_memory()
        if memory is not None:
            os.environ["TMPDIR"] = tempfile.tempdir = str(memory)
        # pytest keeps its own form of the tests beside Python's
        kept = not sys.dont_write_bytecode
        cold = kept and not any((ROOT / "tests" / "unit" / "__pycache__").glob("*-pytest-*"))
        os.environ["ODKIT_TESTS_COLD"] = "1" if cold else ""


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """On a fresh clone the first worker compiles the tests, and the others read what it wrote, instead of all compiling all of them."""
    with contextlib.ExitStack() as stack:
        if hasattr(session.config, "workerinput") and os.environ.get("ODKIT_TESTS_COLD"):
            fcntl.flock(stack.enter_context(Path(__file__).open()), fcntl.LOCK_EX)
        return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """A worker tells of a test that passes in one message: that it begins, is set up, taken down and ends are four that change nothing."""
    asked = item.config.getoption
    if not hasattr(item.config, "workerinput") or asked("durations") is not None or asked("xmlpath"):
        return None
    reports = runtestprotocol(item, log=False, nextitem=nextitem)
    passed = all(report.passed for report in reports)
    for report in reports:
        if report.when == "call" or not passed:
            item.ihook.pytest_runtest_logreport(report=report)
    return True


def needs(*programs: str) -> None:
    """Skip where a program is missing on somebody's laptop; fail where CI has to have it."""
    missing = [name for name in programs if shutil.which(name, path=SYSTEM_PATH) is None]
    if not missing:
        return
    _cannot(f"missing: {', '.join(missing)}; as root, script/setup-tests installs them")


def needs_root() -> None:
    """Skip where somebody runs the tests as himself; fail where CI has to be root: namespaces and mounts are for root alone."""
    if os.geteuid() != 0:
        _cannot("namespaces and mounts need root")


def needs_proc() -> None:
    """Skip where somebody's laptop has no /proc, in which a test finds the processes of another; fail where CI has to have it."""
    if not Path("/proc/self/task").exists():
        _cannot("the processes of a process are found in /proc")


def _cannot(message: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def in_turn(cases: Iterable[T]) -> Iterator[T]:
    """The cases one after the other, within one test, which takes pytest longer than many a case.  A failure names its case."""
    for case in cases:
        _case[:] = [case]
        yield case
    _case.clear()


def each_in_turn(names: str, cases: Iterable[object]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """As ``pytest.mark.parametrize``, but one test: for tables of cases that take less time than pytest does with each.  All are tried.

    Args:
        names: of the test's arguments, with commas between them.
        cases: a value each, or with several names a tuple of values.
    """
    named = names.replace(" ", "").split(",")
    listed = [case if isinstance(case, tuple) and len(named) > 1 else (case,) for case in cases]
    assert listed, "there are no cases"

    def of_all(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def all_of_them(*own: object, **fixtures: object) -> None:
            failures: list[Exception] = []
            for case in listed:
                try:
                    test(*own, **fixtures, **dict(zip(named, case, strict=True)))
                except Exception as error:  # noqa: BLE001  # whatever makes a test fail
                    error.add_note(f"in the case {case!r}")
                    failures.append(error)
            if failures:
                raise failures[0] if len(failures) == 1 else ExceptionGroup(f"{len(failures)} of {len(listed)} cases", failures)

        asked = inspect.signature(test)
        fixtures = [each for each in asked.parameters.values() if each.name not in named]
        all_of_them.__signature__ = asked.replace(parameters=fixtures)  # type: ignore[attr-defined]  # what pytest looks at
        return all_of_them

    return of_all


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say which case of `in_turn` has failed."""
    from conftest import _case  # tests import this module by this name, and pytest by another: two modules with a list each

    report = yield
    if report.when == "call":
        if report.failed and _case:
            report.sections.append(("in the case", str(_case[0])))
        _case.clear()
    return report


def pytest_collection_finish() -> None:
    """Let the garbage collector leave what was made before the first test: it stays to the end, and takes a fifth of all time to look at."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """pytest has collected the garbage of all tests, and looks a second time for what came since: what is left need not be looked at again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nothing_waits_for_the_disk() -> Iterator[None]:
    """What tests write has to outlive no power cut: a file that is made to last is known to be open, and a tenth of the time is saved."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)
        yield


@pytest.fixture
def mart() -> Path:
    """The folder of the made-up company."""
    return MART


@pytest.fixture
def retired() -> list[str]:
    """Its ten retired servers."""
    return (MART / "retired.txt").read_text().split()

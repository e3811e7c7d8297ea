"""Large and odd inputs: no step is worse than linear, memory is bounded, caps are said clearly.  Ratios only, never absolute times."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

import odkit
from odkit import ldif
from odkit.directory import Need

_COLUMNS = [name for name in get_args(Need) if name not in {"lines", "digest"}]
BLANKS = b"dn: a=b" + b" " * 4000 + b",c\ncn: a\n\n"


def lines(size: int) -> bytes:
    return b"dn: cn=a,cn=users,dc=x\n" + (b"description: " + b"x" * 60 + b"\n") * (size // 74) + b"\n"


def folded(size: int) -> bytes:
    return b"dn: cn=a,cn=users,dc=x\ndescription: " + b"x" * 60 + (b"\n " + b"y" * 76) * (size // 78) + b"\n\n"


def packed(size: int) -> bytes:
    return b"dn: cn=a,cn=users,dc=x\napple-user-homeurl:: QUJD" + (b"\n " + b"QUJD" * 19) * (size // 78) + b"\n\n"


def one_line(size: int) -> bytes:
    return b"dn: cn=a,cn=users,dc=x\ndescription: " + b"x" * size + b"\n\n"


def members(size: int) -> bytes:
    return b"dn: cn=g,cn=groups,dc=x\n" + b"".join(b"memberUid: user%07d\n" % i for i in range(size // 23)) + b"\n"


def tiny(size: int) -> bytes:
    return b"".join(b"dn: cn=u%07d,cn=users,dc=x\ncn: a\n\n" % i for i in range(size // 38))


def blank_lines(size: int) -> bytes:
    return b"dn: cn=a,cn=users,dc=x\ncn: a\n" + b"\n" * size


def comments(size: int) -> bytes:
    return b"# c\n" * (size // 4) + b"\ndn: cn=a,cn=users,dc=x\ncn: a\n\n"


def comments_inside(size: int) -> bytes:
    return b"dn: cn=a,cn=users,dc=x\n" + b"# c\n" * (size // 4) + b"cn: a\n\n"


def crlf(size: int) -> bytes:
    return tiny(size).replace(b"\n", b"\r\n")


SHAPES = [lines, folded, packed, one_line, members, tiny, blank_lines, comments, comments_inside, crlf]


def read(data: bytes) -> int:
    return sum(len(e.attributes) for e in ldif.read(data) if isinstance(e, ldif.Entry))


def seconds(work: Callable[[], object]) -> float:
    """CPU time, without that of a garbage collector that has to look at all that other tests have left."""
    gc.disable()
    try:
        start = time.process_time()
        work()
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.whole
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("use", [read, lambda data: odkit.open(data, needs=_COLUMNS)], ids=["read", "open"])
def test_cost_grows_with_the_size(shape: Callable[[int], bytes], use: Callable[[bytes], object]) -> None:
    """What is quadratic takes a second at a megabyte; what takes long for a part of that is measured better, and so judged at a quarter."""
    slow = seconds(lambda: use(shape(1 << 17))) > 0.02
    size, limit = (1 << 18, 16) if slow else (1 << 20, 32)  # quadratic would be 64; caches that others use, too, make linear work up to 24
    small, large = shape(size >> 3), shape(size)
    assert 6 < len(large) / len(small) < 10
    tried = []
    for _ in range(5):  # the machine may be busy with something else, too
        tried.append(seconds(lambda: use(large)) / max(seconds(lambda: use(small)), 1e-3))
        if tried[-1] < limit:
            return
    pytest.fail(f"eight times the size takes {min(tried):.0f} times as long")


@pytest.mark.whole
def test_cost_grows_with_the_number_of_small_blocks() -> None:
    """As a pipe may give them; the reader looks at the first ones together."""

    def by_bytes(size: int) -> float:
        blocks = [bytes([each]) for each in tiny(size)]
        return max(min(seconds(lambda: [*ldif.Reader(b"").records(iter(blocks))]) for _ in range(3)), 1e-3)

    assert by_bytes(1 << 15) / by_bytes(1 << 12) < 32  # quadratic would be 64


def test_a_dn_of_blanks() -> None:
    assert read(BLANKS) == 1
    assert [f.code for f in odkit.open(BLANKS).findings if f.code == "OD101"] == ["OD101"]


@pytest.mark.whole
def test_a_record_beyond_the_cap() -> None:
    def endless() -> Iterator[bytes]:
        yield b"dn: cn=a\n"
        while True:
            yield b"x" * (1 << 22)

    with pytest.raises(odkit.InputError, match="larger than 256 MiB; this is no LDIF"):
        list(ldif.Reader(b"", name="x").records(endless()))


# a process that starts another counts its own memory as that one's (ru_maxrss survives exec), so the process tells it itself
PEAK = "print(next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM')))"


def peak(code: str, path: Path) -> float:
    """Peak memory of a Python program in MiB."""
    words = [sys.executable, "-c", f"{code}\n{PEAK}", os.fspath(path)]
    return int(subprocess.run(words, capture_output=True, check=True, text=True).stdout) / 1024


@pytest.mark.whole
def test_reading_does_not_keep_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.ldif"
    entry = (
        b"dn: uid=ann%d,cn=users,dc=x\n"
        + b"".join(b"attribute%d: value\n" % i for i in range(60))
        + b"jpegPhoto:: "
        + b"QUJD" * 1500
        + b"\n\n"
    )
    path.write_bytes(b"".join(entry.replace(b"%d", b"%d" % i) for i in range(6_000)))
    assert path.stat().st_size > 40_000_000
    bare = peak("pass", path)
    assert peak("import odkit.ldif, sys\nfor e in odkit.ldif.read(sys.argv[1]): e.attributes", path) - bare < 32
    assert peak("import odkit.ldif, sys\nfor e in odkit.ldif.read(sys.argv[1], lazy=True): pass", path) - bare < 32

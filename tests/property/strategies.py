"""Strategies for what stands in an export."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
seeds = st.integers(0, 2**48)


def drawn(make: Callable[[random.Random], T]) -> st.SearchStrategy[T]:
    """What a function draws by a seed: that takes a tenth of the time of a strategy of lists; a case that fails is told, but made no smaller."""
    return seeds.map(lambda seed: make(random.Random(seed)))


TOGETHER = 10
_SEED = 6  # bytes


def together(make: Callable[[random.Random], T]) -> st.SearchStrategy[list[T]]:
    """Ten cases that a function draws, each by a seed of its own: an example takes hypothesis longer (0.3 ms) than many a law takes for a case.

    hypothesis draws the seeds.  A seed of zeros is none, so that of the cases of an example that fails it leaves the one that fails.
    """

    def made(data: bytes) -> list[T]:
        drawn_seeds = [int.from_bytes(data[at : at + _SEED]) for at in range(0, len(data), _SEED)]
        return [make(random.Random(seed)) for seed in filter(None, drawn_seeds)] or [make(random.Random(0))]

    return st.binary(min_size=TOGETHER * _SEED, max_size=TOGETHER * _SEED).map(made)


def a_seed(rng: random.Random) -> int:
    """A seed for what draws by one."""
    return rng.getrandbits(48)


def some(rng: random.Random, of: Sequence[T], most: int, least: int = 0) -> list[T]:
    """A list of so many of them, each as often as it comes."""
    return rng.choices(of, k=rng.randint(least, most))


NASTY = [
    b"", b" ", b"  lead", b"trail ", b":", b"<", b"<file:///etc/passwd", b"#", b"\t", b"caf\xc3\xa9", b"\xff\xfe", b"a\nb", b"a\r\nb", b"a\rb",
    b"\0", b"dn: cn=x", b"version: 1", b"-", b"\xe2\x80\xa8", b"\xe2\x80\xae", b"\x1b[31m", b"a" * 200, b"\xc2\x85",
]  # fmt: skip
values = st.one_of(st.sampled_from(NASTY), st.binary(max_size=120), st.text(max_size=40).map(str.encode))
names = st.sampled_from(
    ["cn", "CN", "sn", "description", "apple-generateduid", "userCertificate;binary", "2.5.4.3", "x_y", "authAuthority"]
)
dn_values = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
attributes = st.dictionaries(names, st.lists(values, min_size=1, max_size=3), max_size=5)

# names of principals and hosts that shells, kadmin and dscl could take for something else
HOSTILE = [
    b"a b", b"a'b", b'a"b', b"$(touch x)", b"`id`", b"a\nb", b"a\0b", b"a/b", b"a@b", b"a\\b", b"*", b"?", b"[a]", b"-force", b"--", b"~",
    b"a;b", b"a&b", b"a|b", b"%s", b"%41", b"%", b"\xff", b"caf\xc3\xa9", b"\xe2\x80\xae", b"#x", b"!echo", b"\x1b[2J", b"\x03", b"\x15", b"a\tb",
    b"a\x08b", b"a\rb", b" lead", b"trail ", b"trail\\", b"x" * 500, b"y" * 1100, b"ODKIT_END", b"K", b"krbtgt", b"=ls", b"'", b"''", b'"', b'""',
]  # fmt: skip
hostile = st.one_of(st.sampled_from(HOSTILE), st.binary(min_size=1, max_size=24), st.text(min_size=1, max_size=12).map(str.encode))

# lines and pieces of lines, from which inputs of every shape are put together
LINES = [
    b"dn: cn=a", b"dn: cn=b,dc=x", b"dn:cn=c", b"dn:: Y249ZA==", b"DN: cn=e", b"cn: v", b"CN: w", b"cn:v", b"cn:", b"cn: ", b"cn:: Zm9v", b"cn:: Zm8",
    b"cn::Zm9v", b"cn:: ", b"# comment", b"#", b"\n", b"\n", b"\n", b"\r\n", b"\r", b" ", b" more", b"  two", b"version: 1", b"version: 2", b"\0",
    b"garbage", b"sn: x: y", b"2.5.4.3: o", b"cn;lang-fr: v", b"\xef\xbb\xbf", b"search: 2", b"cn: \xc3\xa9", b"cn: \xff", b"-x: 1", b"\n\n", b"\n \n",
]  # fmt: skip

# many members of a group, which are one match of the pass: nearly as many, just enough, and more; and others between them
MEMBERS = [
    [b"memberUid: ann"] * 15, [b"memberUid: ann"] * 16, [b"memberUid: u%d" % n for n in range(40)], [b"memberUid: ann", b"memberUid: "] * 8,
    [b"apple-group-memberguid: 54DCD8EB-169D-4978-88C3-4C41429CF2F3"] * 17, [b"memberUid: ann\n of\n it"] * 17, [b"memberUid: <x", b"memberUid: :"] * 9,
    [*[b"memberUid: ann"] * 9, b"memberUid:: YW5u", *[b"memberUid: \xc3\xa9"] * 17], [*[b"memberUid: bob"] * 17, b"dn: cn=second"], [b"MemberUid: a"] * 17,
    [*[b"memberUid: a"] * 17, b" memberUid: b"], [*[b"memberUid: a"] * 17, b"memberUid"], [*[b"memberUid: a"] * 17, b"control: 1"], [b"memberUid:  a"] * 17,
]  # fmt: skip
MANY = [b"\n".join(lines) for lines in MEMBERS]


def blocks(data: bytes, size: int) -> Iterator[bytes]:
    """The data in blocks of a size."""
    for at in range(0, len(data), size):
        yield data[at : at + size]


class GoesBack:
    """The data in blocks of a size, as a stream that can give bytes again."""

    def __init__(self, data: bytes, size: int) -> None:
        self._data, self._size, self._at, self._ended, self._more = data, size, 0, False, 0

    def __iter__(self) -> Iterator[bytes]:
        while self._at < len(self._data):
            start, self._at = self._at, self._at + self._size + self._more
            self._more = 0
            yield self._data[start : self._at]
        self._ended = True

    def again(self, seen: int, count: int) -> bool:
        if self._ended or seen != min(self._at, len(self._data)):
            return False
        self._at, self._more = seen - count, count
        return True

"""Files that came in a form that is not theirs: packed and damaged, packed twice, with the line ends of another system."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import pytest

import odkit
from conftest import MART, each_in_turn, in_turn
from odkit.errors import InputError

EXPORT = (MART / "leftover" / "export.ldif").read_bytes()
LIST = (MART / "leftover" / "listprincs.txt").read_bytes()
READERS: tuple[Callable[[bytes], object], ...] = (odkit.open, odkit.read_principals)
PACKED = gzip.compress(EXPORT, mtime=0)


def at(index: int, data: bytes) -> bytes:
    """The packed export with other bytes at a place."""
    return PACKED[:index] + data + PACKED[index + len(data) :]


@each_in_turn(
    "data, why",
    [
        (at(len(PACKED) // 2, bytes([PACKED[len(PACKED) // 2] ^ 255])), "the gzip file is damaged"),
        (at(len(PACKED) - 8, b"\0\0\0\0"), "the gzip file is damaged"),
        (at(len(PACKED) - 4, b"\0\0\0\0"), "the gzip file is damaged"),
        (at(10, b"\xff" * 40), "the gzip file is damaged"),
        (at(2, b"\x09"), "the gzip file is damaged"),
        (PACKED[: len(PACKED) // 2], "the gzip file is cut: its end is missing"),
        (PACKED + b"and more", "something else follows its end"),
    ],
)
def test_a_packed_file_that_came_damaged_is_called_that_and_is_to_be_copied_again(data: bytes, why: str) -> None:
    for read in in_turn(READERS):
        with pytest.raises(InputError, match="copy it again") as caught:
            read(data)
        assert why in str(caught.value)


def test_what_gzip_reads_is_read() -> None:
    half = len(EXPORT) // 2
    for data in in_turn([PACKED + bytes(100), gzip.compress(EXPORT[:half]) + gzip.compress(EXPORT[half:])]):
        assert len(odkit.open(data)) == len(odkit.open(EXPORT))
    assert zlib.crc32(EXPORT).to_bytes(4, "little") == PACKED[-8:-4]


def test_what_was_packed_twice_is_called_that() -> None:
    for read in in_turn(READERS):
        with pytest.raises(InputError, match=r"packed twice.*gunzip"):
            read(gzip.compress(PACKED))


def test_lines_of_the_first_mac_os_are_called_that_with_the_way_out() -> None:
    cases: list[tuple[Callable[[bytes], object], bytes]] = [
        *zip(READERS, (EXPORT, LIST), strict=True),
        (odkit.read_principals, b"a@R\nb@R\n"),
    ]
    for read, data in in_turn(cases):
        with pytest.raises(InputError, match=r"end with CR alone.*tr '\\r' '\\n'"):
            read(data.replace(b"\n", b"\r"))

"""The one door to property lists: chooses the form, decodes, and keeps what the form's reader noted."""

from __future__ import annotations

from typing import Any

from odkit.patterns import regex
from odkit.plist._model import MAX_DEPTH, MAX_NODES, MAX_SIZE, Plist, PlistError, Reading, deviation
from odkit.plist._xml import XmlReader
from odkit.text import shorten

__all__ = ["load", "read"]

_SPACE = regex(r"[ \t\r\n]*+")
_OLD_DATA = regex(r"<[0-9A-Fa-f \t\r\n]*+>")  # no element has a name of these letters alone
_MAX_DOCUMENTS = 100
_DECLARED = regex(rb"<\?xml\b[^>]*?\bencoding=([\"'])([^\"']*)\1")
# names of IANA that CoreFoundation and Python both know; CoreFoundation knows more
_ENCODINGS = frozenset(
    {
        "us-ascii",
        "iso-8859-1",
        "iso-8859-2",
        "iso-8859-3",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-6",
        "iso-8859-7",
        "iso-8859-8",
        "iso-8859-9",
        "iso-8859-10",
        "iso-8859-13",
        "iso-8859-14",
        "iso-8859-15",
        "iso-8859-16",
        "macintosh",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "shift_jis",
        "euc-jp",
        "iso-2022-jp",
        "big5",
        "gb2312",
        "gbk",
        "gb18030",
        "euc-kr",
        "koi8-r",
        "koi8-u",
        "tis-620",
    }
)
_MARKS = ((b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def _decoded(data: bytes, reading: Reading) -> str:
    """Return the text of a document: by its mark, else by the encoding that its first line declares, else UTF-8."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "surrogateescape")
    for mark, codec in _MARKS:
        if data.startswith(mark):
            reading.note(deviation(codec[:6]))
            return _strictly(data[len(mark) :], codec, reading)
    if b"\0" in data[1:3] and len(data) % 2 == 0:
        reading.note(deviation("utf-16-without-mark"))
        return _strictly(data, "utf-16-le" if data[1] == 0 else "utf-16-be", reading)
    declared = _DECLARED.match(data)
    name = declared[2].decode("ascii", "replace").lower() if declared is not None else "utf-8"
    if name == "utf8":
        reading.note(deviation("encoding-utf8"))
    elif name in _ENCODINGS:
        return _strictly(data, "mac-roman" if name == "macintosh" else name, reading)
    elif name != "utf-8":
        reading.note(deviation("encoding-unknown"), detail=shorten(name, 40))
    return data.decode("utf-8", "surrogateescape")


def _strictly(data: bytes, codec: str, reading: Reading) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        reading.note(deviation("bytes-in-text"))
        raise PlistError("is no property list") from None  # not reached: no release reads it


def read(data: bytes, *, max_size: int = MAX_SIZE, max_nodes: int = MAX_NODES, max_depth: int = MAX_DEPTH) -> Plist:
    """Read a property list, XML, binary or old-style, as CoreFoundation does, and say what is unusual about it.

    Args:
        data: a value as it is in the directory, or a file.
        max_size: bytes.
        max_nodes: values in a document; each occurrence of a shared one counts.
        max_depth: containers inside each other.

    Returns:
        The value, its notes, and the releases that refuse it.

    Raises:
        PlistError: no release of Mac OS X reads it; it declares entities, holds itself, or exceeds a limit.
    """
    if len(data) > max_size:
        raise PlistError(f"is larger than {max_size:,} bytes")
    if not data.strip(b" \t\r\n"):
        raise PlistError("is empty")
    reading = Reading(budget=max_nodes, depth=max_depth)
    try:
        values = [_binary(data, reading)] if data.startswith(b"bplist") else _texts(data, reading)
    except RecursionError:
        raise PlistError("is nested too deeply") from None
    return Plist(values[0], data, tuple(reading.notes), tuple(values[1:]), reading.refused)


def _binary(data: bytes, reading: Reading) -> Any:
    from odkit.plist._binary import BinaryReader  # a directory holds few of them

    return BinaryReader(data, reading).read()


def _texts(data: bytes, reading: Reading) -> list[Any]:
    """Return the documents of a value: Macs read the first one."""
    text = _decoded(data, reading)
    start = _SPACE.match(text).end()  # type: ignore[union-attr]
    if text.startswith("<", start) and not _OLD_DATA.match(text, start):
        return _xml(text, start, reading)
    if text[start : start + 4].lower() == "&lt;":
        reading.note(deviation("html-escaped"))
    from odkit.plist._oldstyle import OldStyleReader  # nor of these

    value = OldStyleReader(text, reading).read()
    reading.note(deviation("old-style"))
    return [value]


def _xml(text: str, start: int, reading: Reading) -> list[Any]:
    if start:
        reading.note(deviation("space-in-front"))
    reader = XmlReader(text, reading, start)
    values = [reader.read()]
    while len(values) <= _MAX_DOCUMENTS:
        rest = _SPACE.match(text, reader.at).end()  # type: ignore[union-attr]
        if rest == len(text):
            return values
        if not text.startswith(("<?xml", "<!DOCTYPE plist", "<plist"), rest):
            reading.note(deviation("text-behind"))
            return values
        reading.note(deviation("second-document"))
        following = Reading(budget=reading.budget, depth=reading.depth)
        reader = XmlReader(text, following, rest)
        try:
            values.append(reader.read())
        except PlistError:
            return values
        reading.budget = following.budget
    raise PlistError(f"holds more than {_MAX_DOCUMENTS} documents")


def load(data: bytes) -> Any:
    """Return the value of one property list, for callers that have no use for notes.

    Raises:
        PlistError: see `read`; or there are several documents in one value.
    """
    found = read(data)
    if found.more:
        raise PlistError(f"is no property list ({len(found.more) + 1} documents in one value)")
    return found.value

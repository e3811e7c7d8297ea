"""A plain LDIF content reader, line by line, written for the tests: slow, obvious, and nobody else's code.

It understands what RFC 2849 calls ldif-content and nothing around it, and says None for whatever it does not accept.
"""

from __future__ import annotations

import base64
import binascii
import re

Plain = list[tuple[bytes, list[tuple[str, bytes]]]]

_NAME = re.compile(rb"(?:[A-Za-z][A-Za-z0-9_-]*|[0-9]+(?:\.[0-9]+)*)(?:;[A-Za-z0-9_-]+)*")


def read(data: bytes) -> Plain | None:
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    records: list[list[bytes]] = [[]]
    for line in data.split(b"\n"):
        line = line.removesuffix(b"\r")
        if not line:
            records.append([])
        elif line[0] == 0x20:
            if not records[-1]:
                return None  # nothing to continue
            records[-1][-1] += line[1:]
        else:
            records[-1].append(line)
    out: Plain = []
    for record in records:
        lines = [line for line in record if line and not line.startswith(b"#")]
        if lines and lines[0][:8].lower() == b"version:":
            if lines[0][8:].strip(b" ") != b"1":
                return None
            del lines[0]
        if not lines:
            continue
        pairs = [_pair(line) for line in lines]
        first = pairs[0]
        if first is None or first[0].lower() != "dn":
            return None
        rest = []
        for pair in pairs[1:]:
            if pair is None or pair[0].lower() in {"dn", "changetype", "control"}:
                return None
            rest.append(pair)
        try:
            first[1].decode()
        except UnicodeDecodeError:
            return None
        out.append((first[1], rest))
    return out


def _pair(line: bytes) -> tuple[str, bytes] | None:
    name, colon, value = line.partition(b":")
    if not colon or not _NAME.fullmatch(name) or b"\0" in line or b"\r" in line:
        return None
    if value.startswith(b":"):
        try:
            text = value[1:].strip(b" ")
            decoded = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return None
        if base64.b64encode(decoded).rstrip(b"=") != text.rstrip(b"=") or len(text) % 4:
            return None  # bits or characters that stand for nothing
        return name.decode(), decoded
    if value.startswith(b"<"):
        return None  # a URL: not for this reader
    return name.decode(), value.lstrip(b" ")

"""Physical to logical lines (RFC 2849 note 2), with their places."""

from __future__ import annotations

import re

__all__ = ["lines_before_dn", "logical_lines", "normalised"]


# a run of comments with their continuations, or a line with its own
_LOGICAL = re.compile(rb"(?:#[^\n]*+(?:\n [^\n]*+)*+(?:\n|\Z))++|([^\n]*+(?:\n [^\n]*+)*+)(?:\n|\Z)").finditer


def normalised(raw: bytes) -> bytes:
    """Turn CR LF into LF; a final CR belongs to the line end that the splitter took."""
    if b"\r" not in raw:
        return raw
    return raw.removesuffix(b"\r").replace(b"\r\n", b"\n")


def logical_lines(raw: bytes, line: int) -> list[tuple[int, bytes]]:
    """Unfold a record (RFC 2849 note 2); comments are left out, with their continuations.

    Returns:
        Physical line number and bytes of each logical line.
    """
    out: list[tuple[int, bytes]] = []
    for match in _LOGICAL(normalised(raw)):
        text = match[1]
        if text:
            out.append((line, text.replace(b"\n ", b"") if b"\n" in text else text))
        line += match[0].count(b"\n")
    return out


def lines_before_dn(raw: bytes) -> int:
    """Physical lines of comments and of a version line that stand before the dn of a record."""
    if raw[:4] == b"dn: ":
        return 0
    return next((number for number, text in logical_lines(raw, 0) if text[:8].lower() != b"version:"), 0)

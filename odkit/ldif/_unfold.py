"""Physical to logical lines (RFC 2849 note 2), with their places."""

from __future__ import annotations

__all__ = ["lines_before_dn", "logical_lines", "normalised"]


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
    out: list[tuple[int, list[bytes]]] = []
    for number, physical in enumerate(normalised(raw).split(b"\n"), line):
        if physical[:1] == b" " and out:
            out[-1][1].append(physical[1:])
        else:
            out.append((number, [physical]))
    joined = [(number, b"".join(parts)) for number, parts in out]
    return [(number, text) for number, text in joined if text and text[:1] != b"#"]


def lines_before_dn(raw: bytes) -> int:
    """Physical lines of comments and of a version line that stand before the dn of a record."""
    if raw[:4] == b"dn: ":
        return 0
    return next((number for number, text in logical_lines(raw, 0) if text[:8].lower() != b"version:"), 0)

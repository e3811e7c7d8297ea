"""Text for people: escaping of hostile bytes, and the one table renderer.

Every name in an export is data that somebody else chose.  ESC sequences would drive the reader's terminal (CWE-150) and
bidirectional controls would show a name as another one (CVE-2021-42574), so nothing of an export is shown unescaped.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["decode", "escape", "is_plain", "moment", "plural", "shorten", "table", "unescape_html", "utc"]

# Cc control, Cf format (bidi, zero width), Cs surrogate, Co private, Cn unassigned, Zl/Zp line separators
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def is_plain(text: str) -> bool:
    """Tell whether every character of ``text`` shows as itself: no controls, bidi marks, surrogates, odd spaces."""
    return text.isprintable()  # false for every category of _UNSAFE and for spaces other than U+0020


def decode(data: bytes) -> str:
    """Decode bytes of an export as UTF-8; bytes that are not become surrogates (PEP 383), which `escape` shows as ``\\xNN``."""
    return data.decode("utf-8", "surrogateescape")


def unescape_html(text: str) -> str:
    """Put characters in the place of references such as ``&amp;``; the table of their names is loaded when there is one."""
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)


def _show(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if char == "\\":
        return "\\\\"
    if char == " " or (unicodedata.category(char) not in _UNSAFE and char.isprintable()):
        return char
    known = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char)
    if known:
        return known
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def escape(value: str | bytes) -> str:
    """Show text or bytes of an export so that a terminal prints every character as itself.

    Args:
        value: text, or bytes that are read as UTF-8.

    Returns:
        One line.  Controls, bidi marks and bytes that are not UTF-8 are written as ``\\n``, ``\\x1b``, ``\\u202e``; a backslash is
        doubled only where something else was escaped, so that ordinary names stay readable.
    """
    text = decode(value) if isinstance(value, bytes) else value
    if text.isprintable():
        return text
    return "".join(map(_show, text))


def shorten(value: str | bytes, width: int = 120) -> str:
    """Escape ``value`` and cut it to ``width`` characters with the number of those left out."""
    shown = escape(value[: width * 2])
    if len(value) <= width and len(shown) <= width:
        return shown
    return f"{shown[:width]}… ({len(value)} {'bytes' if isinstance(value, bytes) else 'characters'} in all)"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return ``1 record``, ``2 records``, ``1,234 records``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def utc(seconds: int) -> str:
    """Return a time in seconds since 1970, as ``2008-03-12 09:30:00Z``."""
    return time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(seconds))


def moment(text: str) -> datetime | None:
    """Return the time (UTC) of ``YYYY-MM-DD``, its midnight, or ``YYYY-MM-DDTHH:MM:SSZ``; None for any other text."""
    from datetime import UTC, datetime  # few commands are given a date

    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def table(rows: Iterable[Sequence[str]], *, headers: Sequence[str] = (), indent: str = "  ") -> list[str]:
    """Lay out rows in columns as wide as their widest cell; the last column is never padded and nothing is cut.

    Args:
        rows: cells that are escaped already.
        headers: first line, upper case by custom; left out when empty.
        indent: put before each line.

    Returns:
        Lines without line ends.
    """
    body = [list(row) for row in rows]
    lines = ([list(headers)] if headers else []) + body
    if not body:
        return []
    widths = [max(len(line[i]) for line in lines if i < len(line)) for i in range(max(map(len, lines)))]
    return [(indent + "  ".join(cell.ljust(widths[i]) for i, cell in enumerate(line))).rstrip() for line in lines]

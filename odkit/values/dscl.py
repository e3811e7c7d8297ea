r"""Paths and values for dscl (DSTools ``NSStringEscPath.m``, ``PathManager.m``; the same in 10.4-10.7).

dscl splits a path at ``/`` and percent-decodes each component as UTF-8; empty and ``.`` components are skipped, ``..`` goes up, all after
decoding.  A delete whose record component is missing removes every record of the type, so that a component is always written out
and checked.  In 10.5 and later ``-read`` takes the last component as written.
"""

from __future__ import annotations

from odkit.errors import RefusedError
from odkit.text import is_plain
from odkit.values.schema import DSCL_TYPES

__all__ = ["MAX_WORD", "record_path", "record_path_raw", "value_word"]

MAX_WORD = 1000  # bytes; a line of dscl's batch mode has 4,095 at most
_LITERAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-$:@+=,")


def _check(kind: str, name: str) -> None:
    if kind not in DSCL_TYPES:
        raise RefusedError(f"{kind!r} is not a record type that dscl knows")
    if not name or name in {".", ".."}:
        raise RefusedError("an empty name, '.' or '..' would make dscl act on the whole record type")
    if not is_plain(name):
        raise RefusedError("a control, invisible or undecodable character in the name")
    if name != name.strip():
        raise RefusedError("a blank at the start or end of the name")
    if len(name.encode()) > MAX_WORD:
        raise RefusedError(f"a name of more than {MAX_WORD} bytes")


def record_path(kind: str, name: str) -> str:
    """Return the path of a record for every dscl command but ``-read`` of 10.5 and later.

    Args:
        kind: record type, such as ``Computers``.
        name: record name, decoded.

    Returns:
        ``/Computers/name%24`` …: everything but letters, digits and a few harmless marks percent-encoded as UTF-8.

    Raises:
        RefusedError: the name cannot be expressed safely.
    """
    _check(kind, name)
    encoded = "".join(c if c in _LITERAL else "".join(f"%{b:02X}" for b in c.encode()) for c in name)
    return f"/{kind}/{encoded}"


def record_path_raw(kind: str, name: str) -> str:
    """Return the path of a record for ``-read`` in 10.5 and later: the last component raw.

    Raises:
        RefusedError: as `record_path`; also a slash (but in a mount's ``host:/path``), a backslash or a percent sign.
    """
    _check(kind, name)
    # a path with ':' is split at the last '/' before the first ':', so that the slashes of host:/path are part of the name
    head = name.partition(":")[0] if ":" in name else name
    if "/" in head or "\\" in name or "%" in name:
        raise RefusedError("a slash, backslash or percent sign in the name, which dscl's -read cannot be given")
    return f"/{kind}/{name}"


def value_word(value: str) -> str:
    """Return a value as dscl's batch mode can carry it: it is not percent-decoded, and backslashes are dropped.

    Raises:
        RefusedError: empty, a control, both kinds of quotes, a backslash, too long.
    """
    if not value or not is_plain(value):
        raise RefusedError("an empty value, or a control, invisible or undecodable character in it")
    if "\\" in value or ("'" in value and '"' in value):
        raise RefusedError("a backslash or both kinds of quotes in the value")
    if len(value.encode()) > MAX_WORD:
        raise RefusedError(f"a value of more than {MAX_WORD} bytes")
    return value

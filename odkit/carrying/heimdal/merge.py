"""``principals.merge``: principals in the form of Heimdal's ``kadmin -l dump``, for ``kadmin -l merge`` (Heimdal lib/hdb/print.c, load.c).

A key that names no master key is taken as clear, and sealed by merge itself with the target's; one that names a version is stored as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from odkit.carrying.keys import Key
from odkit.carrying.mitdump import Planned, limits_of
from odkit.carrying.state import DISALLOW_ALL_TIX, REQUIRES_PWCHANGE
from odkit.kerberos.heimdal import heimdal_text
from odkit.patterns import regex
from odkit.values.principal import Principal

__all__ = ["merge_pieces", "why_not_in_a_dump"]

_RC4 = 23
_PW_SALT = 3  # RFC 4120, the kind of salt that a text is
_CONTROL = regex(rb"[\x00-\x1f\x7f]")
_REALM = regex(rb"[^\\/@\x00-\x20\x7f]+\Z")
_PIECE = 1 << 18
# Heimdal's HDBFlags (hdb.asn1) -> the bit of MIT (krb5/kdb.h) that stands for its absence; and those that stand for themselves
_WITHOUT = {1 << 1: 2, 1 << 2: 16, 1 << 3: 8, 1 << 4: 1, 1 << 5: 4096, 1 << 6: 0}
_WITH = {1 << 7: DISALLOW_ALL_TIX, 1 << 8: 128, 1 << 10: 256}


def why_not_in_a_dump(principal: Principal) -> str | None:
    """Return why a name cannot stand in a line of Heimdal's dump; None when it can."""
    if any(_CONTROL.search(part) for part in (*principal.components, principal.realm)) or not _REALM.match(principal.realm):
        return "the name has a control character, or its realm a sign that a line of Heimdal's dump cannot hold"
    if not any(principal.components):
        return "the name is empty"
    return None


_SKEW = 86_400  # seconds: a KDC lets the second of the date in, and its clock may be behind that of the plan


def merge_pieces(planned: Iterable[Planned], at: datetime, author: bytes) -> Iterator[bytes]:
    """Write the file, record by record.

    Args:
        planned: what is carried.
        at: the moment of the plan.
        author: that each record names as the one who made it.
    """
    held, size = [], 0
    for each in planned:
        line = _line(each, at, author)
        held.append(line)
        size += len(line)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _line(planned: Planned, at: datetime, author: bytes) -> bytes:
    attributes, expires, password_expires = limits_of(planned, at)
    now = int(at.timestamp())
    if attributes & REQUIRES_PWCHANGE and not 0 < password_expires <= now - _SKEW:
        password_expires = now - _SKEW
    flags = sum(flag for flag, bit in _WITHOUT.items() if not attributes & bit) + sum(
        flag for flag, bit in _WITH.items() if attributes & bit
    )
    keys = b":".join(map(_key, planned.keys))
    kvno = max(key.kvno for key in planned.keys)
    entry = planned.entry
    fields = [
        heimdal_text(planned.principal), b"%d:%s" % (kvno, keys), _time(now) + b":" + author, b"-", b"-", _time(expires),
        _time(password_expires), _number(entry.max_life), _number(entry.max_renewable), b"%d" % flags, b"-", b"-",
    ]  # fmt: skip
    return b" ".join(fields) + b"\n"


def _key(key: Key) -> bytes:
    salt = b"-" if key.enctype == _RC4 or key.salt is None else b"%d/%s" % (_PW_SALT, key.salt.hex().upper().encode())
    return b":".join([b"-" if key.mkvno is None else b"%d" % key.mkvno, b"%d" % key.enctype, key.value.hex().upper().encode(), salt])


def _time(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%d%H%M%S").encode() if seconds else b"-"


def _number(seconds: int) -> bytes:
    return b"%d" % seconds if seconds else b"-"

"""``principals.dump``: principals for ``kdb5_util load -update``, sealed under the target's own master key."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from datetime import datetime

from odkit.carrying.keys import Key, MitEntry
from odkit.carrying.mitkeys import LAST_CHANGE, MKVNO
from odkit.carrying.state import DISALLOW_ALL_TIX, REQUIRES_PWCHANGE, AccountState
from odkit.dataclass import dataclass
from odkit.kerberos import Principal
from odkit.kerberos.kdb.dump import HEADER, DumpEntry, SealedKey, TaggedData, write_entry
from odkit.kerberos.kdb.master import MasterKey, seal_mit
from odkit.patterns import regex

__all__ = ["ALLOWED", "Planned", "dump_pieces", "limits_of", "why_not_in_a_mit_dump"]

_MODIFIED_BY = 2  # without it kadmin says that the record is incomplete or corrupted
_SPECIAL = 4
# krb5/kdb.h KRB5_KDB_*: postdated, forwardable, TGT-based, renewable, proxiable, duplicate session key, all tickets, preauthentication,
# hardware preauthentication, password change, server.  Flags that give rights (delegation, password changing service) are not among them
ALLOWED = 1 | 2 | 4 | 8 | 16 | 32 | 64 | 128 | 256 | 512 | 4096
_POLICY = regex(r"policy([0-9]{1,9})min\Z")
_LAST = 0x7FFFFFFF
_BLANKS = frozenset({b" ", b"\v", b"\f", b"\r"})  # a tab or a line feed is escaped in a dump


def why_not_in_a_mit_dump(principal: Principal) -> str | None:
    """Return why a name cannot come out of a dump as it went in; None when it can.

    kdb5_util takes the blanks before a name for what parts the fields, and the tab behind it for its last byte (MIT krb5 1.20.1, measured).
    """
    if bytes(principal)[:1] in _BLANKS:
        return "the name begins with a blank, which kdb5_util load drops; rename it first"
    return None


@dataclass(frozen=True, slots=True)
class Planned:
    """A principal for the target.

    Attributes:
        principal: its name at the target.
        keys: in clear; secret inside.
        entry: of the source.
        state: of the account; None for a service.
    """

    principal: Principal
    keys: tuple[Key, ...]
    entry: MitEntry
    state: AccountState | None


def limits_of(planned: Planned, at: datetime) -> tuple[int, int, int]:
    """Return attributes, expiration and password expiration at the target: nobody becomes more able to log in than before.

    The Password Server's ``policyNmin`` (maxMinutesUntilChangePassword) becomes the date that it means; other policies stay behind.
    """
    entry, state = planned.entry, planned.state
    attributes = entry.attributes & ALLOWED
    expires, password_expires = entry.expires, entry.password_expires
    match = _POLICY.match(entry.policy or "")
    if match and not password_expires and entry.password_changed is not None:
        password_expires = min(entry.password_changed + 60 * int(match[1]), _LAST)
    if state is not None:
        expires = state.expires or expires
        if state.locked is not None:
            attributes |= DISALLOW_ALL_TIX
        if state.must_change is not None and not 0 < password_expires <= at.timestamp():
            attributes |= REQUIRES_PWCHANGE
    return attributes, expires, password_expires


def _entry(planned: Planned, master: MasterKey, at: datetime, author: bytes) -> DumpEntry:
    attributes, expires, password_expires = limits_of(planned, at)
    seconds = int(at.timestamp())
    tagged = [TaggedData(_MODIFIED_BY, struct.pack("<I", seconds) + author + b"\0"), TaggedData(MKVNO, struct.pack("<H", master.kvno or 1))]
    if planned.entry.password_changed is not None:
        tagged.insert(0, TaggedData(LAST_CHANGE, struct.pack("<I", planned.entry.password_changed)))
    keys = tuple(SealedKey(key.kvno, key.enctype, seal_mit(key.value, master), _SPECIAL, key.salt or b"") for key in planned.keys)
    entry = planned.entry
    return DumpEntry(
        b"", planned.principal, attributes, entry.max_life, entry.max_renewable, expires, password_expires, tuple(tagged), keys
    )


def dump_pieces(planned: Iterable[Planned], master: MasterKey, at: datetime, author: bytes) -> Iterator[bytes]:
    """Yield the file, record by record: explicit salts always, counters at zero, no policy, no old keys."""
    yield HEADER
    for each in planned:
        yield write_entry(_entry(each, master, at, author))

"""``load.sh`` and ``unload.sh``: bring carried principals into an MIT KDC, and take them out again."""

from __future__ import annotations

from collections.abc import Iterable

from odkit.kerberos import Principal
from odkit.kerberos.kdb.dump import DumpEntry, SealedKey
from odkit.shell import assemble, encode_name, fragment, status_lines
from odkit.text import decode

__all__ = ["author_of", "load_script", "unload_script"]


def author_of(plan_id: str, realm: bytes) -> bytes:
    """Return who last modified a carried record: every record of ``principals.dump`` tells its plan by it."""
    return f"odkit/carry-{plan_id}@".encode() + realm


def load_script(plan_id: str, realm: bytes, count: int, master: DumpEntry) -> bytes:
    """Return ``load.sh``: run on the target's KDC.

    Args:
        plan_id: of the plan.
        realm: at the target.
        count: principals in ``principals.dump``.
        master: record of the target's master key.

    Raises:
        RefusedError: the realm cannot be carried by a script.
    """
    what = f"Loads principals.dump into the MIT KDC of {decode(realm)}: into a scratch database, into a copy, then into the real one."
    return _script("load.sh", "loaded", what, plan_id, realm, count, master)


def unload_script(plan_id: str, realm: bytes, count: int, master: DumpEntry) -> bytes:
    """Return ``unload.sh``: the way back; the arguments are those of `load_script`."""
    what = f"Deletes from the MIT KDC of {decode(realm)} what load.sh has loaded, where nobody has changed it since."
    return _script("unload.sh", "deleted", what, plan_id, realm, count, master)


def _script(name: str, done: str, what: str, plan_id: str, realm: bytes, count: int, master: DumpEntry) -> bytes:
    head = (
        f"odkit plan {plan_id}: {name}",
        what,
        "Run it on the target's KDC as root, with the whole folder beside it. Without --apply it changes nothing.",
        *status_lines(done),
    )
    values = {
        "PLAN": plan_id,
        "REALM": decode(realm),
        "PRINCIPALS": str(count),
        "MARKHEX": author_of(plan_id, realm).hex(),
        "MASTER": encode_name(bytes(Principal((b"K", b"M"), realm))),
        "MASTERSUM": _checksum(_keys(master.keys)),
    }

    own = [fragment("odkit.carrying.kdc", part) for part in ("kdc.sh", name)]
    return assemble(head, values, ("common.sh", "principals.sh", "mit.sh"), (), own=own)


def _keys(keys: Iterable[SealedKey]) -> bytes:
    """Return the keys of a record as ``keys_of`` of kdc.sh writes them, with the extra data that a dump has last."""
    fields: list[str] = []
    for key in keys:
        parts = 1 if key.salt_type is None else 2
        fields += [str(parts), str(key.kvno), str(key.enctype), str(len(key.sealed)), key.sealed.hex() or "-1"]
        if key.salt_type is not None:
            fields += [str(key.salt_type), str(len(key.salt)), key.salt.hex() or "-1"]
    return "".join(f" {field}" for field in [*fields, "-1;"]).encode() + b"\n"


def _checksum(data: bytes) -> str:
    """Return what POSIX cksum prints for standard input."""
    size = len(data)
    length = size.to_bytes((size.bit_length() + 7) // 8, "little")
    crc = 0
    for byte in data + length:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
            crc &= 0xFFFFFFFF
    return f"{crc ^ 0xFFFFFFFF} {size}"

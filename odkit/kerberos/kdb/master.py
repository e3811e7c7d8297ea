"""Master keys of a KDC, in every form in which a file holds them.

stash of MIT since 1.7      a keytab with entries K/M@REALM (also Apple's 10.6, and what Heimdal's kstash writes)
older stash of MIT          u16 enctype, i32 length, key; in the byte order of the machine that wrote it: PowerPC and Intel differ
m-key of Heimdal            the same keytab, a DER EncryptionKey, or MIT's form; 8 bytes alone are a DES key of Kerberos 4
"""

from __future__ import annotations

import struct
from dataclasses import field
from pathlib import Path

from odkit.dataclass import dataclass
from odkit.errors import InputError
from odkit.files import read_whole
from odkit.kerberos.kdb.ciphers import SUPPORTED, Cipher, WrongKeyError, cipher
from odkit.kerberos.keytab import read_keytab
from odkit.values.enctypes import enctype_name

__all__ = ["KEY_LENGTHS", "MasterKey", "open_hdb", "open_mit", "read_master_keys", "seal_mit"]

# enctype -> bytes of a key (RFC 3961, 3962, 4757, 8009, 6803)
KEY_LENGTHS = {1: 8, 2: 8, 3: 8, 16: 24, 17: 16, 18: 32, 19: 16, 20: 32, 23: 16, 25: 16, 26: 32}
_MAX = 1 << 20
_HDB_USAGE = 0x484442  # "HDB", the key usage of Heimdal's hdb_seal_keys; MIT uses 0
_DES_MD5 = 3


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A master key.

    Attributes:
        enctype: number.
        key: secret.
        kvno: its version; None where the form of the file does not tell.
        realm: that the file names, None where it names none.
    """

    enctype: int
    key: bytes = field(repr=False)
    kvno: int | None = None
    realm: bytes | None = None
    _ciphers: dict[int, Cipher] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def name(self) -> str:
        """Name of its encryption type."""
        return enctype_name(self.enctype)

    def cipher(self, usage: int) -> Cipher:
        """Return the key bound to a usage (RFC 3961 section 3).

        The keys derived from it are made once, and die with this object: no cache of the process holds them.
        """
        found = self._ciphers.get(usage)
        if found is None:
            found = self._ciphers[usage] = cipher(self.enctype, self.key, usage)
        return found


def read_master_keys(path: Path) -> list[MasterKey]:
    """Read a stash or m-key file in any form.

    Raises:
        InputError: unreadable, or none of the forms; the message holds nothing of it.
    """
    data = read_whole(path, most=_MAX, what="stash or m-key file")
    found = _parse(data, str(path))
    if not found:
        raise InputError(
            str(path), None, f"no master key in any form that odkit knows ({len(data)} bytes): it takes the KDC's stash or m-key file"
        )
    for key in found:
        if key.enctype not in SUPPORTED or len(key.key) != KEY_LENGTHS[key.enctype]:
            raise InputError(str(path), None, f"a master key of {key.name} with {len(key.key)} bytes, which odkit does not read")
    return found


def _parse(data: bytes, path: str) -> list[MasterKey]:
    if data.startswith((b"\x05\x01", b"\x05\x02")):
        return [
            MasterKey(key.enctype, key.key, key.kvno, key.principal.realm)
            for key in read_keytab(data, path)
            if key.principal.components == (b"K", b"M")
        ]
    if len(data) == 8:
        return [MasterKey(_DES_MD5, data)]
    if data[:1] == b"\x30" and len(data) > 2 and data[1] == len(data) - 2:
        return _der(data)
    for order in "<>":
        if len(data) < 6:
            break
        enctype, length = struct.unpack_from(f"{order}Hi", data)
        if enctype in KEY_LENGTHS and length == KEY_LENGTHS[enctype] and 6 + length <= len(data) <= 6 + length + 8:
            return [MasterKey(enctype, data[6 : 6 + length])]
    return []


def _der(data: bytes) -> list[MasterKey]:
    """Return ``EncryptionKey ::= SEQUENCE { keytype [0] Int32, keyvalue [1] OCTET STRING }``, short lengths only."""
    if len(data) < 11 or data[2] != 0xA0 or data[4] != 0x02:
        return []
    at = 4 + data[3]
    enctype = int.from_bytes(data[6:at], "big", signed=True)
    rest = data[at:]
    if len(rest) < 4 or rest[0] != 0xA1 or rest[2] != 0x04 or len(rest) != 4 + rest[3]:
        return []
    return [MasterKey(enctype, rest[4:])]


def open_mit(sealed: bytes, key: MasterKey) -> bytes:
    """Open a key of MIT's database: u16 little-endian length, then the key sealed with usage 0 (krb5_dbe_def_decrypt_key_data).

    Raises:
        WrongKeyError: another master key sealed it, or it was damaged.
    """
    if len(sealed) < 2:
        raise WrongKeyError("too short")
    plain = key.cipher(0).decrypt(sealed[2:])
    length = int.from_bytes(sealed[:2], "little")
    if length > len(plain):
        raise WrongKeyError("shorter than it says")
    return plain[:length]


def seal_mit(plain: bytes, key: MasterKey) -> bytes:
    """Seal a key for MIT's database; the inverse of `open_mit`."""
    return len(plain).to_bytes(2, "little") + key.cipher(0).encrypt(plain)


def open_hdb(sealed: bytes, enctype: int, key: MasterKey) -> bytes:
    """Open a key of Heimdal's database (hdb_unseal_key_mkey): usage "HDB", else 0 as MIT seals; cut to the type's length.

    Raises:
        WrongKeyError: another master key sealed it, or it was damaged.
    """
    try:
        plain = key.cipher(_HDB_USAGE).decrypt(sealed)
    except WrongKeyError:
        plain = key.cipher(0).decrypt(sealed)
    length = KEY_LENGTHS[enctype]
    if len(plain) < length:
        raise WrongKeyError("shorter than its type")
    return plain[:length]

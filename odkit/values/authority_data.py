"""The data of authentication authorities: what the grammar of each tag gives."""

from __future__ import annotations

from odkit.dataclass import dataclass
from odkit.values.slot import SlotID

__all__ = ["Address", "CachedUser", "Kerberos", "PasswordServer", "PublicKey", "ShadowHash"]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A password server's RSA key as ssh 1 writes it.

    Attributes:
        bits: size of the modulus.
        exponent: 35 on 10.3-10.6, 65537 after.
        modulus: decimal digits.
        comment: ``root@`` and the host's name at creation; changeip never rewrites it.
    """

    bits: int
    exponent: int
    modulus: str
    comment: str

    @property
    def identity(self) -> tuple[int, str]:
        """Exponent and modulus, without the comment: equal for two spellings of one key."""
        return self.exponent, self.modulus

    def __str__(self) -> str:
        return f"{self.bits} {self.exponent} {self.modulus}" + (f" {self.comment}" if self.comment else "")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the password server is.

    Attributes:
        kind: "ipv4", "ipv6" or "dns"; empty for the plain form.
        host: address or name.
    """

    kind: str
    host: str


@dataclass(frozen=True, slots=True)
class PasswordServer:
    """Data of ``ApplePasswordServer``: ``slot,key:address``, or the old ``slot:address``.

    Attributes:
        slot: None when it is malformed.
        slot_text: as written.
        key_text: as written; empty in the old form.
        key: None when there is none, or it is malformed.
        address: None when there is none.
    """

    slot: SlotID | None
    slot_text: str
    key_text: str
    key: PublicKey | None
    address: Address | None


@dataclass(frozen=True, slots=True)
class Kerberos:
    """Data of ``Kerberosv5`` and ``Kerberosv5Cert``: ``[slot];[principal];REALM;[key[:address]]``.

    Attributes:
        slot: None when empty or malformed; 10.8 and later leave it empty.
        slot_text: as written.
        principal: with its realm; empty means ``user@REALM``.
        realm: empty when missing; ``(null)`` is what a slapd without a realm wrote.
        key: None when there is none, or it is malformed.
    """

    slot: SlotID | None
    slot_text: str
    principal: str
    realm: str
    key: PublicKey | None


@dataclass(frozen=True, slots=True)
class ShadowHash:
    """Data of ``ShadowHash`` and ``LocalWindowsHash``.

    Attributes:
        hashes: of ``HASHLIST:<…>``, as written; None when there is no such list.
        better_hash_only: the data is ``BetterHashOnly``.
    """

    hashes: tuple[str, ...] | None
    better_hash_only: bool = False


@dataclass(frozen=True, slots=True)
class CachedUser:
    """Data of ``LocalCachedUser``: ``node:name:GUID`` of the network account that a mobile account comes from."""

    node: str
    name: str
    guid: str

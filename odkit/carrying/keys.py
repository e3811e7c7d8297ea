"""Kerberos keys as values: encryption type, salt, version, where they come from; and the principals that they belong to.

Key material is in `Key.value` alone, which no repr shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from odkit.carrying.verdicts import Reason, Why
from odkit.dataclass import dataclass
from odkit.findings import Finding
from odkit.kerberos import Principal, protected
from odkit.values.enctypes import enctype_name

__all__ = ["STRONG", "USABLE", "KerberosInput", "Key", "KeySource", "MitEntry", "SourcePrincipal", "never_carried"]

STRONG = frozenset({17, 18, 19, 20, 25, 26})
_RC4 = 23
USABLE = STRONG | {16, 23}  # single DES works on no MIT KDC since 1.18


class KeySource(StrEnum):
    """Where a key was read."""

    MIT = "MIT"  # kdb5_util dump and stash
    AUTHDATA = "authdata"  # draft-krbKeySet of cn=authdata, 10.7+
    SMB_NT = "SMB-NT"  # cmusaslsecretSMBNT of cn=authdata: the NT hash is the RC4 key


@dataclass(frozen=True, slots=True)
class Key:
    """One key, in clear.

    Attributes:
        enctype: number (RFC 3961 registry).
        value: the key; secret.
        salt: the text that was put behind the password when the key was made, resolved from salt type and the name and realm of that
            time; None where the key was not made from a password, or the type takes no salt (RC4).
        kvno: version.
        source: where it was read.
        mkvno: version of the Heimdal master key that `value` is still sealed with; None for a key in clear.
    """

    enctype: int
    value: bytes = field(repr=False)
    salt: bytes | None
    kvno: int
    source: KeySource
    mkvno: int | None = None

    @property
    def name(self) -> str:
        """Name of its encryption type."""
        return enctype_name(self.enctype)

    def fits(self, usable: frozenset[int]) -> bool:
        """Tell whether a KDC that takes these types lets somebody log in by it: the text of its salt has to be known, too."""
        return self.enctype in usable and (self.salt is not None or self.enctype == _RC4)


@dataclass(frozen=True, slots=True)
class MitEntry:
    """The fields of a principal as MIT's database holds them (`kadmin` names in brackets).

    Attributes:
        attributes: bits of KRB5_KDB_* (allow_tix 64, requires_preauth 128, needchange 512 …).
        max_life: seconds, 0 for the KDC's own limit.
        max_renewable: seconds.
        expires: Unix time, 0 for never (-expire).
        password_expires: Unix time, 0 for never (-pwexpire).
        policy: name of its kadm5 policy, None without one.
        password_changed: Unix time of the last change, None when unknown.
    """

    attributes: int = 0
    max_life: int = 0
    max_renewable: int = 0
    expires: int = 0
    password_expires: int = 0
    policy: str | None = None
    password_changed: int | None = None


@dataclass(frozen=True, slots=True)
class SourcePrincipal:
    """A principal of the source with its newest keys.

    Attributes:
        principal: its name in the source's realm.
        keys: of the newest version, in the source's order; empty when there are none, or when they cannot be read.
        entry: what the KDC knows beside the keys.
        trouble: why its keys cannot be used, None when they can.
        path: where it was read.
        line: 1-based physical line.
        sealed: keys as they stand in ``cn=authdata``, sealed with a master key that was not given; `trouble` says so.
        older: versions of keys before the newest, which do not travel; the newest of them first.
    """

    principal: Principal
    keys: tuple[Key, ...]
    entry: MitEntry
    trouble: Reason | None = None
    path: str = ""
    line: int | None = None
    sealed: tuple[Key, ...] = ()
    older: tuple[int, ...] = ()

    @property
    def kvno(self) -> int | None:
        """Version of its newest keys."""
        return max((key.kvno for key in self.keys), default=None)


@dataclass(frozen=True, slots=True)
class KerberosInput:
    """What the Kerberos inputs hold.

    Attributes:
        realm: that is carried; None where nothing names one.
        principals: of that realm, by name, also those that are never carried (without keys); None where no input holds keys.
        foreign: names of other realms in the same input.
        findings: of the reading.
        digests: of the inputs that are no key files.
    """

    realm: bytes | None = None
    principals: Mapping[Principal, SourcePrincipal] | None = None
    foreign: tuple[Principal, ...] = ()
    findings: tuple[Finding, ...] = ()
    digests: tuple[str, ...] = ()


def never_carried(principal: Principal) -> Reason | None:
    """Return why a name is carried to no KDC, whoever has it; None for all others.

    A master key that arrives in a dump destroys the target's realm; ``krbtgt`` and the names of kadmin collide with its own; and an
    administrator's instance has rights wherever kadm5.acl says ``*/admin``.
    """
    if len(principal.components) == 1:
        return None
    instances = {part.lower() for part in principal.components[1:]}
    if instances & {b"admin", b"root"}:
        return Reason(Why.RESERVED, "an administrator's instance: it would have rights at the target")
    why = protected(principal)
    return Reason(Why.RESERVED, why) if why is not None else None

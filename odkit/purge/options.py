"""`PurgeOptions`: what an administrator may choose about a purge beside the hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from types import MappingProxyType

from odkit.arguments import a_bool, some_texts, text_pairs
from odkit.dataclass import dataclass
from odkit.errors import UsageError
from odkit.kerberos import KdcLog, as_kdc_logs
from odkit.names import address_of
from odkit.text import escape

__all__ = ["PurgeOptions", "encoded"]


def encoded(text: str) -> bytes:
    """Return a name as the bytes that a KDC compares.

    Raises:
        UsageError: it cannot be written as UTF-8.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UsageError(f"cannot be written as UTF-8: {escape(text)!r}") from error


@dataclass(frozen=True, slots=True)
class PurgeOptions:
    """Options of `odkit.plan_purge`.

    Attributes:
        services: service names beside the known ones.
        addresses: host -> address, where the exports leave open which host an address is.
        aliases: further names of servers that stay -> their names; what would go as one of them is left to a person.
        kdc_logs: logs of the KDC (`odkit.read_kdc_log`, or their paths); a name that is still asked for is left to a person.
        former_realms: realms that the domain had before it was renamed; an older export of one is accepted.
        allow_large: release the limits on the size of the plan.
        accept_incomplete: plan although an export is incomplete or damaged.

    Raises:
        UsageError: a service or an address that is not valid, or a value of a type that its field cannot have.
        InputError: a log cannot be read.
    """

    services: Sequence[str] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    kdc_logs: Sequence[KdcLog] = ()
    former_realms: tuple[str, ...] = ()
    allow_large: bool = False
    accept_incomplete: bool = False

    def __post_init__(self) -> None:
        # who made the mappings may change them later; the options stay as they were given
        for name in ("addresses", "aliases"):
            object.__setattr__(self, name, MappingProxyType(text_pairs(getattr(self, name), name)))
        for name in ("services", "former_realms"):
            object.__setattr__(self, name, some_texts(getattr(self, name), name))
        for name in ("allow_large", "accept_incomplete"):
            a_bool(getattr(self, name), name)
        object.__setattr__(self, "kdc_logs", as_kdc_logs(self.kdc_logs))
        for host, address in self.addresses.items():
            if not host or address_of(address) is None:
                raise UsageError(f"not a host and its address: {escape(host)}={escape(address)}")
        for name in self.services:
            if not encoded(name) or "/" in name or "@" in name:
                raise UsageError(f"not the name of a service: {escape(name)!r}")

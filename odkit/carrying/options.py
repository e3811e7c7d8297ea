"""What a carry is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.directory import Directory

__all__ = ["CarryOptions"]


@dataclass(frozen=True, slots=True)
class CarryOptions:
    """Inputs and choices of a carry; every one has a safe default.

    Attributes:
        realm: the realm to carry, where the dump holds several.
        target_realm: the realm at the target; the source's by default.
        kdc_dump: ``kdb5_util dump`` of the old KDC (10.4-10.6).
        stash: the master key of that KDC, in any form.
        m_key: the master key of a 10.7+ KDC, where key sets are sealed with it.
        target_dump: ``kdb5_util dump`` of the target's KDC: names that it has, and its master key record; of a Heimdal KDC
            ``kadmin -l dump``.
        target_stash: the target's master key.
        target_accounts: ``getent passwd; getent group`` of the target.
        target_export: ``ldbsearch`` of a Samba domain.
        base_dn: base DN of the target.
        map_groups: name or number of a group of the directory -> name or number at the target.
        cram_md5: carry the CRAM-MD5 secrets of 10.7+.
        keep_shadow: carry shadowExpire and its like.
        retire: full names of servers that are retired.
        keep: names of servers that stay.
        before: older exports, read for names of servers only.
        addresses: host -> address.
        services: service names beside the known ones.
        today: the day of the plan; "must change by" is counted from it.
        weak_until: the day until which users with weak keys only may keep their password; 90 days after `today` by default.
        accept_incomplete: plan although an export is incomplete.
    """

    realm: str | None = None
    target_realm: str | None = None
    kdc_dump: Path | None = None
    stash: Path | None = None
    m_key: Path | None = None
    target_dump: Path | None = None
    target_stash: Path | None = None
    target_accounts: Path | None = None
    target_export: Path | None = None
    base_dn: str | None = None
    map_groups: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cram_md5: bool = False
    keep_shadow: bool = False
    retire: Sequence[str] = ()
    keep: Sequence[str] = ()
    before: Sequence[Directory] = ()
    addresses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    services: Sequence[str] = ()
    today: date | None = None
    weak_until: date | None = None
    accept_incomplete: bool = False

"""What a carry is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from odkit.arguments import a_bool, a_date, a_path, a_text, some_texts, text_pairs
from odkit.dataclass import dataclass
from odkit.directory import Directory, as_directories

__all__ = ["CarryOptions"]

_TEXTS = ("realm", "target_realm", "base_dn")
_PATHS = ("kdc_dump", "stash", "m_key", "target_dump", "target_stash", "target_accounts", "target_export")
_FLAGS = ("cram_md5", "keep_shadow", "accept_incomplete")
_DAYS = ("today", "weak_until")
_NAMES = ("retire", "keep", "services")
_TABLES = ("addresses", "map_groups")
_GIVEN = frozenset([*_FLAGS, *_NAMES, *_TABLES, "before"])  # fields that are never None


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

    Paths may be given as text, names of hosts and services as one text, older exports as their paths.

    Raises:
        UsageError: a value is of a type that its field cannot have.
        InputError: an older export cannot be read.
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

    def __post_init__(self) -> None:
        # who made the lists and mappings may change them later; the options stay as they were given
        for name in _TEXTS:
            self._set(name, a_text)
        for name in _PATHS:
            self._set(name, a_path)
        for name in _FLAGS:
            self._set(name, a_bool)
        for name in _DAYS:
            self._set(name, a_date)
        for name in _NAMES:
            self._set(name, some_texts)
        for name in _TABLES:
            self._set(name, lambda value, what: MappingProxyType(text_pairs(value, what)))
        self._set("before", as_directories)

    def _set(self, name: str, check: Callable[[Any, str], object]) -> None:
        """Put a field into the form that its type says; what may be None stays None."""
        value = getattr(self, name)
        if value is not None or name in _GIVEN:
            object.__setattr__(self, name, check(value, name))

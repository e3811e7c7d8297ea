"""MCX settings as values: what the ``apple-mcxsettings`` and ``apple-mcxflags`` of a record hold.

    { mcx_application_data: { DOMAIN: { Forced|Set-Once: [ { mcx_preference_settings: {KEY: VALUE, …},
        mcx_data_timestamp: DATE?, mcx_union_policy_keys: [ … ]?, … } … ] } } }

A record has any number of values, each with any number of domains.  ``Set-Once`` with a timestamp is "once", without one "often";
``Forced`` is "always" (Munki, Profile Manager, mcxToProfile and Puppet agree).  ``apple-mcxsettings2`` is a second name of the same
attribute (Apple's apple.schema).  All values here are frozen: dictionaries are read-only mappings, arrays are tuples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from odkit.dataclass import dataclass
from odkit.plist import Date

__all__ = ["ATTRIBUTES", "FLAGS", "STATES", "Flags", "Settings", "Union", "Value"]

ATTRIBUTES = ("apple-mcxsettings", "apple-mcxsettings2")
FLAGS = "apple-mcxflags"
STATES = ("Forced", "Set-Once")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Union:
    """A union policy: the inputs of several levels become one output list or dictionary.

    Attributes:
        inputs: mcx_input_key_names.
        output: mcx_output_key_name.
        remove_duplicates: mcx_remove_duplicates.
        others: keys of the policy that no source explains, kept.
    """

    inputs: tuple[str, ...]
    output: str
    remove_duplicates: bool
    others: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """One dictionary of a domain's ``Forced`` or ``Set-Once`` array.

    Attributes:
        domain: as written.
        state: "Forced" or "Set-Once".
        keys: mcx_preference_settings.
        timestamp: mcx_data_timestamp, None without one.
        unions: mcx_union_policy_keys.
        others: mcx_precedence and keys that no source explains, kept.
        unions_damaged: a union policy cannot be read, so that its inputs are not known.
    """

    domain: str
    state: str
    keys: Mapping[str, Any] = field(repr=False)  # a repr shows no values: passwords stand among them
    timestamp: datetime | Date | None = None
    unions: tuple[Union, ...] = ()
    others: Mapping[str, Any] = field(default_factory=lambda: _NOTHING, repr=False)
    unions_damaged: bool = False

    @property
    def frequency(self) -> str:
        """One of "always", "once" and "often"."""
        if self.state == "Forced":
            return "always"
        return "often" if self.timestamp is None else "once"


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the attribute.

    Attributes:
        attribute: one of `ATTRIBUTES`.
        index: its index in that attribute.
        raw: its bytes.
        settings: what clients read of it.
        domains: the domains that it names, also those without settings.
        problems: what clients cannot read, each with its place.
        union_problems: union policies that cannot be read.
        notes: what some releases refuse or read otherwise.
        forms: what every release reads, and other programs may not.
        refused: releases that refuse the whole value.
        unread: the export names a URL instead of the value, so that it is not known.
    """

    attribute: str
    index: int
    raw: bytes = field(repr=False)
    settings: tuple[Settings, ...] = ()
    domains: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    union_problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    unread: bool = False

    def __bytes__(self) -> bytes:
        return self.raw


@dataclass(frozen=True, slots=True)
class Flags:
    """The ``apple-mcxflags`` of a record.

    Attributes:
        raw: its bytes.
        keys: mcx_flags, None when they cannot be read.
        problem: why they cannot be read.
        notes, forms, refused, unread: as those of `Value`.
    """

    raw: bytes = field(repr=False)
    keys: Mapping[str, Any] | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    unread: bool = False

"""Decides what becomes of a name in ``cn=authdata`` when its host goes, for both `odkit.references` and `odkit.plan_purge`.

* an alias: its value is taken out, and nothing else; ``kadmin -l delete`` would blank the record's keys and all of its names, because it
  finds a record by alias, too (Heimdal-172 hdb-od.c);
* a canonical name, and no name left that stays: the record is deleted - with the computer's record where it belongs to one that goes,
  because slapd's odusers overlay then removes it itself;
* a canonical name with a name that stays, or of a record that stays: a person decides; the record has to be renamed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.directory import Directory, Record
from odkit.ldif import Entry
from odkit.text import decode
from odkit.values.slot import slot_of

__all__ = ["Fate", "RecordOwners", "fate_of"]


class Fate(StrEnum):
    """What becomes of a name."""

    VALUE = "value"  # its value is taken out
    ENTRY = "entry"  # its entry of cn=authdata is deleted
    WITH_OWNER = "with owner"  # it goes with the record that it belongs to
    SHARED = "shared"  # a person: names that stay share its keys
    OWNED = "owned"  # a person: it belongs to a record that stays


def fate_of(alias: bool, *, shared: bool, owned: bool, owner_goes: bool) -> Fate:
    """Decide what becomes of a name.

    Args:
        alias: whether it is an alias, and not the canonical name.
        shared: whether the entry has a name that stays.
        owned: whether the entry belongs to a record of the main directory.
        owner_goes: whether that record is deleted.
    """
    if alias:
        return Fate.WITH_OWNER if owner_goes else Fate.VALUE
    if shared:
        return Fate.SHARED
    if not owned:
        return Fate.ENTRY
    return Fate.WITH_OWNER if owner_goes else Fate.OWNED


@dataclass(frozen=True, slots=True)
class RecordOwners:
    """The records of the main directory that entries of ``cn=authdata`` belong to."""

    by_uuid: Mapping[str, Record]
    by_guid: Mapping[str, Record]

    @classmethod
    def of(cls, od: Directory) -> RecordOwners:
        """Return those of an export: found by entryUUID, and by the slot of an authority."""
        by_uuid: dict[str, Record] = {}
        by_guid: dict[str, Record] = {}
        for record in chain(od.computers.records(), od.users.records()):
            uuid = record.text("entryUUID")
            if uuid:
                by_uuid.setdefault(uuid.lower(), record)
            for value in record.texts("authAuthority"):
                slot = slot_of(value, ("applepasswordserver", "kerberosv5"))
                if slot is not None:
                    by_guid.setdefault(slot.auth_guid, record)
        return cls(MappingProxyType(by_uuid), MappingProxyType(by_guid))

    def find(self, entry: Entry) -> Record | None:
        """Return the record that an entry of ``cn=authdata`` belongs to, None where there is none."""
        linkage, guid = entry.attributes.first("userLinkage"), entry.attributes.first("authGUID")
        found = self.by_uuid.get(decode(linkage).lower()) if linkage is not None else None
        if found is None and guid is not None:
            found = self.by_guid.get(decode(guid).lower())
        return found

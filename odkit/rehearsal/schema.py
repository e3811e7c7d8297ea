"""A small model of slapd's schema: what a scratch slapd would refuse in an entry, and the least that makes it acceptable.

Servers of 10.3 and 10.4 ran with ``schemacheck off``, so that real exports hold records that a slapd of today refuses.  Repairs are made in
the scratch copy only; each is listed, and comparisons leave it out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from odkit.carrying.ldap.definitions import SchemaModel
from odkit.carrying.ldap.schema import builtin_schema
from odkit.dataclass import dataclass
from odkit.ldif import Attributes

__all__ = ["Repair", "Schema"]

_OWN_ARC = "1.3.6.1.4.1.63.1000.999"  # unused: for definitions that exist only in a rehearsal

# operational attributes of slapd (schema_prep.c): any entry may have them
_OPERATIONAL = {
    "structuralobjectclass",
    "createtimestamp",
    "modifytimestamp",
    "creatorsname",
    "modifiersname",
    "entryuuid",
    "entrycsn",
    "contextcsn",
    "subschemasubentry",
    "hassubordinates",
    "entrydn",
    "namingcontexts",
    "entryttl",
    "dynamicsubtrees",
}


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing done to an entry, or to the schema, so that slapd takes it."""

    dn: str
    what: str


class Schema:
    """What a scratch slapd knows, and the definitions that were made up on the way.

    Args:
        files: texts of its schema files (slapd.conf form).

    Attributes:
        made: those definitions, in the form of slapd.conf.
    """

    def __init__(self, *files: str) -> None:
        self._model = _model(files)
        self.made: list[str] = []

    def repair(self, dn: str, attributes: Attributes) -> list[Repair]:
        """Change an entry so that slapd accepts it; say what was done."""
        out: list[Repair] = []
        classes = [v.decode("utf-8", "replace") for v in attributes.get("objectClass", ())]
        for name in classes:
            if name.lower() not in self._model.classes:
                self._make(f"objectclass ( {_OWN_ARC}.2.{len(self.made)} NAME '{_safe(name)}' SUP top AUXILIARY )")
                defined = {**self._model.classes, name.lower(): self._model.classes[_safe(name).lower()]}
                self._model = replace(self._model, classes=MappingProxyType(defined))
                out.append(Repair(dn, f"object class {name} was defined for the rehearsal"))
        for name in attributes:
            bare = name.partition(";")[0]
            if bare.lower() not in self._model.attributes and bare.lower() not in _OPERATIONAL:
                rule = "EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40"
                self._make(f"attributetype ( {_OWN_ARC}.1.{len(self.made)} NAME '{_safe(bare)}' {rule} )")
                known = {**self._model.attributes, bare.lower(): self._model.attributes[_safe(bare).lower()]}
                self._model = replace(self._model, attributes=MappingProxyType(known))
                out.append(Repair(dn, f"attribute {bare} was defined for the rehearsal"))
        key = tuple(c.lower() for c in classes)
        added = []
        if not any(c.kind == "STRUCTURAL" for c in self._model.closure(key)):
            added.append("device" if "cn" in attributes else "account" if "uid" in attributes else "applicationProcess")
            key = (*key, added[0].lower())
        present = self._model.canonical(attributes)
        extra = present - self._model.allowed(key) - _OPERATIONAL
        if (extra or added) and not any("extensibleobject" in c.names for c in self._model.closure(key)):
            added.append("extensibleObject")
        for name in added:
            attributes.setdefault("objectClass", []).append(name.encode())
            out.append(Repair(dn, f"object class {name} was added"))
        for name in sorted(self._model.required(key) - present):
            attributes[name] = [b"rehearsal"]
            out.append(Repair(dn, f"the required attribute {name} was added"))
        return out

    def _make(self, line: str) -> None:
        self.made.append(line)
        self._model = self._model.extended(line)


@cache
def _model(files: tuple[str, ...]) -> SchemaModel:
    found = SchemaModel()
    for text in (builtin_schema(), *files):
        found = found.extended(text)
    return found


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", name)

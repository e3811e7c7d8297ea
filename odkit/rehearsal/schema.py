"""A small model of slapd's schema: what a scratch slapd would refuse in an entry, and the least that makes it acceptable.

Servers of 10.3 and 10.4 ran with ``schemacheck off``, so that real exports hold records that a slapd of today refuses.  Repairs are made in
the scratch copy only; each is listed, and comparisons leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from odkit.ldif import Attributes

__all__ = ["ObjectClass", "Repair", "Schema"]

_START = re.compile(r"^(attributetype|objectclass)\s*\(\s*([\w.:-]+)\s", re.IGNORECASE | re.MULTILINE)
_PIECE = re.compile(r"'[^']*'|\(|\)")
_NAMES = re.compile(r"NAME\s+(?:'([^']+)'|\(\s*((?:'[^']+'\s*)+)\))", re.IGNORECASE)
_LIST = r"\s+(?:\(([^)]*)\)|([\w.-]+))"
_PARTS = {key: re.compile(rf"\b{key}{_LIST}", re.IGNORECASE) for key in ("SUP", "MUST", "MAY")}
_OWN_ARC = "1.3.6.1.4.1.63.1000.999"  # unused: for definitions that exist only in a rehearsal

# slapd knows these without a schema file (schema_prep.c)
_BUILT_IN = {
    "objectclass",
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
    "userpassword",
    "cn",
    "name",
    "description",
    "seealso",
    "uid",
    "uidnumber",
    "gidnumber",
    "labeleduri",
    "ref",
    "aliasedobjectname",
    "namingcontexts",
    "distinguishedname",
    "entryttl",
    "dynamicsubtrees",
}


@dataclass(frozen=True, slots=True)
class ObjectClass:
    """An object class: kind, superiors, required and allowed attributes; names in lower case."""

    name: str
    kind: str
    sup: tuple[str, ...] = ()
    must: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing done to an entry, or to the schema, so that slapd takes it."""

    dn: str
    what: str


@dataclass(slots=True)
class Schema:
    """Attribute types and object classes by lower-case name, and the definitions that were made up on the way."""

    attributes: set[str] = field(default_factory=lambda: set(_BUILT_IN))
    classes: dict[str, ObjectClass] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    alias: dict[str, str] = field(default_factory=dict)  # domaincomponent -> dc: every name to the first one

    def __post_init__(self) -> None:
        self.classes["top"] = ObjectClass("top", "ABSTRACT", (), frozenset({"objectclass"}))
        self.classes["extensibleobject"] = ObjectClass("extensibleobject", "AUXILIARY", ("top",))
        self.classes["alias"] = ObjectClass("alias", "STRUCTURAL", ("top",), frozenset({"aliasedobjectname"}))
        self.classes["referral"] = ObjectClass("referral", "STRUCTURAL", ("top",), frozenset({"ref"}))

    def read(self, text: str) -> None:
        """Add the definitions of a schema file (slapd.conf form)."""
        plain = re.sub(r"(?m)^#.*$", "", text)
        for match in _START.finditer(plain):
            body = _balanced(plain, match.end())
            names = [n.lower() for pair in _NAMES.findall(body) for n in re.findall(r"[^'\s]+", pair[0] or pair[1])]
            if match[1].lower() == "attributetype":
                self.attributes.update([*names, match[2]])
                self.alias |= dict.fromkeys([*names, match[2]], names[0])
                continue
            parts = {key: _words(pattern.search(body)) for key, pattern in _PARTS.items()}
            kind = next((k for k in ("AUXILIARY", "ABSTRACT") if re.search(rf"\b{k}\b", body, re.IGNORECASE)), "STRUCTURAL")
            for name in names:
                self.classes[name] = ObjectClass(
                    name, kind, tuple(parts["SUP"]), self._canonical(parts["MUST"]), self._canonical(parts["MAY"])
                )

    def _canonical(self, names: Iterable[str]) -> frozenset[str]:
        bare = (name.partition(";")[0].lower() for name in names)
        return frozenset(self.alias.get(name, name) for name in bare)

    def _closure(self, names: Iterable[str]) -> list[ObjectClass]:
        found: dict[str, ObjectClass] = {}
        stack = list(names)
        while stack:
            name = stack.pop()
            each = self.classes.get(name)
            if each is not None and name not in found:
                found[name] = each
                stack.extend(each.sup)
        return list(found.values())

    def repair(self, dn: str, attributes: Attributes) -> list[Repair]:
        """Change an entry so that slapd accepts it; say what was done."""
        out: list[Repair] = []
        classes = [v.decode("utf-8", "replace") for v in attributes.get("objectClass", ())]
        for name in classes:
            if name.lower() not in self.classes:
                self._make(f"objectclass ( {_OWN_ARC}.2.{len(self.made)} NAME '{_safe(name)}' SUP top AUXILIARY )")
                self.classes[name.lower()] = ObjectClass(name.lower(), "AUXILIARY", ("top",))
                out.append(Repair(dn, f"object class {name} was defined for the rehearsal"))
        for name in attributes:
            bare = name.partition(";")[0]
            if bare.lower() not in self.attributes:
                rule = "EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40"
                self._make(f"attributetype ( {_OWN_ARC}.1.{len(self.made)} NAME '{_safe(bare)}' {rule} )")
                self.attributes.add(bare.lower())
                out.append(Repair(dn, f"attribute {bare} was defined for the rehearsal"))
        closure = self._closure(c.lower() for c in classes)
        added = []
        if not any(c.kind == "STRUCTURAL" for c in closure):
            added.append("device" if "cn" in attributes else "account" if "uid" in attributes else "applicationProcess")
            closure = self._closure([*(c.lower() for c in classes), added[0].lower()])
        allowed = set().union(*((c.must | c.may) for c in closure)) if closure else set()
        present = self._canonical(attributes)
        extra = present - allowed - _BUILT_IN
        if (extra or added) and "extensibleobject" not in {c.name for c in closure}:
            added.append("extensibleObject")
        for name in added:
            attributes.setdefault("objectClass", []).append(name.encode())
            out.append(Repair(dn, f"object class {name} was added"))
        required = set().union(*(c.must for c in closure)) if closure else set()
        for name in sorted(required - present - {"objectclass"}):
            attributes[name] = [b"rehearsal"]
            out.append(Repair(dn, f"the required attribute {name} was added"))
        return out

    def _make(self, line: str) -> None:
        self.made.append(line)


def _balanced(text: str, start: int) -> str:
    """The text from ``start`` to the parenthesis that closes the definition around it."""
    depth = 1
    for piece in _PIECE.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth == 0:
            return text[start : piece.start()]
    return text[start:]


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", name)


def _words(match: re.Match[str] | None) -> list[str]:
    return [] if match is None else [word.lower() for word in re.findall(r"[\w.;-]+", match[1] or match[2] or "")]

"""Attribute types and object classes as schema files of slapd define them (RFC 4512 section 4.1): read, looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from types import MappingProxyType

from odkit.dataclass import dataclass
from odkit.patterns import regex

__all__ = ["AttributeType", "ObjectClass", "SchemaModel", "parse_definitions"]

_START = regex(r"^(attributetype|objectclass)\s*\(\s*([\w.:-]+)\s", re.IGNORECASE | re.MULTILINE)
_PIECE = regex(r"'[^']*'|\(|\)")
_NAMES = regex(r"NAME\s+(?:'([^']+)'|\(\s*((?:'[^']+'\s*)+)\))", re.IGNORECASE)
_LIST = r"\s+(?:\(([^)]*)\)|([\w.-]+))"
_PARTS = {key: regex(rf"\b{key}{_LIST}", re.IGNORECASE) for key in ("SUP", "MUST", "MAY")}
_WORD = {key: regex(rf"\b{key}\s+([\w.]+)", re.IGNORECASE) for key in ("SYNTAX", "EQUALITY")}
_SINGLE = regex(r"\bSINGLE-VALUE\b", re.IGNORECASE)
_KIND = regex(r"\b(AUXILIARY|ABSTRACT)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AttributeType:
    """An attribute type.

    Attributes:
        oid: its OID, or the macro that stands for it.
        names: in lower case; the first one is its name.
        spelling: of the first name: slapd writes it so.
        sup: the type it inherits from, lower case; empty for none.
        syntax: OID of the syntax, without a length; empty when it is inherited.
        equality: name of the matching rule, lower case; empty when it is inherited, or there is none.
        single: whether it takes one value only.
    """

    oid: str
    names: tuple[str, ...]
    spelling: str
    sup: str = ""
    syntax: str = ""
    equality: str = ""
    single: bool = False


@dataclass(frozen=True, slots=True)
class ObjectClass:
    """An object class: kind, superiors, required and allowed attributes; all names in lower case, and the first one as it is spelled."""

    oid: str
    names: tuple[str, ...]
    spelling: str
    kind: str
    sup: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


def parse_definitions(text: str) -> Iterator[AttributeType | ObjectClass]:
    """Read a schema file of slapd.conf's form.

    Args:
        text: the file; comment lines, and directives that define neither, are passed over.
    """
    plain = re.sub(r"(?m)^#.*$", "", text)
    for match in _START.finditer(plain):
        body = _balanced(plain, match.end())
        spellings = [n for pair in _NAMES.findall(body) for n in re.findall(r"[^'\s]+", pair[0] or pair[1])]
        names = tuple(n.lower() for n in spellings)
        parts = {key: _words(pattern.search(body)) for key, pattern in _PARTS.items()}
        if match[1].lower() == "attributetype":
            syntax, equality = (found[1] if (found := _WORD[key].search(body)) else "" for key in ("SYNTAX", "EQUALITY"))
            yield AttributeType(
                match[2], names, spellings[0], "".join(parts["SUP"]), syntax, equality.lower(), _SINGLE.search(body) is not None
            )
        else:
            kind = found[1].upper() if (found := _KIND.search(body)) else "STRUCTURAL"
            yield ObjectClass(match[2], names, spellings[0], kind, parts["SUP"], parts["MUST"], parts["MAY"])


def _balanced(text: str, start: int) -> str:
    """Return the text from ``start`` to the parenthesis that closes the definition around it."""
    depth = 1
    for piece in _PIECE.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(piece[0], 0)
        if depth == 0:
            return text[start : piece.start()]
    return text[start:]


def _words(match: re.Match[str] | None) -> tuple[str, ...]:
    return () if match is None else tuple(word.lower() for word in re.findall(r"[\w.;-]+", match[1] or match[2] or ""))


_NO_TYPES: Mapping[str, AttributeType] = MappingProxyType({})
_NO_CLASSES: Mapping[str, ObjectClass] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SchemaModel:
    """A server's schema, looked up by name.

    Attributes:
        attributes: attribute types by each of their names, lower case, and by OID.
        classes: object classes by each of their names, lower case, and by OID.
    """

    attributes: Mapping[str, AttributeType] = field(default_factory=lambda: _NO_TYPES)
    classes: Mapping[str, ObjectClass] = field(default_factory=lambda: _NO_CLASSES)
    _types: dict[str, AttributeType | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    _closures: dict[tuple[str, ...], tuple[ObjectClass, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _allowed: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _required: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def extended(self, *texts: str) -> SchemaModel:
        """Return the schema with the definitions of schema files added; a later one of the same name wins.

        Args:
            texts: in the form of slapd.conf.
        """
        attributes, classes = dict(self.attributes), dict(self.classes)
        for text in texts:
            for each in parse_definitions(text):
                if isinstance(each, AttributeType):
                    attributes.update(dict.fromkeys((*each.names, each.oid), each))
                else:
                    classes.update(dict.fromkeys((*each.names, each.oid), each))
        return SchemaModel(MappingProxyType(attributes), MappingProxyType(classes))

    def type_of(self, description: str) -> AttributeType | None:
        """Return the type of an attribute description, its options left out; with syntax and equality rule as inherited.

        Returns:
            None for an attribute that the schema does not know.
        """
        name = description.partition(";")[0].lower()
        if name not in self._types:
            self._types[name] = self._resolved(name)
        return self._types[name]

    def _resolved(self, name: str) -> AttributeType | None:
        found = self.attributes.get(name)
        syntax, equality, above = ("", "", found)
        while above is not None and not (syntax and equality):
            syntax, equality = syntax or above.syntax, equality or above.equality
            above = self.attributes.get(above.sup) if above.sup else None
        return None if found is None else AttributeType(found.oid, found.names, found.spelling, found.sup, syntax, equality, found.single)

    def canonical(self, names: Iterable[str]) -> frozenset[str]:
        """Return first names of attribute types, options left out; a name that is not known stands for itself."""
        bare = (name.partition(";")[0].lower() for name in names)
        return frozenset(self.attributes[name].names[0] if name in self.attributes else name for name in bare)

    def closure(self, names: tuple[str, ...]) -> tuple[ObjectClass, ...]:
        """Return object classes and all their superiors.

        Args:
            names: in lower case; those that are not known are passed over.
        """
        found = self._closures.get(names)
        if found is None:
            reached: dict[str, ObjectClass] = {}
            stack = list(names)
            while stack:
                each = self.classes.get(stack.pop())
                if each is not None and each.oid not in reached:
                    reached[each.oid] = each
                    stack.extend(each.sup)
            found = self._closures[names] = tuple(reached.values())
        return found

    def required(self, names: tuple[str, ...]) -> frozenset[str]:
        """Return attributes that the classes require, ``objectclass`` left out."""
        found = self._required.get(names)
        if found is None:
            found = self.canonical(name for each in self.closure(names) for name in each.must) - {"objectclass"}
            self._required[names] = found
        return found

    def allowed(self, names: tuple[str, ...]) -> frozenset[str]:
        """Return attributes that the classes require or allow."""
        found = self._allowed.get(names)
        if found is None:
            found = self.canonical(name for each in self.closure(names) for name in (*each.must, *each.may)) | {"objectclass"}
            self._allowed[names] = found
        return found

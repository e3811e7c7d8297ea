"""The schema of 389-DS: what it brings, and the file that it is given: Apple's definitions, and those of core and cosine that it lacks.

389-DS does not start over one definition that it does not take: a name or OID that it has already under another one, or a syntax that it
does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from odkit.carrying.ldap.definitions import SchemaModel, parse_definitions
from odkit.carrying.ldap.schema import apple_schema, builtin_schema, nis_schema, standard_schema
from odkit.ldif import comment
from odkit.patterns import regex
from odkit.resources import resource_text

__all__ = ["SCHEMA_FILE", "delivered", "model_389", "own_schema", "schema_ldif"]

SCHEMA_FILE = "98odkit-apple.ldif"  # read behind its own, before 99user.ldif (which it writes itself)
# of core and cosine; 389-DS has nothing by these OIDs
_LACKING = frozenset({"2.5.4.65", "1.2.840.113549.1.9.1"}) | {
    f"0.9.2342.19200300.100.{n}"
    for n in (
        "1.2", "1.22", "1.26", "1.27", "1.28", "1.29", "1.30", "1.31", "1.46", "1.47", "1.49", "1.50", "1.51", "1.52", "1.53",
        "4.4", "4.15", "4.20", "4.21", "4.22",
    )
}  # fmt: skip
_SAME = frozenset({"1.3.6.1.4.1.7165.2.1.20", "1.3.6.1.4.1.7165.2.1.23"})  # sambaSID, sambaPrimaryGroupSID: as Apple has them
_ARC = "1.3.6.1.4.1.1466.115.121.1."
# syntaxes that it does not know -> the one of the same values that it does
_SYNTAXES = {"8": "5", "13": "15", "19": "15", "23": "5", "39": "26"}
_SYNTAX = regex(rf"SYNTAX {re.escape(_ARC)}({'|'.join(_SYNTAXES)})(?= )")
_CERTIFICATES = regex(r"EQUALITY certificateExactMatch ")
_TIME = regex(rf"SUBSTR \w+ (?=SYNTAX {re.escape(_ARC)}24 )")  # a rule for text, which no time has
_NO_RULE = regex(rf"SYNTAX {re.escape(_ARC)}(12|15|24|26)(?= )")
# by which 389-DS compares values where a definition names no rule; it is written, so that everybody sees it
_RULES = {"12": "distinguishedNameMatch", "15": "caseIgnoreMatch", "24": "generalizedTimeMatch", "26": "caseExactIA5Match"}
_DEFINITION = regex(r"(attributetype|objectclass) (\(\s*([\w.]+) .*\))")
_KEYWORDS = {"attributetype": "attributeTypes", "objectclass": "objectClasses"}


def own_schema() -> str:
    """Return what 389-DS defines otherwise than slapd, or than Apple, in the form of slapd.conf."""
    return resource_text("odkit.carrying.ds389", "own.schema")


@cache
def delivered() -> str:
    """Return the definitions that 389-DS is given, in the form of slapd.conf."""
    return "".join(f"{keyword} {text}\n" for keyword, text in _delivered())


@cache
def _delivered() -> tuple[tuple[str, str], ...]:
    """Keyword and text of each."""
    return tuple(_chosen())


def _chosen() -> Iterator[tuple[str, str]]:
    own = SchemaModel().extended(own_schema())
    for match in _DEFINITION.finditer(standard_schema()):
        if match[3] in _LACKING:
            yield match[1], _taken(match[2])
    for match in _DEFINITION.finditer(apple_schema()):
        [each] = parse_definitions(match[0])
        table = own.attributes if match[1] == "attributetype" else own.classes
        if each.oid not in _SAME and not any(name in table for name in (*each.names, each.oid)):
            yield match[1], _taken(match[2])


def _taken(definition: str) -> str:
    text = _SYNTAX.sub(lambda match: f"SYNTAX {_ARC}{_SYNTAXES[match[1]]}", _CERTIFICATES.sub("", definition))
    text = _TIME.sub("", text)
    return text if " EQUALITY " in text else _NO_RULE.sub(lambda match: f"EQUALITY {_RULES[match[1]]} {match[0]}", text)


@cache
def model_389() -> SchemaModel:
    """Return what the target knows once it has the file."""
    apple = "".join(f"{match[0]}\n" for match in _DEFINITION.finditer(apple_schema()) if match[3] in _SAME)
    return SchemaModel().extended(builtin_schema(), standard_schema(), nis_schema(), apple, delivered(), own_schema())


def schema_ldif(plan_id: str) -> bytes:
    """Return the file for the instance's folder ``schema``.

    Args:
        plan_id: of the plan.
    """
    head = comment(f"odkit plan {plan_id}: schema.ldif\nload.sh puts it into the schema of the instance, as {SCHEMA_FILE}")
    lines = ["dn: cn=schema", "objectClass: top", "objectClass: ldapSubentry", "objectClass: subschema"]
    lines += [f"{_KEYWORDS[keyword]}: {text}" for keyword, text in _delivered()]
    return head + "\n".join([*lines, ""]).encode()

"""The schema of an OpenLDAP server, in both forms that slapd takes."""

from __future__ import annotations

from functools import cache

from odkit.carrying.ldap.definitions import SchemaModel
from odkit.carrying.ldap.schema import apple_schema, builtin_schema, nis_schema, standard_schema

__all__ = ["GROUP_OF_MEMBERS", "bis_schema", "olc_form", "schema_of"]

GROUP_OF_MEMBERS = "groupOfMembers"
# draft-howard-rfc2307bis-02: a structural class whose member may be missing (an empty group cannot be a groupOfNames)
_GROUP_OF_MEMBERS = (
    "objectclass ( 1.3.6.1.1.1.2.18 NAME 'groupOfMembers' SUP top STRUCTURAL MUST ( cn ) "
    "MAY ( businessCategory $ seeAlso $ owner $ ou $ o $ description $ member ) )\n"
)
_POSIX_GROUP = "NAME 'posixGroup' SUP top STRUCTURAL"
_BIS_HEAD = """\
# RFC 2307bis for slapd, in place of its file nis (both together define the same names twice): posixGroup is an auxiliary class, and
# groupOfMembers is the structural one. Automount maps are defined in apple.schema.

"""


def bis_schema() -> str:
    """Return the schema of shape ``openldap-2307bis`` in the form of slapd.conf, to be included in place of nis."""
    nis = "".join(line + "\n" for line in nis_schema().splitlines() if not line.startswith("#") and line)
    return _BIS_HEAD + nis.replace(_POSIX_GROUP, _POSIX_GROUP.replace("STRUCTURAL", "AUXILIARY")) + _GROUP_OF_MEMBERS


def olc_form(name: str, schema: str) -> str:
    """Return a schema file in the form of ``cn=config``: one entry, for ``slapadd -n 0`` or ``ldapadd -Y EXTERNAL -H ldapi:///``.

    Args:
        name: cn of the entry.
        schema: in the form of slapd.conf, one definition a line.
    """
    out = [f"# {name}: the same definitions as {name}.schema, for cn=config"]
    out += [f"dn: cn={name},cn=schema,cn=config", "objectClass: olcSchemaConfig", f"cn: {name}"]
    for keyword, attribute in (("attributetype", "olcAttributeTypes"), ("objectclass", "olcObjectClasses")):
        out += [f"{attribute}: {line[len(keyword) :].strip()}" for line in schema.splitlines() if line.startswith(keyword + " ")]
    return "\n".join(out) + "\n\n"


@cache
def schema_of(shape: str) -> SchemaModel:
    """Return what a target of a shape knows.

    Args:
        shape: "openldap" or "openldap-2307bis".
    """
    own = nis_schema() if shape == "openldap" else bis_schema()
    return SchemaModel().extended(builtin_schema(), standard_schema(), own, apple_schema())

"""DNs as a server writes them, so that what was loaded can be compared byte by byte with what was planned (OpenLDAP libldap getdn.c)."""

from __future__ import annotations

from odkit.carrying.ldap.definitions import SchemaModel
from odkit.dn import parse_dn
from odkit.errors import InputError
from odkit.patterns import regex

__all__ = ["ServerNames", "is_pretty", "parent_of"]

_BLANKS = regex(r" {2,}")
_SPECIAL = frozenset(',+"<>;=\\\0')
# ASCII alone, nothing escaped or quoted, no blank where one would be dropped or escaped, attribute types that slapd writes so
_SIMPLE = regex(r"(?:(?:cn|uid|dc|ou)=[A-Za-z0-9$._\-/:'@()*]+(?: [A-Za-z0-9$._\-/:'@()*]+)*(?:,(?!\Z)|\Z))+\Z")


def parent_of(pretty: str) -> str:
    """Return the DN above one as `ServerNames.pretty` gives it: a comma inside a value is written there in hexadecimal."""
    return pretty.partition(",")[2]


def is_pretty(dn: str) -> bool:
    """Tell whether a DN is surely as `ServerNames.pretty` gives it."""
    return _SIMPLE.match(dn) is not None


class ServerNames:
    """Rewrites DNs.

    Args:
        model: the target's schema.
        blanks: several blanks in a name become one (389-DS).
    """

    def __init__(self, model: SchemaModel, *, blanks: bool = False) -> None:
        self._model, self._blanks = model, blanks

    def pretty(self, dn: str) -> str | None:
        """Return a DN as the server prints it; None if it is no DN, or names an attribute type that the target lacks."""
        return self._spelled(dn, any_type=False)

    def value(self, dn: str) -> str:
        """Return a DN that is a value as the server prints it, be its attribute types known or not."""
        return self._spelled(dn, any_type=True) or dn

    def _spelled(self, dn: str, *, any_type: bool) -> str | None:
        if _SIMPLE.match(dn):
            return dn
        try:
            rdns = parse_dn(dn).rdns
        except InputError:
            return None
        parts = []
        for rdn in rdns:
            pairs = []
            for kind, value in rdn:
                known = self._model.attributes.get(kind.lower())
                if not value or (known is None and not any_type):
                    return None
                text = _BLANKS.sub(" ", value) if self._blanks else value
                pairs.append(f"{known.spelling if known is not None else kind}={_escape(text)}")
            parts.append("+".join(sorted(pairs, key=str.lower)))
        return ",".join(parts)

    def parts(self, dn: str) -> tuple[str | None, list[tuple[str, bytes]]]:
        """Return `pretty` and `rdn_values` of a DN."""
        if _SIMPLE.match(dn):
            kind, _, value = dn.partition(",")[0].partition("=")
            return dn, [(kind, value.encode())]
        return self.pretty(dn), self.rdn_values(dn)

    def rdn_values(self, dn: str) -> list[tuple[str, bytes]]:
        """Return attribute types, as the schema spells them, and values of a DN's first RDN; empty for a text that is not a DN."""
        if _SIMPLE.match(dn):
            kind, _, value = dn.partition(",")[0].partition("=")
            return [(kind, value.encode())]
        try:
            rdns = parse_dn(dn).rdns
        except InputError:
            return []
        known = self._model.attributes
        return [(known[k.lower()].spelling if k.lower() in known else k, v.encode("utf-8", "surrogateescape")) for k, v in rdns[0]]


def _escape(value: str) -> str:
    out = "".join(f"\\{ord(c):02X}" if c in _SPECIAL else c for c in value)
    if out[0] in " #":
        out = f"\\{ord(out[0]):02X}{out[1:]}"
    return f"{out[:-1]}\\20" if out[-1] == " " else out

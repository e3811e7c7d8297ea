"""What an LDAP server knows, takes and writes otherwise than another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from odkit.carrying.ldap.definitions import SchemaModel
from odkit.carrying.ldap.passwords import PasswordForms
from odkit.carrying.ldap.syntaxes import Syntaxes
from odkit.dataclass import dataclass

__all__ = ["Server"]

_NONE: Mapping[str, str] = MappingProxyType({})
_NO_VALUES: Mapping[str, tuple[bytes, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Server:
    """An LDAP server as a target.

    Attributes:
        name: for people.
        model: its schema.
        syntaxes: what it takes for a value.
        passwords: the forms in which it has passwords.
        one_structure: each record has exactly one structural object class, with its superiors.
        rewrites: it adds the superiors of each object class, and spells a DN that is a value in its own way; so both are written as it has
            them.
        own: attributes, lower case, that mean something to the server itself, and why they are left out.
        lock: the attribute that keeps a user from logging in; empty where it has none.
        on_suffix: what the topmost record gets beside its own values.
    """

    name: str
    model: SchemaModel
    syntaxes: Syntaxes
    passwords: PasswordForms
    one_structure: bool = True
    rewrites: bool = False
    own: Mapping[str, str] = field(default_factory=lambda: _NONE)
    lock: str = ""
    on_suffix: Mapping[str, tuple[bytes, ...]] = field(default_factory=lambda: _NO_VALUES)

"""A model of ``ipa migrate-ds``: which words it takes, what it searches, and what becomes of each entry.

Read in FreeIPA b16f3b80 (4.14 in development), ipaserver/plugins/migration.py (options, filters, changes), ipaserver/plugins/user.py and
group.py (object classes that are added), ipalib/parameters.py (Str: no blanks around a value) and ipa-pwd-extop/prepost.c (passwords).
It stands for FreeIPA in a rehearsal, and is stricter where that cannot be known.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from odkit.carrying.ds389.syntaxes import syntaxes_389
from odkit.carrying.ldap.definitions import parse_definitions
from odkit.carrying.ldap.schema import apple_schema
from odkit.carrying.ldap.syntaxes import match_key
from odkit.carrying.openldap.schema import GROUP_OF_MEMBERS, schema_of
from odkit.dataclass import dataclass
from odkit.dn import parse_dn
from odkit.ldif import Entry
from odkit.patterns import regex
from odkit.text import decode

__all__ = ["Domain", "IpaError", "MigrateOptions", "migrate"]

_URI = regex(r"ldaps?://[-\w.]+(:\d+)?\Z")
_ONE = {
    "bind-dn": "cn=directory manager",
    "base-dn": "",
    "user-container": "ou=people",
    "group-container": "ou=groups",
    "schema": "RFC2307bis",
    "scope": "onelevel",
}
_MANY = {
    "user-objectclass": ("person",),
    "group-objectclass": ("groupofuniquenames", "groupofnames"),
    "user-ignore-objectclass": (),
    "user-ignore-attribute": (),
    "group-ignore-objectclass": (),
    "group-ignore-attribute": (),
    "exclude-users": (),
    "exclude-groups": (),
}
_FLAGS = frozenset({"continue", "with-compat", "group-overwrite-gid"})
_USER = (
    "top", "person", "organizationalperson", "inetorgperson", "inetuser", "posixaccount", "krbprincipalaux", "krbticketpolicyaux",
    "ipaobject", "ipasshuser",
)  # fmt: skip
_GROUP = ("top", "groupofnames", "nestedgroup", "ipausergroup", "ipaobject")
_OWN_CLASSES = frozenset({*_USER, *_GROUP})
_OWN_ATTRIBUTES = frozenset({"ipauniqueid", "krbprincipalname", "krbcanonicalname", "nsaccountlock", "member"})
_HASHED = regex(rb"\{(?:CRYPT|SHA|SSHA|SHA256|SSHA256|SHA384|SSHA384|SHA512|SSHA512|MD5|SMD5|PBKDF2[A-Z0-9_-]*)\}", 2)


class IpaError(Exception):
    """What ``ipa`` ends with: words for the person, and its status."""

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class MigrateOptions:
    """The words of a command.

    Attributes:
        uri: of the server that is read.
        one: options that have one value, by name.
        many: options that can stand several times, their values in small letters.
        flags: those that are set.
    """

    uri: str
    one: Mapping[str, str]
    many: Mapping[str, tuple[str, ...]]
    flags: frozenset[str]

    @classmethod
    def parse(cls, words: Sequence[str]) -> MigrateOptions:
        """Read the words behind ``ipa migrate-ds``.

        Raises:
            IpaError: a word that ``ipa`` does not take.
        """
        one, many, flags, rest = dict(_ONE), {name: list[str]() for name in _MANY}, set[str](), list[str]()
        for word in words:
            name, equals, value = word.removeprefix("--").partition("=")
            if not word.startswith("--"):
                rest.append(word)
            elif name in _FLAGS and not equals:
                flags.add(name)
            elif name in _ONE and value:
                one[name] = value
            elif name in _MANY and value and value.strip() == value:
                many[name].append(value.lower())
            else:
                raise IpaError(f"invalid word: {word}", 2)
        if len(rest) != 1 or _URI.match(rest[0]) is None:
            raise IpaError("invalid 'ldap_uri': Invalid LDAP URI.")
        if one["schema"] != "RFC2307bis" or one["scope"] != "onelevel":
            raise IpaError("the model knows the schema RFC2307bis and the scope onelevel alone")
        return cls(rest[0], one, {name: tuple(found) or _MANY[name] for name, found in many.items()}, frozenset(flags))

    def container(self, kind: str) -> str:
        """Return where users or groups are searched."""
        return f"{self.one[f'{kind}-container']},{self.one['base-dn']}"

    def filter(self, kind: str) -> str:
        """Return what they are searched by."""
        classes = "".join(f"(objectclass={name})" for name in self.many[f"{kind}-objectclass"])
        return f"(&(|{classes})({'uid' if kind == 'user' else 'cn'}=*))"


class Domain:
    """A FreeIPA domain, as far as the model needs one.

    Args:
        entries: attributes by name of the user or group, by ``user`` and ``group``; secret inside.
        failed: likewise, why an entry was refused.
        clear: names of users whose password was taken as clear text.
    """

    def __init__(
        self,
        entries: dict[str, dict[str, dict[str, list[bytes]]]] | None = None,
        failed: dict[str, dict[str, str]] | None = None,
        clear: list[str] | None = None,
    ) -> None:
        self.entries = entries if entries is not None else {"user": {}, "group": {}}
        self.failed = failed if failed is not None else {"user": {}, "group": {}}
        self.clear = clear if clear is not None else []

    def as_json(self) -> dict[str, Any]:
        """Return it for JSON: values in base64."""
        return {"entries": _each_value(self.entries, lambda value: b64encode(value).decode()), "failed": self.failed, "clear": self.clear}

    @classmethod
    def of_json(cls, state: Mapping[str, Any]) -> Domain:
        """Return one from what `as_json` gave."""
        return cls(_each_value(state["entries"], b64decode), state["failed"], state["clear"])


def _each_value(entries: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    return {
        kind: {name: {attribute: [*map(change, values)] for attribute, values in entry.items()} for name, entry in found.items()}
        for kind, found in entries.items()
    }


def migrate(options: MigrateOptions, search: Callable[[str, str], Iterable[Entry]], domain: Domain) -> dict[str, list[str]]:
    """Bring users, then groups, into a domain.

    Args:
        options: of the command.
        search: gives the entries one level below a DN that a filter matches.
        domain: added to.

    Returns:
        Names that were migrated, by kind.

    Raises:
        IpaError: a search finds nothing, and ``--continue`` was not given.
    """
    done: dict[str, list[str]] = {"user": [], "group": []}
    for kind, names in done.items():
        entries = list(search(options.container(kind), options.filter(kind)))
        if not entries and "continue" not in options.flags:
            raise IpaError(f"{kind} LDAP search did not return any result (search base: {options.container(kind)})", 2)
        key = "uid" if kind == "user" else "cn"
        for entry in entries:
            attribute, value = parse_dn(entry.dn).rdns[0][0]
            name = (value if attribute == key else decode(entry.attributes[key][0])).lower()
            if name in options.many[f"exclude-{kind}s"]:
                continue
            values = {attr.lower(): list(found) for attr, found in entry.attributes.items()}
            why = _changed(options, kind, name, values) or _why_refused(kind, name, values, domain)
            if why is not None:
                domain.failed[kind][name] = why
                continue
            if not all(_HASHED.match(found) for found in values.get("userpassword", ())):
                domain.clear.append(name)
            domain.entries[kind][name] = values
            names.append(name)
    return done


def _changed(options: MigrateOptions, kind: str, name: str, values: dict[str, list[bytes]]) -> str | None:
    """Change an entry as the callbacks do; why it is refused there, None when it is not."""
    key = "uid" if kind == "user" else "cn"
    ignored = options.many[f"{kind}-ignore-objectclass"]
    classes = {*(_USER if kind == "user" else _GROUP), *(decode(each).lower() for each in values["objectclass"])}
    values["objectclass"] = sorted(each.encode() for each in classes if each not in ignored)
    values[key][0] = decode(values[key][0]).lower().encode()
    values["ipauniqueid"] = [b"autogenerate"]
    if kind == "group":
        found = [*values.pop("member", ()), *values.pop("uniquemember", ())]
        values["member"] = [new for each in found if (new := _member(options, each)) is not None]
    elif "gidnumber" not in values:
        return f"{name} is not a POSIX user"
    else:
        values["krbprincipalname"] = values["krbcanonicalname"] = [f"{name}@IPA.EXAMPLE".encode()]
        values.setdefault("description", []).append(b"__no_upg__")
    for attribute in (*options.many[f"{kind}-ignore-attribute"], "krbprincipalkey", "memberofindirect", "memberindirect"):
        values.pop(attribute, None)
    return None


def _member(options: MigrateOptions, dn: bytes) -> bytes | None:
    """A member's DN in the domain; None for one of no container that is read."""
    (_, value), *_rest = parse_dn(decode(dn)).rdns[0]
    place = decode(dn).partition(",")[2].lower()
    for kind, key in (("user", "uid"), ("group", "cn")):
        if place == options.container(kind).lower():
            return f"{key}={value}".encode()
    return None


@cache
def _unknown_to_freeipa() -> frozenset[str]:
    """Names that Apple's schema alone defines, and the class of the staging server's groups."""
    names = {name for each in parse_definitions(apple_schema()) for name in each.names if name.startswith("apple-")}
    return frozenset({*names, GROUP_OF_MEMBERS.lower()})


def _why_refused(kind: str, name: str, values: Mapping[str, list[bytes]], domain: Domain) -> str | None:
    """Why 389-DS refuses an entry; None when it takes it."""
    if name in domain.entries[kind]:
        return f"{kind} with name {name} already exists"
    model = schema_of("openldap-2307bis")
    classes = tuple(decode(each) for each in values["objectclass"])
    for each in classes:
        if each in _unknown_to_freeipa() or (each not in _OWN_CLASSES and each not in model.classes):
            return f'unknown object class "{each}"'
    missing = model.required(classes) - {"member"} - {attribute.partition(";")[0] for attribute in values}
    if missing:
        return f"missing attribute {', '.join(sorted(missing))}"
    return next(_bad_values(classes, values), None)


def _bad_values(classes: tuple[str, ...], values: Mapping[str, list[bytes]]) -> Iterator[str]:
    model = schema_of("openldap-2307bis")
    allowed = model.allowed(classes) | _OWN_ATTRIBUTES
    for attribute, found in values.items():
        kind = model.type_of(attribute)
        bare = kind.names[0] if kind is not None else attribute.partition(";")[0]
        if "extensibleobject" not in classes and bare not in allowed:
            yield f'attribute "{attribute}" not allowed'
        if kind is not None and not all(syntaxes_389().is_valid(kind.syntax, value) for value in found):
            yield f"{attribute}: value invalid per syntax"
        keys = [match_key(kind.equality, value) for value in found] if kind is not None else list(found)
        if len(set(keys)) < len(keys):
            yield f"Type or value exists: {attribute}"
        if kind is not None and kind.single and len(found) > 1:
            yield f"single-valued attribute {attribute} has several values"

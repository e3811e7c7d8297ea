"""The domain that is carried to: its base DN, and what it has already, as ``ldbsearch`` of its database shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from odkit.carrying.samba.names import Claim, Kind
from odkit.directory import Record
from odkit.dn import DN, dn_key, parse_dn
from odkit.errors import InputError, InputReason, UsageError
from odkit.files import read_whole
from odkit.ldif import Entry, Reader
from odkit.patterns import regex
from odkit.text import decode, escape
from odkit.values.attributes import text_of, texts_of

__all__ = ["COMMAND", "base_of", "guid_of", "read_domain", "realm_of"]

COMMAND = "ldbsearch -H /var/lib/samba/private/sam.ldb > domain.ldif"
_TRAILER = regex(rb"(?m)^# ([0-9]{1,18}) entries\s*$")
_GUID = regex(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_NO_GUID = "00000000-0000-0000-0000-000000000000"
_SEEN = ("samaccountname", "objectguid", "objectsid", "cn")  # of the krbtgt of every domain: these were asked for


def base_of(text: str) -> DN:
    """Return the base DN of a domain.

    Raises:
        UsageError: it is not made of ``DC=`` parts.
    """
    try:
        dn = parse_dn(text)
    except InputError as error:
        raise UsageError(f"--base-dn is no DN: {error.message}") from error
    if len(dn.rdns) < 2 or any(len(rdn) != 1 or rdn[0][0].lower() != "dc" or not rdn[0][1] for rdn in dn.rdns):
        raise UsageError(f"--base-dn {escape(text)} is not that of a domain: it has the form DC=ad,DC=example,DC=com")
    return DN(tuple((("DC", value),) for ((_, value),) in dn.rdns))


def realm_of(base: DN) -> str:
    """Return the realm of a domain, which its base DN decides."""
    return ".".join(rdn[0][1] for rdn in base.rdns).upper()


def guid_of(record: Record) -> str | None:
    """Return the GeneratedUID of a record in lower case; None where it has none that an object could have."""
    found = record.texts("apple-generateduid")
    if len(found) != 1 or not _GUID.fullmatch(found[0]) or found[0] == _NO_GUID:
        return None
    return found[0].lower()


def read_domain(path: Path, base: DN) -> dict[tuple[Kind, str], str]:
    """Read an ``ldbsearch`` of the whole domain.

    Args:
        path: its output.
        base: base DN that was asked for.

    Returns:
        The identity of each thing that is taken -> whose it is.

    Raises:
        InputError: unreadable, cut, of a part of the domain, of another domain, or without an attribute that shows collisions.
    """
    data = read_whole(path)
    entries = [entry for entry in Reader(data, name=str(path)) if isinstance(entry, Entry)]
    counts = _TRAILER.findall(data[-200:])
    if not counts or int(counts[-1]) != len(entries):
        raise InputError(
            str(path), None, f"is cut: the count at its end is not there, or not that of its entries; make it again: {COMMAND}"
        )
    _check(entries, base, str(path))
    taken: dict[tuple[Kind, str], str] = {}
    for entry in entries:
        for claim in _claims(entry, base):
            taken.setdefault(claim.key, entry.dn)
    return taken


def _check(entries: list[Entry], base: DN, path: str) -> None:
    heads = [entry for entry in entries if "domaindns" in {decode(value).lower() for value in entry.attributes.get("objectClass", ())}]
    if not any(dn_key(entry.dn) == base.key for entry in heads):
        found = ", ".join(escape(entry.dn) for entry in heads[:3]) or "no domain"
        raise InputError(path, None, f"is of {found}, and --base-dn says {base}: search the whole domain, {COMMAND}")
    for entry in entries:
        if (text_of(entry.attributes, "sAMAccountName") or "").lower() == "krbtgt":
            missing = [name for name in _SEEN if name not in entry.attributes]
            if missing:
                raise InputError(path, entry.line, f"does not show {', '.join(missing)}: what was not asked for is not known; {COMMAND}")
            return
    message = f"holds no krbtgt, so that it is a part of the domain alone: search without a filter, {COMMAND}"
    raise InputError(path, None, message, InputReason.CUT)


def _claims(entry: Entry, base: DN) -> Iterator[Claim]:
    attributes = entry.attributes
    kinds = {
        "sAMAccountName": Kind.NAME,
        "objectGUID": Kind.GUID,
        "userPrincipalName": Kind.PRINCIPAL,
        "servicePrincipalName": Kind.SERVICE,
        "uidNumber": Kind.UID,
    }
    for name, kind in kinds.items():
        for text in texts_of(attributes, name):
            yield Claim(kind, text)
            if kind is Kind.NAME:
                yield Claim(Kind.PRINCIPAL, f"{text}@{realm_of(base)}")
    classes = {text.lower() for text in texts_of(attributes, "objectClass")}
    if "group" in classes:
        for text in texts_of(attributes, "gidNumber"):
            yield Claim(Kind.GID, text)
    parent = (dn_key(entry.dn) or "").partition(",")[2]
    if parent in {f"cn=users,{base.key}", f"cn=computers,{base.key}"}:
        for text in texts_of(attributes, "cn"):
            yield Claim(Kind.NAME, text)

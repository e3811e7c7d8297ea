"""The scripts of a plan for a Samba domain."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator

from odkit.carrying.samba.entries import marked, marker
from odkit.carrying.samba.names import Claim, Kind
from odkit.shell import assemble, fragment, heredoc, status_lines

__all__ = ["CONTROL", "load_script", "unload_script"]

CONTROL = "local_oid:1.3.6.1.4.1.7165.4.3.12:0"  # Samba's DSDB_CONTROL_BYPASS_PASSWORD_HASH_OID: hashes are taken as they are
_ROOM = 96 * 1024  # bytes of one filter; a word of a command may have 128 KiB, and each start of ldbsearch takes longer than the questions
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@/$ ")
_FILTERS = {
    Kind.NAME: ("anywhere", "(sAMAccountName={})"),
    Kind.PRINCIPAL: ("anywhere", "(userPrincipalName={})"),
    Kind.SERVICE: ("anywhere", "(servicePrincipalName={})"),
    Kind.UID: ("anywhere", "(&(objectClass=user)(uidNumber={}))"),
    Kind.GID: ("anywhere", "(&(objectClass=group)(gidNumber={}))"),
    Kind.GUID: ("deleted", "(objectGUID={})"),  # remains of a deleted object hold its GUID, too
}
_CONTAINERS = ("CN=Users", "CN=Computers")


def load_script(plan_id: str, base: str, claims: Iterable[Claim], moment: int, count: int, passwords: int) -> bytes:
    """Return ``load.sh``.

    Args:
        plan_id: of the plan.
        base: base DN of the domain.
        claims: what the objects of the plan take; the domain must not have it.
        moment: Unix time from which passwords count as set.
        count: objects in ``add.ldif``.
        passwords: accounts in ``secrets.ldif``.

    Raises:
        RefusedError: a base DN that a script cannot carry.
    """
    what = f"Loads add.ldif and secrets.ldif into the Samba domain {base}: into a copy of its database first, then into it."
    return _script("load.sh", "loaded", what, plan_id, (base, count, passwords), [heredoc("claims", _questions(claims))], moment)


def unload_script(plan_id: str, base: str, count: int, passwords: int) -> bytes:
    """Return ``unload.sh``: the way back; the arguments are those of `load_script`."""
    what = f"Deletes from the Samba domain {base} what load.sh has loaded, where nobody has changed it since."
    return _script("unload.sh", "deleted", what, plan_id, (base, count, passwords), [])


def _script(name: str, done: str, what: str, plan_id: str, plan: tuple[str, int, int], data: list[str], moment: int = 0) -> bytes:
    base, count, passwords = plan
    head = (
        f"odkit plan {plan_id}: {name}",
        what,
        "Run it on the domain controller as root, with the whole folder beside it. Without --apply it changes nothing.",
        *status_lines(done),
    )
    values = {
        "PLAN": plan_id,
        "BASE": base,
        "OBJECTS": str(count),
        "SECRETS": str(passwords),
        "OWNED": marker(plan_id),
        "WITH": b64encode(marked(plan_id).encode()).decode(),
        "MOMENT": str(moment),
        "CONTROL": CONTROL,
    }
    own = [fragment("odkit.carrying.samba", part) for part in ("samba.sh", name)]
    return assemble(head, values, ("common.sh",), data, own=own)


def _questions(claims: Iterable[Claim]) -> Iterator[str]:
    """Yield lines ``WHERE|FILTER``; each filter asks for many things at once (RFC 4515)."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        where, pattern = _FILTERS[claim.kind]
        text = _assertion(claim.text)
        found.setdefault(where, []).append(pattern.format(text))
        if claim.kind is Kind.NAME:
            for container in _CONTAINERS:
                found.setdefault(container, []).append(f"(cn={text})")
    for where, filters in found.items():
        yield from (f"{where}|(|{together})" for together in _joined(filters))


def _joined(filters: Iterable[str]) -> Iterator[str]:
    """Yield the filters, as many together as have room in a word of a command."""
    held: list[str] = []
    size = 0
    for each in filters:
        if held and size + len(each) > _ROOM:
            yield "".join(held)
            held, size = [], 0
        held.append(each)
        size += len(each)
    if held:
        yield "".join(held)


def _assertion(text: str) -> str:
    """Return a value in a filter (RFC 4515 section 3): every byte that could mean something as a backslash and two digits."""
    return "".join(
        sign if sign in _PLAIN else "".join(f"\\{byte:02x}" for byte in sign.encode("utf-8", "surrogateescape")) for sign in text
    )

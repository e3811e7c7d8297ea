"""What a plan says about principals beside the verdicts: collisions, changes, and what to destroy afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from odkit.carrying.keys import SourcePrincipal
from odkit.carrying.mitdump import ALLOWED, Planned, limits_of
from odkit.carrying.model import CarriedService, CarriedUser, Change, Collision, Destroy, LeftOut
from odkit.carrying.options import CarryOptions
from odkit.carrying.source import CarrySource
from odkit.carrying.verdicts import Reason, Why
from odkit.text import decode, escape

__all__ = ["collisions_of", "kerberos_changes", "older_keys", "to_destroy"]


def collisions_of(users: Iterable[CarriedUser], services: Iterable[CarriedService]) -> tuple[Collision, ...]:
    """Return every name that the target has already."""
    out = [Collision(user.name, reason.text) for user in users for reason in user.reasons if reason.why is Why.COLLISION]
    out += [Collision(decode(service.principal), service.reason.text) for service in services if service.reason.why is Why.COLLISION]
    return tuple(out)


def kerberos_changes(planned: Iterable[Planned], source: CarrySource) -> tuple[Change, ...]:
    """Return what arrives other than it stood in the old KDC: one row for what holds for all, one for each principal of its own."""
    rows = list(planned)
    out = []
    if source.realm_from != source.realm_to and rows:
        old, new = escape(source.realm_from or b""), escape(source.realm_to or b"")
        what = f"the realm becomes {new}; salts stay those of {old}, so that passwords work"
        out.append(Change("every principal", what, count=len(rows)))
    for row in rows:
        out += _own(row, source)
    return tuple(out)


def _own(row: Planned, source: CarrySource) -> Iterator[Change]:
    subject = str(row.principal)
    dropped = row.entry.attributes & ~ALLOWED
    if dropped:
        yield Change(subject, f"attributes {dropped:#x} stay behind: they give rights, or mean nothing", "attributes")
    _, _, password_expires = limits_of(row, source.at)
    if row.entry.policy is not None:
        if password_expires and not row.entry.password_expires:
            yield Change(subject, f"the policy {escape(row.entry.policy)} becomes the date that it means", "policy")
        else:
            yield Change(subject, f"the policy {escape(row.entry.policy)} stays behind", "policy")


def older_keys(arriving: Iterable[SourcePrincipal]) -> tuple[LeftOut, ...]:
    """Return the principals that arrive without their keys of older versions.

    Args:
        arriving: the principals whose newest keys arrive.
    """
    return tuple(LeftOut(str(each.principal), _older(each)) for each in arriving if each.older)


def _older(entry: SourcePrincipal) -> Reason:
    versions = " and ".join(map(str, entry.older))
    text = f"its keys of version {versions} stay behind, the newest ({entry.kvno}) alone arrives"
    return Reason(Why.NOTE, f"{text}: ask for tickets again, and make a keytab anew that lacks it")


def to_destroy(options: CarryOptions) -> tuple[Destroy, ...]:
    """Return what holds keys, or opens them."""
    rows = [
        (options.kdc_dump, "every key of the old realm, sealed under its master key"),
        (options.stash, "opens every key of the old dump and of the old KDC's database"),
        (options.m_key, "opens the sealed key sets of cn=authdata"),
        (options.target_dump, "keys of the target, sealed under its master key"),
        (options.target_stash, "this copy of the target's master key: the target keeps its own"),
    ]
    out = [Destroy(str(path), why) for path, why in rows if path is not None]
    if options.kdc_dump is None:
        out.append(Destroy("every export of cn=authdata", "it holds key sets and NT hashes in clear: with it anybody can be any user"))
    out.append(Destroy("this folder", "the carried keys, once the move is proved"))
    return tuple(out)

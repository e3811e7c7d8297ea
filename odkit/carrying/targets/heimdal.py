"""The target ``heimdal``: a Heimdal KDC, by a file for ``kadmin -l merge``; the only home of users who have single DES keys alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from odkit.carrying.heimdal.merge import why_not_in_a_dump
from odkit.carrying.heimdal.scripts import heimdal_files
from odkit.carrying.kerberoslists import collisions_of, kerberos_changes, older_keys, to_destroy
from odkit.carrying.keys import USABLE, SourcePrincipal
from odkit.carrying.mitdump import Planned
from odkit.carrying.model import CarriedService, CarriedUser, Change, Destroy, PlannedFile
from odkit.carrying.principals import PrincipalRuling, rule_on
from odkit.carrying.services import rule_on_services
from odkit.carrying.source import CarrySource, SourceUser
from odkit.carrying.target import Decisions, Target
from odkit.carrying.verdicts import Reason, Why
from odkit.errors import UsageError
from odkit.kerberos import Principal, PrincipalStore
from odkit.text import escape, plural

__all__ = ["SINGLE_DES", "TARGETS", "rule_on_user", "with_sealed_keys"]

SINGLE_DES = frozenset({1, 2, 3})
_TAKEN_KEYS = USABLE | SINGLE_DES
_NO_KEYS = (
    "a Heimdal KDC needs the users' keys: give --kdc-dump and --stash (10.4 to 10.6), or the export of cn=authdata beside the main one "
    "(10.7 and later)"
)
_UNPROVED = (
    "Real Macs as clients of the new realm.",
    "Password history: what the old KDC refused as used before, the new one accepts once.",
)


def with_sealed_keys(source: CarrySource) -> CarrySource:
    """Return the source with keys that stay sealed with its own master key, where that was not given."""
    if source.principals is None:
        return source
    return replace(source, principals={name: _with_sealed(entry) for name, entry in source.principals.items()})


def _with_sealed(entry: SourcePrincipal) -> SourcePrincipal:
    return replace(entry, keys=entry.sealed, trouble=None) if entry.sealed else entry


def rule_on_user(source: CarrySource, user: SourceUser) -> PrincipalRuling:
    """Decide on a user's principal.

    Args:
        source: of `with_sealed_keys`.
        user: one of its users.
    """
    ruling = rule_on(source, user, usable=_TAKEN_KEYS, misfit=why_not_in_a_dump)
    notes = []
    if any(key.mkvno is not None for key in ruling.keys):
        notes.append(Reason(Why.NOTE, "its keys stay sealed with the source's master key, which the target has to use"))
    if ruling.keys and all(key.enctype in SINGLE_DES for key in ruling.keys):
        notes.append(Reason(Why.NOTE, "needs allow_weak_crypto = true at the KDC and at the client"))
    return replace(ruling, reasons=(*ruling.reasons, *notes))


def _decide(source: CarrySource) -> Decisions:
    if source.principals is None:
        raise UsageError(_NO_KEYS)
    source = with_sealed_keys(source)
    users: list[CarriedUser] = []
    planned: list[Planned] = []
    arriving: list[SourcePrincipal] = []
    claimed: set[Principal] = set()
    for user in source.users():
        ruling = rule_on_user(source, user)
        users.append(ruling.as_user(user))
        if user.principal is not None:
            claimed.add(user.principal)
        if ruling.target is not None and user.entry is not None and ruling.keys:
            planned.append(Planned(ruling.target, ruling.keys, user.entry.entry, user.state))
            arriving.append(user.entry)
    services: list[CarriedService] = []
    for service in rule_on_services(source, claimed, usable=_TAKEN_KEYS, misfit=why_not_in_a_dump):
        services.append(service.service)
        if service.target is not None and service.entry is not None:
            planned.append(Planned(service.target, service.keys, service.entry.entry, None))
            arriving.append(service.entry)
    return Decisions(
        tuple(users),
        services=tuple(services),
        collisions=collisions_of(users, services),
        changed=(*kerberos_changes(planned, source), *_kept_sealed(planned)),
        left_out=older_keys(arriving),
        destroy=(Destroy("principals.merge", "keys in clear: whoever has it can be any user"), *to_destroy(source.options)),
        unproved=_UNPROVED,
        steps=_steps(source, planned),
        files=lambda plan_id: _files(source, planned, plan_id),
    )


def _kept_sealed(planned: Sequence[Planned]) -> Iterator[Change]:
    sealed = sum(any(key.mkvno is not None for key in each.keys) for each in planned)
    if sealed:
        yield Change("principals.merge", "keys stay sealed with the source's master key", "keys", sealed)


def _files(source: CarrySource, planned: Sequence[Planned], plan_id: str) -> Sequence[PlannedFile]:
    assert source.realm_to is not None
    return heimdal_files(plan_id, planned, source.realm_to, source.at)


def _steps(source: CarrySource, planned: Sequence[Planned]) -> tuple[str, ...]:
    sealed = sum(any(key.mkvno is not None for key in each.keys) for each in planned)
    weak = sum(all(key.enctype in SINGLE_DES for key in each.keys) for each in planned)
    lines = []
    if sealed:
        lines += [
            f"The keys of {plural(sealed, 'principal')} stay sealed: the target needs the source's master key as its own (mkey_file),",
            "  and proves it: load.sh takes out again what the KDC cannot open. Or carry again with --m-key.",
        ]
    if weak:
        lines.append(
            f"{plural(weak, 'principal')} with single DES alone: allow_weak_crypto = true in krb5.conf, at the KDC and at clients."
        )
    return (
        *lines,
        f"Copy the whole folder to the KDC of {escape(source.realm_to or b'')} (0700, root), and there, first without --apply:",
        "  sh load.sh",
        "  sh load.sh --apply",
        "Then log in as a user of each kind: kinit NAME with the old password. The way back: sh unload.sh",
    )


TARGETS = (Target("heimdal", "a Heimdal KDC with a database of its own", _decide, kdc=PrincipalStore.HEIMDAL),)

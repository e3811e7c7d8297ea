"""The target ``mit``: a fresh MIT KDC, by a dump for ``kdb5_util load -update`` that is sealed under the target's own master key."""

from __future__ import annotations

from collections.abc import Sequence

from odkit.carrying.kdc.files import kdc_files, kdc_steps
from odkit.carrying.kerberoslists import collisions_of, kerberos_changes, older_keys, to_destroy
from odkit.carrying.keys import SourcePrincipal
from odkit.carrying.mitdump import Planned, why_not_in_a_mit_dump
from odkit.carrying.model import CarriedService, CarriedUser, PlannedFile
from odkit.carrying.principals import rule_on_users
from odkit.carrying.services import rule_on_services
from odkit.carrying.source import CarrySource
from odkit.carrying.target import Decisions, Target
from odkit.errors import UsageError
from odkit.kerberos import Principal

__all__ = ["TARGETS"]

_NO_KEYS = (
    "an MIT KDC needs the users' keys: give --kdc-dump and --stash (10.4 to 10.6), or the export of cn=authdata beside the main one (10.7 "
    "and later)"
)
_UNWRITABLE = (
    "-o needs --target-dump and --target-stash: the keys are sealed under the target's own master key, and no dump with clear keys is ever "
    "written. On the target: kdb5_util dump new.dump, and its stash file"
)
_NEWEST_KEYS = (
    "Tickets and keytabs of older key versions: the newest keys of a service alone travel, so that a ticket made with an older one is "
    "refused until it is asked for again, and a keytab without the newest version has to be made anew."
)
_UNPROVED = (
    "Real Macs as clients of the new realm.",
    _NEWEST_KEYS,
    "Password history: what the old KDC refused as used before, the new one accepts once.",
)


def _decide(source: CarrySource) -> Decisions:
    if source.principals is None:
        raise UsageError(_NO_KEYS)
    users: list[CarriedUser] = []
    planned: list[Planned] = []
    arriving: list[SourcePrincipal] = []
    claimed: set[Principal] = set()
    for each in rule_on_users(source, misfit=why_not_in_a_mit_dump):
        users.append(each.user)
        if each.principal is not None:
            claimed.add(each.principal)
        if each.ruling.target is not None and each.entry is not None:
            planned.append(Planned(each.ruling.target, each.ruling.keys, each.entry.entry, each.state))
            arriving.append(each.entry)
    services: list[CarriedService] = []
    for service in rule_on_services(source, claimed, misfit=why_not_in_a_mit_dump):
        services.append(service.service)
        if service.target is not None and service.entry is not None:
            planned.append(Planned(service.target, service.keys, service.entry.entry, None))
            arriving.append(service.entry)
    kdc = source.target_kdc

    def files(plan_id: str) -> Sequence[PlannedFile]:
        assert kdc is not None
        return kdc_files(plan_id, planned, kdc, source.at)

    return Decisions(
        tuple(users),
        services=tuple(services),
        collisions=collisions_of(users, services),
        changed=kerberos_changes(planned, source),
        left_out=older_keys(arriving),
        destroy=to_destroy(source.options),
        unproved=_UNPROVED,
        steps=kdc_steps(source.realm_to or b""),
        why_unwritable=None if kdc is not None and kdc.master_key is not None else _UNWRITABLE,
        files=files,
    )


TARGETS = (Target("mit", "an MIT KDC", _decide),)

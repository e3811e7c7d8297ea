"""The target ``mit``: a fresh MIT KDC, by a dump for ``kdb5_util load -update`` that is sealed under the target's own master key."""

from __future__ import annotations

from odkit.carrying.model import CarriedUser, Collision, Why
from odkit.carrying.principals import rule_on
from odkit.carrying.source import CarrySource
from odkit.carrying.target import Decisions, Target
from odkit.errors import UsageError

__all__ = ["TARGETS"]


def _decide(source: CarrySource) -> Decisions:
    if source.principals is None:
        raise UsageError(
            "an MIT KDC needs the users' keys: give --kdc-dump and --stash (10.4 to 10.6), or the export of cn=authdata beside the main "
            "one (10.7 and later)"
        )
    users: list[CarriedUser] = []
    collisions: list[Collision] = []
    for user in source.users():
        ruling = rule_on(source, user)
        users.append(ruling.as_user(user))
        collisions += [Collision(user.name, reason.text) for reason in ruling.reasons if reason.why is Why.COLLISION]
    return Decisions(tuple(users), collisions=tuple(collisions))


TARGETS = (Target("mit", "an MIT KDC", _decide),)

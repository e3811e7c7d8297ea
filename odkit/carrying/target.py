"""What a target is, and what it answers with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field

from odkit.carrying.model import CarriedGroup, CarriedService, CarriedUser, Change, Collision, Destroy, LeftOut, PlannedFile
from odkit.carrying.source import CarrySource
from odkit.dataclass import dataclass
from odkit.findings import Finding
from odkit.kerberos import PrincipalStore

__all__ = ["Decisions", "Target"]


def _no_files(plan_id: str) -> Sequence[PlannedFile]:
    return ()


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a target decides; the fields are those of `CarryPlan`.

    Attributes:
        files: makes the files, given the plan's id; not called before something is written.
        why_unwritable: the option that is missing before files can be written; None when none is.
    """

    users: tuple[CarriedUser, ...]
    services: tuple[CarriedService, ...] = ()
    groups: tuple[CarriedGroup, ...] = ()
    collisions: tuple[Collision, ...] = ()
    changed: tuple[Change, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    destroy: tuple[Destroy, ...] = ()
    unproved: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    steps: tuple[str, ...] = ()
    why_unwritable: str | None = None
    files: Callable[[str], Sequence[PlannedFile]] = field(default=_no_files, repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """A server that a domain can be carried to.

    Attributes:
        name: what ``--to`` takes.
        title: for people, such as "an MIT KDC".
        decide: decides on every user, group and service of a source.
        kerberos: whether it needs the users' keys.
        kdc: what its KDC's dumps are of.
    """

    name: str
    title: str
    decide: Callable[[CarrySource], Decisions]
    kerberos: bool = True
    kdc: PrincipalStore = PrincipalStore.MIT

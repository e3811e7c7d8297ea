"""The carry plan as a value: what arrives at the target, user by user, and what does not, with the reason.

Every value is frozen.  A decision that other code has to understand is a member of an enumeration (`Verdict`, `Why`); text is for people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from datetime import date
from typing import Any

from odkit.carrying.pieces import PlannedFile
from odkit.carrying.verdicts import Form, Reason, Verdict, Why
from odkit.dataclass import dataclass
from odkit.findings import Finding
from odkit.text import escape

__all__ = [
    "CarriedGroup",
    "CarriedService",
    "CarriedUser",
    "CarryPlan",
    "Change",
    "Collision",
    "Destroy",
    "Form",
    "LeftOut",
    "PlannedFile",
    "Reason",
    "Verdict",
    "Why",
]

SCHEMA = "odkit/carry-plan/1"


@dataclass(frozen=True, slots=True)
class CarriedUser:
    """A user of the directory and what becomes of him.

    Attributes:
        name: short name as it is in the directory, unescaped.
        dn: as written.
        verdict: see `Verdict`.
        reasons: in order of weight; empty for a plain ``carried``.
        forms: source and target form of each verifier.
        until: the day by which the password has to be changed, where the verdict is ``warned`` because of weak keys.
        principal: the principal at the target, None where it gets none.
    """

    name: str
    dn: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    forms: tuple[Form, ...] = ()
    until: date | None = None
    principal: bytes | None = None

    @property
    def must_act(self) -> bool:
        """Whether somebody has to act: a reset, a warning, left out for another reason than a reserved name, locked for want of proof."""
        if self.verdict is Verdict.LEFT_OUT:
            return any(reason.why is not Why.RESERVED for reason in self.reasons)
        if self.verdict is Verdict.DISABLED:
            return any(reason.why is Why.UNPROVED for reason in self.reasons)
        return self.verdict in {Verdict.RESET, Verdict.WARNED}

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``users``."""
        out: dict[str, Any] = {
            "name": escape(self.name),
            "dn": escape(self.dn),
            "verdict": self.verdict.value,
            "reasons": [reason.text for reason in self.reasons],
            "forms": [{"source": form.source, "target": form.target} for form in self.forms],
        }
        if self.until is not None:
            out["until"] = self.until.isoformat()
        return out


@dataclass(frozen=True, slots=True)
class CarriedGroup:
    """A group and what becomes of it.

    Attributes:
        name: as it is in the directory.
        dn: as written.
        carried: whether the target gets it.
        reasons: why not, or what was changed.
        new_name: its name at the target where ``--map-group`` gave another one.
    """

    name: str
    dn: str
    carried: bool
    reasons: tuple[Reason, ...] = ()
    new_name: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``groups``."""
        out: dict[str, Any] = {
            "name": escape(self.name),
            "dn": escape(self.dn),
            "verdict": (Verdict.CARRIED if self.carried else Verdict.LEFT_OUT).value,
            "reasons": [reason.text for reason in self.reasons],
        }
        if self.new_name is not None:
            out["to"] = escape(self.new_name)
        return out


@dataclass(frozen=True, slots=True)
class CarriedService:
    """A principal that belongs to no user: a service, a computer, a name of the KDC's own.

    Attributes:
        principal: unparsed, in the source's realm.
        carried: whether the target gets it.
        reason: why not; for a carried one why its host counts as live.
        kvno: version of its keys, None when unknown.
        enctypes: names of the encryption types that arrive.
    """

    principal: bytes
    carried: bool
    reason: Reason
    kvno: int | None = None
    enctypes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``services``."""
        return {
            "principal": escape(self.principal),
            "verdict": (Verdict.CARRIED if self.carried else Verdict.LEFT_OUT).value,
            "reason": self.reason.text,
            "kvno": self.kvno,
            "enctypes": list(self.enctypes),
        }


@dataclass(frozen=True, slots=True)
class Collision:
    """A name that the target already has: it is left out and listed, never overwritten."""

    name: str
    what: str

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``collisions``."""
        return {"name": escape(self.name), "what": self.what}


@dataclass(frozen=True, slots=True)
class Change:
    """What arrives other than it stood in the directory; never the value of a secret.

    Attributes:
        subject: DN or principal.
        what: the change, in one sentence, escaped.
        attribute: that changed, "" for the whole.
        count: how many values or records of this kind the row stands for.
    """

    subject: str
    what: str
    attribute: str = ""
    count: int = 1

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``changed``."""
        return {"subject": escape(self.subject), "attribute": self.attribute, "what": self.what, "count": self.count}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A record, value or principal that is no user, group or service and does not arrive."""

    subject: str
    reason: Reason

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``left_out``."""
        return {"subject": escape(self.subject), "reason": self.reason.text}


@dataclass(frozen=True, slots=True)
class Destroy:
    """What holds keys and has to be destroyed after the move, with the reason."""

    what: str
    why: str

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``destroy``."""
        return {"what": escape(self.what), "why": self.why}


@dataclass(frozen=True, slots=True)
class CarryPlan:
    """What arrives at a target.

    Attributes:
        id: digest of the inputs (without key files) and of all decisions, 16 hex digits.
        target: name of the target.
        realm_from: the realm that is carried, None where there is none.
        realm_to: the realm at the target.
        users: every user of the directory, in its order.
        services: every principal that belongs to no user.
        groups: every group of the directory.
        collisions: names that the target has.
        changed: what arrives other than it was.
        left_out: what does not arrive and is none of the above.
        destroy: what to destroy after the move.
        unproved: what nothing here proves, in sentences.
        findings: of the reading, the rules and the target.
        files: what `write_carry` writes beside CARRY.txt and carry.json.
        steps: what a person does with the files, in order: lines of text.
        why_unwritable: what is missing before anything can be written, None when nothing is.
    """

    id: str
    target: str
    realm_from: str | None
    realm_to: str | None
    users: tuple[CarriedUser, ...]
    services: tuple[CarriedService, ...] = ()
    groups: tuple[CarriedGroup, ...] = ()
    collisions: tuple[Collision, ...] = ()
    changed: tuple[Change, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    destroy: tuple[Destroy, ...] = ()
    unproved: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: tuple[PlannedFile, ...] = field(default=(), repr=False)
    steps: tuple[str, ...] = ()
    why_unwritable: str | None = None

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {count:,}" for name, count in self.counts.items())
        return f"<CarryPlan {self.id} to {self.target}: {counts}>"

    def _repr_html_(self) -> str:
        from odkit.notebook import page  # in notebooks alone

        facts = [("realm", f"{self.realm_from or '-'} -> {self.realm_to or '-'}"), *self.counts.items()]
        rows = ((user.name, user.verdict.value, "; ".join(reason.text for reason in user.reasons)) for user in self.users)
        return page(f"Plan {self.id} to {self.target}", facts=facts, headers=("user", "verdict", "why"), rows=rows)

    @property
    def counts(self) -> dict[str, int]:
        """``users`` and one number a verdict; the five add up to ``users``."""
        found = Counter(user.verdict for user in self.users)
        return {"users": len(self.users)} | {verdict.value: found[verdict] for verdict in Verdict}

    @property
    def forms(self) -> dict[tuple[str, str], int]:
        """How many users have their password carried by which pair of source and target form."""
        found: Counter[tuple[str, str]] = Counter()
        for user in self.users:
            found.update({(form.source, form.target) for form in user.forms})
        return dict(sorted(found.items()))

    @property
    def must_act(self) -> bool:
        """Whether somebody has to act before all users can log in."""
        return any(user.must_act for user in self.users) or bool(self.collisions)

    def forms_json(self) -> list[dict[str, Any]]:
        """Return `forms` for JSON."""
        return [{"source": source, "target": target, "users": count} for (source, target), count in self.forms.items()]

    def as_json(self) -> dict[str, Any]:
        """Return the object of schema ``odkit/carry-plan/1``."""
        return {
            "schema": SCHEMA,
            "id": self.id,
            "target": self.target,
            "realm": {"from": self.realm_from, "to": self.realm_to},
            "counts": self.counts,
            "forms": self.forms_json(),
            "users": [user.as_json() for user in self.users],
            "services": [service.as_json() for service in self.services],
            "groups": [group.as_json() for group in self.groups],
            "collisions": [collision.as_json() for collision in self.collisions],
            "changed": [change.as_json() for change in self.changed],
            "left_out": [left.as_json() for left in self.left_out],
            "destroy": [each.as_json() for each in self.destroy],
            "unproved": list(self.unproved),
            "findings": [found.as_json() for found in self.findings],
        }

"""The purge plan as a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from odkit.dataclass import dataclass
from odkit.findings import Finding
from odkit.hosts import HostVerdict, Kind
from odkit.kerberos import LastSeen, Principal, PrincipalStore
from odkit.ldif import Entry
from odkit.purge.seen import ListDate, name_json, seen_json
from odkit.text import escape, shorten

__all__ = ["Decision", "DecisionKind", "Deletion", "KeytabPlan", "PurgePlan", "RecordChange", "Slot", "name_json"]


@dataclass(frozen=True, slots=True)
class Deletion:
    """A principal that the plan deletes.

    Attributes:
        text: its spelling in the inventory.
        principal: the name.
        host: normal form of the stale host.
        reason: why the host is stale.
        seen: its state when it was listed.
    """

    text: bytes
    principal: Principal
    host: str
    reason: str
    seen: LastSeen = field(default_factory=LastSeen)

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``delete``."""
        service = name_json(self.principal.components[0] if self.principal.pair is not None else b"")
        return {"principal": name_json(self.text), "service": service, "host": self.host, "reason": self.reason}


class DecisionKind(StrEnum):
    """Why something is not simply deleted, for code; people read the reason."""

    # kept
    OTHER_REALM = "other realm"
    LOCAL_KDC = "local kdc"
    PROTECTED = "protected"
    NO_SERVICE = "no service"
    LIVE_HOST = "live host"
    NOT_RETIRED = "not retired"
    # left to a person: a principal
    COMPUTER_ACCOUNT = "computer account"
    MORE_COMPONENTS = "more components"
    SHORT_NAME = "short name"
    HOST_IN_DOUBT = "host in doubt"
    UNKNOWN_SERVICE = "unknown service"
    IN_LIVE_KEYTAB = "in the keytab of a live host"
    REQUESTED = "requested"
    SHARED_KEYS = "shared keys"
    STALE_ALIAS = "stale alias"
    KEPT_RECORD = "kept record"
    # left to a person: a record
    MEMBERSHIP = "membership"
    SLOT_SHARED = "slot shared"
    TWO_OWNERS = "two owners"
    HOME_THERE = "home there"
    MACHINE_RECORD = "machine record"
    # refused
    INEXPRESSIBLE = "inexpressible"


@dataclass(frozen=True, slots=True)
class Decision:
    """A principal or record that is kept, left to a person, or refused.

    Attributes:
        kind: why, as a value.
        reason: why, for people.
        principal: spelling in the inventory, or None when a record is meant.
        record: DN, or None.
        command: what a person may run after looking, or None.
        host: normal form of the host that decided, or empty.
    """

    kind: DecisionKind
    reason: str
    principal: bytes | None = None
    record: str | None = None
    command: str | None = None
    host: str = ""

    @property
    def subject(self) -> str:
        """Name of what it is about, escaped."""
        return escape(self.principal if self.principal is not None else self.record or "")

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``keep``, ``review`` or ``refused``."""
        out: dict[str, Any] = {}
        if self.principal is not None:
            out["principal"] = name_json(self.principal)
        else:
            out["record"] = name_json((self.record or "").encode("utf-8", "surrogateescape"))
        out["reason"] = self.reason
        if self.command is not None:
            out["command"] = self.command
        return out


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that the plan deletes, or a value that it takes out of one.

    Attributes:
        entry: the record as it stood when the plan was made.
        kind: its type as dscl spells it.
        name: its first record name.
        host: the stale host it belongs to.
        attribute: LDAP attribute whose value goes, None for the whole record.
        value: the value.
        dscl: the words of the dscl command behind the node.
    """

    entry: Entry
    kind: str
    name: str
    host: str
    attribute: str | None = None
    value: bytes | None = None
    dscl: tuple[str, ...] = ()

    @property
    def action(self) -> str:
        """``delete`` or ``delete-value``."""
        return "delete" if self.attribute is None else "delete-value"

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``records``."""
        out: dict[str, Any] = {"dn": name_json(self.entry.dn.encode("utf-8", "surrogateescape")), "action": self.action}
        if self.attribute is not None and self.value is not None:
            out |= {"attribute": self.attribute, "value": name_json(self.value)}
        return out | {"dscl": list(self.dscl)}


@dataclass(frozen=True, slots=True)
class KeytabPlan:
    """What goes from one keytab.

    Attributes:
        path: of the inventory.
        remove: names whose keys go, in the inventory's order.
        names: all names that the keytab held.
        refused: names that no command line can carry.
    """

    path: str
    remove: tuple[Principal, ...] = ()
    names: tuple[Principal, ...] = ()
    refused: tuple[Decision, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``keytabs``."""
        return {"path": self.path, "remove": [name_json(bytes(p)) for p in self.remove], "refused": [d.as_json() for d in self.refused]}


@dataclass(frozen=True, slots=True)
class Slot:
    """A slot of the Password Server that a deleted computer record leaves behind.

    Attributes:
        slot: ``0x`` and 32 hex digits.
        kind: the record's type.
        name: the name by which the plan deletes the record.
        dn: its DN.
    """

    slot: str
    kind: str
    name: str
    dn: str

    def as_json(self) -> dict[str, Any]:
        """Return a member of ``slots``."""
        return {"slot": self.slot, "record": name_json(self.dn.encode("utf-8", "surrogateescape"))}


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """What to delete, and why; made by `odkit.plan_purge`.

    Attributes:
        id: digest of the inputs and the decisions, 16 hex digits.
        realm: the realm that is cleaned, None when nothing tells it.
        hosts: verdicts, by normal form of the host.
        delete, keep, review, refused: every principal of the inventory is in exactly one.
        candidates: without an inventory: names that would be deleted where they exist, unverified.
        records: changes of the directory, in the order in which they are made.
        findings: what else there is to say.
        names: the inventory's multi-component names, the ones a script compares with what it finds; None without one.
        inventory_size: number of principals in the inventory.
        suffix: of the directory.
        store: where the principals live; None without an inventory.
        authdata: changes of ``cn=authdata`` (10.7+), the directory's side of ``delete``.
        keytabs: what goes from each keytab that was given.
        slots: Password Server slots that deleted computer records leave behind.
        made_from: the exports, each with its number of records and the last one, and the lists of principals.
        lists: the KDC's lists of principals, with their dates.
        as_of: what was changed later than this, in seconds since 1970 (UTC), was changed since the plan's names were seen; None where
            nothing tells it.  It counts where a name's own state was not seen.
    """

    id: str
    realm: str | None
    hosts: Mapping[str, HostVerdict]
    delete: tuple[Deletion, ...] = ()
    keep: tuple[Decision, ...] = ()
    review: tuple[Decision, ...] = ()
    refused: tuple[Decision, ...] = ()
    candidates: tuple[bytes, ...] = ()
    records: tuple[RecordChange, ...] = ()
    findings: tuple[Finding, ...] = ()
    names: tuple[bytes, ...] | None = None
    inventory_size: int = 0
    suffix: str = ""
    store: PrincipalStore | None = None
    authdata: tuple[RecordChange, ...] = ()
    keytabs: tuple[KeytabPlan, ...] = ()
    slots: tuple[Slot, ...] = ()
    made_from: tuple[str, ...] = ()
    lists: tuple[ListDate, ...] = ()
    as_of: int | None = None

    def __repr__(self) -> str:
        counts = ", ".join(f"{name} {len(getattr(self, name)):,}" for name in ("delete", "keep", "review", "refused", "records"))
        return f"<PurgePlan {self.id} of {shorten(self.realm or 'no realm')}: {counts}>"

    def _repr_html_(self) -> str:
        from odkit.notebook import page  # in notebooks alone

        rows: list[tuple[object, ...]] = [("delete", d.text, d.reason) for d in self.delete]
        rows += [(name, d.subject, d.reason) for name in ("review", "refused", "keep") for d in getattr(self, name)]
        hosts = page(repr(self)[1:-1], headers=("host", "verdict", "why"), rows=((v.host, v.verdict, v.why) for v in self.hosts.values()))
        return hosts + page("Principals and records", headers=("decision", "name", "reason"), rows=rows)

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return not (self.delete or self.candidates or self.records or any(each.remove for each in self.keytabs))

    @property
    def unmatched(self) -> list[str]:
        """Hosts that somebody retired by name, and of which no principal and no record has the name."""
        touched = {d.host for d in self.delete} | {c.host for c in (*self.records, *self.authdata)}
        touched |= {d.host for d in (*self.review, *self.refused)}
        asked = [v for v in self.hosts.values() if any(e.given and e.kind in {Kind.RETIRED, Kind.DOUBT} for e in v.evidence)]
        known = self.names is None  # without a list of the KDC, what any input names may have principals
        return [v.host for v in asked if v.host not in touched and not (known and any(not e.given for e in v.evidence))]

    def stale_hosts(self) -> Iterator[HostVerdict]:
        """Return hosts whose names go."""
        return (v for v in self.hosts.values() if v.verdict == "stale")

    def as_json(self, target: str | None = None) -> dict[str, Any]:
        """Return the object of schema ``odkit/purge-plan/1``."""
        return {
            "schema": "odkit/purge-plan/1",
            "id": self.id,
            "realm": self.realm,
            "target": target,
            "hosts": [
                {
                    "host": escape(v.host),
                    "verdict": v.verdict.value,
                    "evidence": [{"reason": e.reason, "source": e.source} for e in v.evidence],
                }
                for v in self.hosts.values()
            ],
            "delete": [d.as_json() for d in self.delete],
            "keep": [d.as_json() for d in self.keep],
            "review": [d.as_json() for d in self.review],
            "refused": [d.as_json() for d in self.refused],
            "candidates": [name_json(c) for c in self.candidates],
            "records": [r.as_json() for r in (*self.records, *self.authdata)],
            "findings": [f.as_json() for f in self.findings],
            **self._seen_json(),
            **({"keytabs": [each.as_json() for each in self.keytabs]} if self.keytabs else {}),
            **({"slots": [each.as_json() for each in self.slots]} if self.slots else {}),
        }

    def _seen_json(self) -> dict[str, Any]:
        """Return what the lists themselves tell of states and dates; the date of a file is no part of it, and is in the text alone."""
        seen = [{"principal": name_json(d.text), **found} for d in self.delete if (found := seen_json(d.seen))]
        return {"lists": [each.as_json() for each in self.lists], "seen": seen} if seen else {}

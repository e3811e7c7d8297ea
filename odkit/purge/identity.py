"""The id of a plan: a digest of its inputs and decisions, which all of its files carry and its scripts compare."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from odkit.directory import Directory
from odkit.kerberos import Principal
from odkit.purge.model import Decision, PurgePlan
from odkit.text import escape

__all__ = ["plan_id"]


def _plain(value: object) -> str:
    """Return names for the digest."""
    return bytes(value).hex() if isinstance(value, (bytes, Principal)) else str(value)


def _decided(decisions: Iterable[Decision]) -> list[list[object]]:
    # names and not reasons: those hold the inputs' paths, and a plan is the same wherever they lie
    return [[None if d.principal is None else d.principal.hex(), d.record, d.command] for d in decisions]


def plan_id(plan: PurgePlan, od: Directory, before: Sequence[Directory], inventories: Sequence[str]) -> str:
    """Return the digest of the inputs and the decisions: two plans with one id do the same to the same.

    Args:
        plan: without its id.
        od: the directory that will be changed.
        before: the older exports.
        inventories: digests of the inventories and logs.

    Returns:
        16 hex digits.
    """
    inputs = {
        "exports": [s.digest for s in od.sources],
        "before": [s.digest for each in before for s in each.sources],
        "inventories": list(inventories),
    }
    decisions = {
        "realm": plan.realm,
        "records": [r.as_json() for r in (*plan.records, *plan.authdata)],
        "delete": [d.text for d in plan.delete],
        "candidates": plan.candidates,
        "keytabs": [[each.remove, each.names] for each in plan.keytabs],
        "slots": [[each.slot, each.dn] for each in plan.slots],
        "keep": _decided(plan.keep),
        "review": _decided(plan.review),
        "refused": _decided(plan.refused),
    }
    hosts = [[escape(v.host), v.verdict.value] for v in plan.hosts.values()]
    text = json.dumps([inputs, decisions, hosts], sort_keys=True, ensure_ascii=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""`odkit.carry`: from an export and the keys of its KDC to a plan for a target."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

from odkit.arguments import a_text, an_instance
from odkit.carrying.counterparts import check_counterparts
from odkit.carrying.inputs import NEEDS, check_undamaged, gather_source
from odkit.carrying.model import CarryPlan
from odkit.carrying.options import CarryOptions
from odkit.carrying.source import CarrySource
from odkit.carrying.target import Decisions, Target
from odkit.carrying.targets import find_target
from odkit.directory import Directory, Export, as_directory
from odkit.errors import UsageError
from odkit.text import decode

__all__ = ["carry", "prepare"]

_FIELDS = frozenset(field.name for field in fields(CarryOptions))


def carry(od: Export, *, to: str, options: CarryOptions | None = None, **choices: Any) -> CarryPlan:
    """Plan how a domain arrives at a living server, with the old passwords.

    Args:
        od: the directory: opened, or a path (`odkit.directory.Export`).
        to: name of the target: "mit", "openldap", "openldap-2307bis" …
        options: inputs and choices.
        choices: fields of `CarryOptions` by name, instead of `options` or on top of them.

    Returns:
        The plan; nothing has been written.  `odkit.write_carry` writes its files.

    Raises:
        UsageError: not a target, an option that is missing, invalid or contradictory.
        InputError: an input is unreadable, damaged, incomplete or of another domain.
    """
    if not choices.keys() <= _FIELDS:
        raise UsageError(f"not an option of carry: {', '.join(sorted(choices.keys() - _FIELDS))}")
    chosen = an_instance(options, CarryOptions, "options", "odkit.CarryOptions") if options is not None else CarryOptions()
    return prepare(as_directory(od, needs=NEEDS), to=to, options=replace(chosen, **choices))[0]


def prepare(od: Directory, *, to: str, options: CarryOptions) -> tuple[CarryPlan, CarrySource]:
    """Return the plan, and the source that it was made from, with every key: what a rehearsal needs beside it.

    Raises:
        UsageError, InputError: as `carry` does.
    """
    target = find_target(a_text(to, "to"))
    source = gather_source(od, options, judge=target.kerberos, kdc=target.kdc)
    decisions = target.decide(source)
    check_undamaged(od, options)  # everything was read for the decisions
    known = set(source.findings)
    late = tuple(found for found in od.findings if found not in known)
    plan_id = _identity(target, source, decisions)
    plan = CarryPlan(
        plan_id,
        target.name,
        _text(source.realm_from),
        _text(source.realm_to),
        decisions.users,
        decisions.services,
        decisions.groups,
        decisions.collisions,
        decisions.changed,
        decisions.left_out,
        decisions.destroy,
        decisions.unproved,
        (*source.findings, *late, *check_counterparts(source, decisions.users), *decisions.findings),
        tuple(decisions.files(plan_id)) if decisions.why_unwritable is None else (),
        decisions.steps,
        decisions.why_unwritable,
    )
    return plan, source


def _text(realm: bytes | None) -> str | None:
    return decode(realm) if realm is not None else None


def _identity(target: Target, source: CarrySource, decisions: Decisions) -> str:
    """Return the digest of the inputs and the decisions; files that hold a master key are no part of it."""
    digest = hashlib.sha256()
    for line in _decided(target, source, decisions):  # one by one: of 100,000 users no list is made
        digest.update(json.dumps(line, ensure_ascii=True).encode() + b"\n")
    return digest.hexdigest()[:16]


def _decided(target: Target, source: CarrySource, decisions: Decisions) -> Iterator[list[Any]]:
    yield [target.name, _text(source.realm_from), _text(source.realm_to), list(source.digests)]
    for user in decisions.users:
        yield ["user", user.name, user.dn, user.verdict.value, user.principal.hex() if user.principal else ""]
    for service in decisions.services:
        yield ["service", service.principal.hex(), service.carried, service.kvno]
    for group in decisions.groups:
        yield ["group", group.dn, group.carried, group.new_name]
    for change in decisions.changed:
        yield ["change", change.subject, change.attribute, change.what]

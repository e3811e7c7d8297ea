"""Rewrites references from one server to another, as change records with their undo.

Only full names and addresses in places that say where something is are rewritten (`Handling.REWRITE`); everything else stays in review.
A property list is changed in its text, inside strings only, and read again: when anything else than those strings differs then, it
is left to a person.  A change of a value names the value that it replaces, so that it fails where somebody has changed it meanwhile.
"""

from __future__ import annotations

from dataclasses import field

from odkit.arguments import a_text
from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Record, as_directory
from odkit.directory.reliance import made_from, require_whole
from odkit.dn import DN, escape_value, parse_dn
from odkit.errors import InputError, UsageError
from odkit.hostrefs._change import RecordChange, Rewrite, ValueChange
from odkit.hostrefs._find import NEEDS, Reference, references
from odkit.hostrefs._match import Matcher
from odkit.hostrefs._places import Handling
from odkit.hostrefs._replace import Change, rewritten
from odkit.ldif import UnfetchedURL
from odkit.names import host_key, is_fqdn
from odkit.text import escape
from odkit.values.schema import HOME_ATTRIBUTES

__all__ = ["plan_rewrite"]

_HOMES = HOME_ATTRIBUTES | {"apple-group-homeurl"}


@dataclass(slots=True)
class _Draft:
    """A rewrite while it is planned."""

    old: str
    new: str
    records: list[RecordChange] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def plan_rewrite(od: Export, old: str, new: str, *, accept_incomplete: bool = False) -> Rewrite:
    """Plan the rewriting of all references from one server to another.

    Args:
        od: the export: opened, or a path (`odkit.directory.Export`).
        old: full name of the server that goes.
        new: full name of the server that takes its place.
        accept_incomplete: plan although the export is incomplete: records that it lacks keep the old name.

    Raises:
        InputError: the export is incomplete and that was not accepted.
        UsageError: not two different full names.
    """
    od = as_directory(od, needs=NEEDS)
    out = _Draft(host_key(a_text(old, "old")), host_key(a_text(new, "new")))
    if not is_fqdn(out.old) or not is_fqdn(out.new) or out.old == out.new:
        raise UsageError(f"two different full host names are needed: {escape(old)} and {escape(new)}")
    relied = [source.reliance for source in od.sources]
    require_whole(relied, f"records that are missing would keep {out.old}", accept_incomplete=accept_incomplete)
    change = Change(Matcher([out.old]), out.new)
    by_record: dict[str, list[Reference]] = {}
    for each in references(od, [out.old]):
        place = f"{escape(each.dn)} {each.attribute}{each.inside and ' ' + each.inside}"
        if each.handling in {Handling.REWRITE, Handling.EITHER}:
            by_record.setdefault(each.dn, []).append(each)
        else:
            why = f", {each.why}" if each.why else ""
            out.left.append(f"{place}: {each.kind.value} name, {each.handling.value}{why} ({escape(each.path)}:{each.line})")
    for dn, found in by_record.items():
        record = od.get(dn)
        if record is not None:
            _record(od, record, found, change, out)
    _homes(od, out)
    return Rewrite(out.old, out.new, tuple(out.records), tuple(out.done), tuple(out.left), tuple(made_from(relied)))


def _record(od: Directory, record: Record, found: list[Reference], change: Change, out: _Draft) -> None:
    values: list[ValueChange] = []
    dn = record.dn
    added: set[tuple[str, bytes]] = set()
    for attribute, index in dict.fromkeys((each.attribute, each.index) for each in found):
        if attribute.lower() == "dn" and "dn" not in record.attributes:
            continue  # a name that is in the DN alone: the record is renamed, or left
        value = record.attributes[attribute][index]
        if record.kind == "Mounts" and attribute.lower() in {"cn", "dn"}:
            if attribute.lower() == "cn" and bytes(value).decode("utf-8", "replace") != _rdn_value(dn):
                out.left.append(f"{escape(dn)} {attribute}: a further name of the mount, {escape(bytes(value))}")
            continue
        place = f"{escape(dn)} {attribute}"
        made = None if isinstance(value, UnfetchedURL) else rewritten(record.kind, attribute, bytes(value), change)
        if made is None:
            out.left.append(f"{place}: its text cannot be rewritten without changing more than the name")
            continue
        there = made in [bytes(each) for each in record.attributes[attribute]] or (attribute, made) in added
        values.append(ValueChange(attribute, bytes(value), made, there))
        added.add((attribute, made))
        out.done.append(place)
    renamed = ""
    if record.kind == "Mounts" and any(each.attribute.lower() in {"cn", "dn"} for each in found):
        renamed = _renamed(od, record, change, out)
    if renamed:
        out.done.append(f"{escape(dn)}: renamed to {escape(renamed)}")
    if values or renamed:
        out.records.append(RecordChange(record, tuple(values), renamed))


def _rdn_value(dn: str) -> str:
    try:
        return parse_dn(dn).rdns[0][0][1]
    except InputError:
        return ""


def _renamed(od: Directory, record: Record, change: Change, out: _Draft) -> str:
    """Return the DN of a mount under its new name; empty when that DN is taken, or cannot be formed."""
    try:
        rdns = parse_dn(record.dn).rdns
    except InputError:
        return ""
    ((name, value),) = rdns[0] if len(rdns[0]) == 1 else (("", ""),)
    made = change(record.kind, "cn", "", value)
    if not name or made == value:
        out.left.append(f"{escape(record.dn)}: its name cannot be rewritten alone")
        return ""
    dn = ",".join([f"{name}={escape_value(made)}", str(DN(rdns[1:]))])
    if od.get(dn) is not None or any(made in other.names and other.dn != record.dn for other in od.mounts.records()):
        out.left.append(f"{escape(record.dn)}: {escape(made)} is there already; delete one of the two")
        return ""
    return dn


def _homes(od: Directory, out: _Draft) -> None:
    """Note where homes would move to a server of which the export holds no mount: no Mac would find them."""
    mounts = {host_key(host) for record in od.mounts.records() for host in record.hosts}
    changed = {each.attribute.partition(";")[0].lower() for record in out.records for each in record.values}
    moved = not changed.isdisjoint(_HOMES)
    if moved and out.new not in mounts and out.old not in mounts:
        out.left.append(f"no mount of {out.old} or {out.new} is in the export: homes on {out.new} need one (odkit mounts)")

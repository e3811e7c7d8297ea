"""Writes rewritten references as dscl scripts (Mac OS X Server 10.5 and later), and as LDIF what only LDIF can express.

A mount that gets another name is made again under that name, and deleted under the old one when all values point to the new: dscl has
no documented way to rename a record of a server.  10.4's dscl reads no batch and would ask for the password at each command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from odkit.dataclass import dataclass
from odkit.directory import DSCL_ATTRIBUTES, Directory, DsclNames
from odkit.dn import parse_dn
from odkit.errors import RefusedError, UsageError
from odkit.hostrefs import RecordChange, Rewrite
from odkit.ldif import Attributes, UnfetchedURL
from odkit.redaction import Sensitivity, sensitivity_of
from odkit.releases import mac_releases
from odkit.shell import assemble, encode_name, field_of, fragment, heredoc, status_lines
from odkit.text import decode, escape, plural
from odkit.values.dscl import record_path, record_path_raw, value_word
from odkit.values.schema import OPERATIONAL

__all__ = ["REWRITE_TARGETS", "RewriteFiles", "rewrite_files"]

REWRITE_TARGETS = mac_releases(with_batch=True)
_LINE = 4000  # bytes of a line of dscl's batch mode, which reads 4,095


@dataclass(slots=True)
class _Steps:
    """The steps of a script: what it changes, and the values before and after."""

    table: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    def add(self, what: str, fields: Sequence[str], before: list[tuple[str, bytes]], after: list[tuple[str, bytes]]) -> None:
        """Add a step: its line of the table, and its values before and after."""
        number = len(self.table) + 1
        if what == "mount":
            self.marks += [f"{number} {encode_name(mark.encode())}" for mark in _marks(before)]
        self.table.append("|".join([str(number), what, *fields]))
        for out, values in ((self.before, before), (self.after, after)):
            out += [f"{number} {key.removeprefix('dsAttrTypeNative:')} {encode_name(value)}" for key, value in values]


@dataclass(frozen=True, slots=True)
class RewriteFiles:
    """The files that are written beside the whole change set.

    Attributes:
        files: names and contents, empty when dscl can do nothing.
        left: records that only LDIF can express, one line each with the reason.
    """

    files: tuple[tuple[str, bytes], ...]
    left: tuple[str, ...]


def rewrite_files(od: Directory, plan: Rewrite, target: str) -> RewriteFiles:
    """Return ``rewrite.sh`` and ``undo.sh`` for what dscl can do, ``rewrite-rest.ldif`` and ``undo-rest.ldif`` for all else.

    Args:
        od: the directory that the plan was made of.
        plan: of `odkit.hostrefs.plan_rewrite`.
        target: release of the Open Directory master, one of `REWRITE_TARGETS`.

    Raises:
        UsageError: not such a release.
    """
    if target not in REWRITE_TARGETS:
        raise UsageError(f"no dscl form for {target}: it is for {', '.join(REWRITE_TARGETS)}; rewrite.ldif is for every release")
    called = DsclNames(od)
    forth, back = _Steps(), _Steps()
    left: list[str] = []
    rest: list[RecordChange] = []
    taken: list[RecordChange] = []
    for change in plan.records:
        try:
            steps = [*_steps(change, called)]
        except RefusedError as error:
            left.append(f"{escape(change.record.dn)}: {error}")
            rest.append(change)
            continue
        taken.append(change)
        for what, undo, fields, undo_fields, before, after in steps:
            forth.add(what, fields, before, after)
            back.add(undo, undo_fields, after, before)
    out: list[tuple[str, bytes]] = []
    if taken:
        out.append(("rewrite.sh", _script(plan, target, forth, "rewrite.sh", plan.old, f"from {plan.old} to {plan.new}")))
        out.append(("undo.sh", _script(plan, target, back, "undo.sh", plan.new, f"from {plan.new} back to {plan.old}")))
    if taken and rest:
        others = replace(plan, records=tuple(rest))
        out += [("rewrite-rest.ldif", others.ldif()), ("undo-rest.ldif", others.ldif(undo=True))]
    return RewriteFiles(tuple(out), tuple(left))


_Step = tuple[str, str, list[str], list[str], list[tuple[str, bytes]], list[tuple[str, bytes]]]


def _steps(change: RecordChange, called: DsclNames) -> Iterator[_Step]:
    """Yield the steps of a change: what is done and what undoes it, the fields of both, values before and after.

    Raises:
        RefusedError: dscl cannot express it.
    """
    record = change.record
    name = called.name(record)
    if change.renamed:
        yield _mount(change, name)
        return
    path, read = record_path(record.kind, name), record_path_raw(record.kind, name)
    if len({(each.attribute.lower(), each.new) for each in change.values}) < len(change.values):
        raise RefusedError("two of its values become one, which dscl cannot take back")
    for each in change.values:
        key = DSCL_ATTRIBUTES.get(record.kind, {}).get(each.attribute.lower(), f"dsAttrTypeNative:{each.attribute}")
        if sensitivity_of(each.attribute, each.old) is not Sensitivity.OPEN:
            raise RefusedError(f"{each.attribute} may hold a secret, which no script may")
        if any(isinstance(v, UnfetchedURL) or not decode(v).isprintable() or not v for v in record.attributes[each.attribute]):
            raise RefusedError(f"{each.attribute} has a value that dscl prints on several lines, or not at all")
        words = [value_word(_text(each.old)), value_word(_text(each.new))]
        if sum(len(word.encode()) for word in (path, key, *words)) > _LINE:
            raise RefusedError("the command is too long for dscl's batch mode")
        fields = [field_of(path), field_of(read), key, "-", "-"]
        what, undo = ("drop", "add") if each.there else ("value", "value")
        # the step that undoes a drop knows as its value "before" the one that stays
        yield what, undo, fields, fields, [(key, each.old)], [(key, each.new)]


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusedError("a value is not UTF-8") from None


def _mount(change: RecordChange, name: str) -> _Step:
    record, attributes = change.record, change.attributes
    keys = DSCL_ATTRIBUTES["Mounts"]
    [(attribute, new)] = parse_dn(change.renamed).rdns[0]
    old_names = [bytes(v) for v in record.attributes.get("cn", ())]
    if attribute.lower() != "cn" or old_names != [name.encode()]:
        raise RefusedError("a mount with several names, which dscl could not make again")
    foreign = [each for each in record.attributes if each.lower() not in {*keys, *OPERATIONAL, "objectclass"}]
    if foreign:
        raise RefusedError(f"{foreign[0]}, which dscl could not make again")
    classes = {bytes(v).lower() for v in record.attributes.get("objectClass", ())}
    if not classes <= {b"mount", b"top"}:
        raise RefusedError("it has object classes beside mount, which dscl could not make again")
    before, after = _values(record.attributes, name), _values(attributes, new)
    paths = [record_path("Mounts", name), record_path_raw("Mounts", name)], [record_path("Mounts", new), record_path_raw("Mounts", new)]
    for path, values in ((paths[0][0], before), (paths[1][0], after)):
        for key in {key for key, _ in values}:
            if len(path) + sum(len(value) + 3 for each, value in values if each == key) > _LINE:
                raise RefusedError("the command is too long for dscl's batch mode")
    (old_path, old_read), (new_path, new_read) = ([field_of(each) for each in pair] for pair in paths)
    all_keys = " ".join(keys.values())
    return (
        "mount",
        "mount",
        [new_path, new_read, all_keys, old_path, old_read],
        [old_path, old_read, all_keys, new_path, new_read],
        before,
        after,
    )


def _marks(values: list[tuple[str, bytes]]) -> Iterator[str]:
    """Yield texts that every home on a mount holds: the path that starts NFSHomeDirectory, and the share that ends HomeDirectory's URL."""
    for key, value in values:
        text = decode(value)
        if key == "RecordName":
            host, _, path = text.partition(":")
            yield f"/Network/Servers/{host}{path.rstrip('/')}/"
        elif key == "VFSOpts" and text.startswith("url=="):
            share = text.partition("://")[2].rpartition("@")[2].rstrip("/")
            if share:
                yield f"{share}</url>"
                yield f"{share}/</url>"


def _values(attributes: Attributes, name: str) -> list[tuple[str, bytes]]:
    out = [("RecordName", name.encode())]
    for attribute, key in DSCL_ATTRIBUTES["Mounts"].items():
        if attribute == "cn":
            continue
        for value in attributes.get(attribute, ()):
            if isinstance(value, UnfetchedURL) or sensitivity_of(attribute, value) is not Sensitivity.OPEN:
                raise RefusedError(f"{attribute} may hold a secret, which no script may")
            value_word(_text(value))
            out.append((key, value))
    return out


def _script(plan: Rewrite, target: str, steps: _Steps, name: str, old: str, what: str) -> bytes:
    head = (
        f"odkit plan {plan.id}: {name}",
        f"Changes {plural(len(steps.table), 'reference')} {what} with dscl: mounts are made, values changed, old mounts deleted.",
        f"For the Open Directory master, Mac OS X Server {target}. Without --apply it changes nothing.",
        *plan.labels,
        *status_lines("changed"),
    )
    data = [
        heredoc("steps", steps.table),
        heredoc("before_values", steps.before),
        heredoc("after_values", steps.after),
        heredoc("home_marks", steps.marks),
    ]
    values = {"PLAN": plan.id, "TARGET": target, "STEPS": str(len(steps.table)), "OLD": old}
    return assemble(head, values, ("common.sh", "records.sh", "dscl.sh"), data, own=(fragment("odkit.hostrefs", "rewrite.sh"),))

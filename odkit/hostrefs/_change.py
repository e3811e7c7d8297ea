"""A planned change of references, record by record: as change records with their undo, and as a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from odkit.dataclass import dataclass
from odkit.directory import Record
from odkit.dn import DN, parse_dn
from odkit.ldif import Attributes, ChangeRecord, Modification, UnfetchedURL, comment, format_record
from odkit.text import plural

__all__ = ["RecordChange", "Rewrite", "ValueChange"]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that is rewritten.

    Attributes:
        attribute: as written.
        old, new: the value before and after.
        there: whether the new value is there already, so that the old one is only deleted.
    """

    attribute: str
    old: bytes = field(repr=False)
    new: bytes = field(repr=False)
    there: bool = False


@dataclass(frozen=True, slots=True)
class RecordChange:
    """The changes of one record.

    Attributes:
        record: before the change.
        values: in the order of the record.
        renamed: its new DN; empty when the DN stays.
    """

    record: Record
    values: tuple[ValueChange, ...]
    renamed: str = ""

    @property
    def attributes(self) -> Attributes:
        """The attributes after the values are changed; those of the RDN are unchanged."""
        out = Attributes(self.record.attributes)
        for each in self.values:
            values = [v for v in out[each.attribute] if isinstance(v, UnfetchedURL) or v != each.old]
            at = next(i for i, v in enumerate(out[each.attribute]) if not isinstance(v, UnfetchedURL) and v == each.old)
            out[each.attribute] = values if each.there else [*values[:at], each.new, *values[at:]]
        return out

    def changes(self) -> Iterator[ChangeRecord]:
        """Yield the change records."""
        dn = self.record.dn
        if self.values:
            operations = []
            for each in self.values:
                operations.append(Modification("delete", each.attribute, (each.old,)))
                if not each.there:
                    operations.append(Modification("add", each.attribute, (each.new,)))
            yield ChangeRecord(dn, "modify", changes=tuple(operations))
        if self.renamed:
            yield ChangeRecord(dn, "modrdn", newrdn=_rdn(self.renamed), deleteoldrdn=True)

    def undo(self) -> Iterator[ChangeRecord]:
        """Yield the change records of the way back."""
        dn = self.record.dn
        if self.renamed:
            [(name, value)] = parse_dn(self.renamed).rdns[0]
            had = value.encode("utf-8", "surrogateescape") in self.record.attributes.get(name, ())  # a further name of it before
            yield ChangeRecord(self.renamed, "modrdn", newrdn=_rdn(dn), deleteoldrdn=not had)
        if self.values:
            operations = []
            for each in reversed(self.values):
                if not each.there:
                    operations.append(Modification("delete", each.attribute, (each.new,)))
                operations.append(Modification("add", each.attribute, (each.old,)))
            yield ChangeRecord(dn, "modify", changes=tuple(operations))


def _rdn(dn: str) -> str:
    return str(DN(parse_dn(dn).rdns[:1]))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A set of changes that rewrites references from one server to another, or from one protocol to another.

    Attributes:
        old, new: the servers, or the protocols.
        records: in the order in which they are to be changed.
        done: what is rewritten, one line each.
        left: what is left to a person, with the reason, one line each.
        made_from: the export, with its number of records and the last one.
        notes: what a person must know before the changes are made, one line each.
        labels: the same, and they stand in the head of every file.
    """

    old: str
    new: str
    records: tuple[RecordChange, ...] = ()
    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def changes(self) -> list[ChangeRecord]:
        """The change records, in order."""
        return [change for each in self.records for change in each.changes()]

    @property
    def undo(self) -> list[ChangeRecord]:
        """The change records of the way back, in order."""
        return [change for each in reversed(self.records) for change in each.undo()]

    @property
    def id(self) -> str:
        """Identity of the change set: the same for the same changes."""
        import hashlib  # nobody pays for it who writes no change set

        return hashlib.sha256(b"".join(map(format_record, self.changes))).hexdigest()[:16]

    def ldif(self, *, undo: bool = False) -> bytes:
        """Return the change records as LDIF.  They hold whole values, policies among them."""
        records = self.undo if undo else self.changes
        what = f"from {self.new} back to {self.old}" if undo else f"from {self.old} to {self.new}"
        said = f"{plural(len(records), 'change')}: references {what}. Whole values stand in it; keep the mode 0600.\n"
        said += "".join(f"{line}\n" for line in (*self.made_from, *self.labels))
        said += "ldapmodify -x -W -D 'uid=diradmin,cn=users,...' -H ldap://127.0.0.1 -f FILE\n"
        said += "It stops at the first value that is not as it was when this was made."
        return comment(said) + b"\n" + b"".join(format_record(record) for record in records)

    def report(self) -> str:
        """Return the text for people."""
        lines = [
            f"From {self.old} to {self.new}",
            *self.made_from,
            *(["", "To know before", *(f"  {line}" for line in (*self.labels, *self.notes))] if self.labels or self.notes else []),
            "",
            f"Rewritten ({len(self.done)})",
            *(f"  {line}" for line in self.done or ["nothing"]),
        ]
        lines += ["", f"Left to a person ({len(self.left)})", *(f"  {line}" for line in self.left or ["nothing"])]
        return "\n".join(lines) + "\n"

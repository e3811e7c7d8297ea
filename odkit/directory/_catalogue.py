"""`Catalogue`: the records of all sources by id: where each one is, and the columns that were read on the way."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import cached_property, partial
from typing import Any

from odkit.directory._columns import Columns, Need, known_needs, passes
from odkit.directory._folder import CollectedFile
from odkit.directory._index import BAD
from odkit.directory._joined import suspects
from odkit.directory._records import SourceInfo
from odkit.directory._stored import Stored
from odkit.directory.reliance import reliance_of
from odkit.directory.rules import INCOMPLETE_EXPORT, NO_BLANK_LINE_AT_END, UNKNOWN_COMPLETENESS
from odkit.dn import dn_key
from odkit.errors import InputError
from odkit.findings import Finding, Hides, Rule, Severity, finding, record_finding
from odkit.foreign import why_no_export
from odkit.ldif import Batch, ChangeRecord, Completeness, Entry, EntryMaker, Reader, Source, torn
from odkit.ldif.rules import CHANGE_RECORD
from odkit.sources import OpenSource, Progress, source_name
from odkit.text import escape, plural

__all__ = ["Catalogue"]

BAD_DN = Rule("OD101", "bad-dn", Severity.ERROR, "Correct the DN in the file, or export again. The record can be found by its text only.")
DUPLICATE_DN = Rule("OD102", "duplicate-dn", Severity.ERROR, "Remove one of the two entries. The first one counts.")
DOMAIN_TWICE = Rule(
    "OD117",
    "domain-twice",
    Severity.ERROR,
    "Give one export of a domain; odkit verify and odkit diff compare two. Nothing is written from both: nobody knows which one counts.",
)


_HEAD = 1 << 12  # bytes that tell what a file is


class Catalogue(Stored):
    """The records of an export by id.

    Args:
        sources: each with its entry in the manifest of collect.sh, if it has one.
        needs: what is found on the way, as far as one pass can.
        progress: see `odkit.directory.open_directory`.

    Attributes:
        findings: what was noticed while reading; views add to it when a value turns out unreadable.
        sources: the inputs.
        torn: path and offset of every record that may have lost lines.
        hidden: records of which something could not be read, by the normal form of their DN.
        irregular: ids of the records of which a line may be in an unusual form, or follow a comment.

    Raises:
        InputError: a source cannot be read, or none holds an entry.
    """

    def __init__(
        self,
        sources: Iterable[tuple[Source, CollectedFile | None]],
        needs: Iterable[Need] = (),
        progress: Progress | None = None,
    ) -> None:
        super().__init__()
        self.findings: list[Finding] = []
        self.sources: list[SourceInfo] = []
        self.torn: set[tuple[str, int]] = set()
        self.hidden: set[str] = set()
        self.irregular = array("L")
        wanted = set(needs)
        self._counting, self._digesting = "lines" in wanted, "digest" in wanted
        self._columns = Columns(
            next(iter(passes(wanted)), ()), doubting="joined" in wanted
        )  # what takes a second pass is read when it is asked for
        self._columns_of: dict[Need, Columns] = dict.fromkeys(self._columns.names, self._columns)
        self._noted: set[Finding] = set()
        self._joined_noted = False
        self._known_before = 0  # how many records of the source that is read are in an earlier one, too
        for source, promise in sources:
            self._add(source, promise, progress)
        self._folded = self._columns.by_line[:] if "joined" in wanted else None  # ids of those that are not folded as usual
        self._doubt(self._columns)
        if not len(self._index):
            names = ", ".join(escape(info.path) for info in self.sources)
            changes = any(f.rule is CHANGE_RECORD for f in self.findings)
            raise InputError(names, None, why_no_export(self._stores[0].peek(0, _HEAD) if self._stores else b"", changes=changes))

    def _add(self, source: Source, promise: CollectedFile | None, progress: Progress | None) -> None:
        name = source_name(source)
        store = OpenSource(source, name)
        if self._digesting:
            store.start_digest()
        # every line is checked here, so that all damage is reported; values are decoded when they are asked for
        reader = Reader(b"", strict=False, lazy=True, name=name)
        self._stores.append(store)
        before = len(self._index)
        self._index.start()
        self._known_before = 0

        settle = partial(self._settle, reader, store)

        def take_batch(batch: Batch) -> None:
            if not all(map(self._index.knows, set(batch.parents))):
                for one in batch.single():
                    if self._index.knows(one.parents[0]):
                        take_batch(one)
                    else:
                        settle()
                        self._add_entry(reader.entry(store.peek(one.offsets[0], one.lengths[0]), one.offsets[0]), one.offsets[0])
                return
            for index, runs in batch.runs.items():
                self._runs[len(self._index) + index] = runs
            are_many = self._index.add_regular(batch)
            self._columns.take(batch)
            if are_many:
                settle()

        def take_other(record: Entry | ChangeRecord, offset: int, is_regular: bool) -> None:
            settle()
            if not is_regular:
                self.irregular.append(len(self._index))
            if isinstance(record, ChangeRecord):
                message = f"changetype {record.changetype} of {escape(record.dn)}"
                self.findings.append(record_finding(CHANGE_RECORD, record.dn, message, path=name, line=record.line))
            else:
                self._add_entry(record, offset)

        reader.again = store.again
        look = self._columns.look.in_file(store.file_size)
        reader.scan(store.stream(progress), store.peek, look, take_batch, take_other, counting=self._counting)
        settle()
        self._make.append(reader.entry_maker(self.note))
        for each in reader.findings:
            self.note(each)
        self.torn |= {(name, offset) for offset in torn(self._index.offsets(before), reader.torn)}
        state, reason = promise.judge(reader.entries, self._index.users()) if promise is not None else reader.completeness()
        self._judged(reader, store, promise, state, reason)

    def _settle(self, reader: Reader, store: OpenSource) -> None:
        """Let the records be found by their DNs; before anything else is noted, because findings stand in the order of the file."""
        for record_id in self._index.settle():
            _, offset, length = self._index.place(record_id)
            self._repeated(reader.entry(store.peek(offset, length), offset))

    def _judged(self, reader: Reader, source: OpenSource, promise: CollectedFile | None, state: Completeness, reason: str) -> None:
        name, asked = reader.path, reader.asked
        last = self.entry(len(self._index) - 1).dn if reader.entries else ""
        again, known = "", self._known_before
        if known * 2 >= reader.entries and (known > 1 or known == reader.entries == 1):  # two parts of a domain may share its top
            share = "all that it holds is" if known == reader.entries else f"{known} of its {plural(reader.entries, 'record')} are"
            again = f"{share} in what was given before it, too"
            self.findings.append(finding(DOMAIN_TWICE, name, again, path=name))
        reliance = reliance_of(reader, (state, reason) if promise is not None else None, last, again)
        if asked.elsewhere and state is not Completeness.INCOMPLETE:
            state, reason = Completeness.INCOMPLETE, f"{plural(asked.elsewhere, 'value')} in other files (ldapsearch -t)"
        date = promise.date if promise is not None else None
        self.sources.append(SourceInfo(name, reader.entries, reader.size, source, state, reason, reliance, date))
        if state is Completeness.INCOMPLETE:
            self.findings.append(finding(INCOMPLETE_EXPORT, name, f"incomplete: {reason}", path=name))
        elif state is Completeness.UNKNOWN:
            self.findings.append(finding(UNKNOWN_COMPLETENESS, name, f"completeness unknown: {reason}", path=name))
            if reader.stored and not reader.blank_line_at_end:
                self.findings.append(finding(NO_BLANK_LINE_AT_END, name, "no blank line behind the last entry", path=name))

    def _add_entry(self, entry: Entry, offset: int) -> None:
        assert entry.raw is not None
        place = (offset, len(entry.raw))
        dn = entry.dn
        self._columns.take_parsed(entry.attributes)
        key = dn_key(dn)
        if key is None:
            message = f"not a distinguished name: {escape(dn)}"
            self.findings.append(record_finding(BAD_DN, dn, message, path=entry.path, line=entry.line))
            self._index.add(f"{BAD}{len(self._index)}", *place)
        elif not self._index.add(key, *place):
            self._repeated(entry)

    def _repeated(self, entry: Entry) -> None:
        key = dn_key(entry.dn)
        self._known_before += key is not None and self._index.is_of_earlier_source(key)
        message = f"a second entry {escape(entry.dn)}"
        self.findings.append(record_finding(DUPLICATE_DN, entry.dn, message, path=entry.path, line=entry.line))

    def note(self, found: Finding) -> None:
        """Add a finding, unless it was added before: a record may be read more than once."""
        if found not in self._noted:
            self._noted.add(found)
            self.findings.append(found)
            if found.rule.hides is not Hides.NOTHING and found.key is not None:
                self.hidden.add(found.key)

    @property
    def completeness(self) -> Completeness:
        """The worst completeness of all sources."""
        states = [info.completeness for info in self.sources]
        for state in (Completeness.INCOMPLETE, Completeness.UNKNOWN):
            if state in states:
                return state
        return Completeness.COMPLETE

    @cached_property
    def joined_ids(self) -> frozenset[int]:
        """Ids of the records that may have taken in a line that a blank made a part of another one; parsing them tells."""
        return frozenset(suspects(self._index, self._stores, self._make, self._folded))

    @cached_property
    def torn_ids(self) -> frozenset[int]:
        """Ids of the records of which lines may be missing."""
        places = ((n, self._index.place(n)) for n in range(len(self))) if self.torn else ()
        return frozenset(n for n, (source, offset, _) in places if (self.sources[source].path, offset) in self.torn)

    def prefetch(self, needs: Iterable[Need]) -> None:
        """Read what will be asked of all records, as far as it is not known yet: in one pass over the sources where that can be.

        Args:
            needs: of an analysis, such as `odkit.mcx.NEEDS`; the analysis asks by itself.

        Raises:
            InputError: a file was changed since it was opened.
            UsageError: a need is unknown.
        """
        wanted = known_needs(needs)
        if "digest" in wanted:
            for store in self._stores:
                store.start_digest()
        wanted -= self._columns_of.keys()
        for names in passes(wanted) if wanted else ():
            columns = Columns(names)
            for source, store in enumerate(self._stores):
                self._read_again(store, self._make[source], columns)
            if len(columns) != len(self):
                raise InputError(self.sources[0].path, None, "the file was changed while odkit was reading it; run the command again")
            self._columns_of |= dict.fromkeys(columns.names, columns)
            self._doubt(columns)

    def _doubt(self, columns: Columns) -> None:
        """Take records that may have taken in another line, which only parsing them tells, out of those that are known to be readable."""
        if "readable" not in columns.names:
            return
        readable: bytearray = columns.values("readable")
        for record_id in suspects(self._index, self._stores, self._make, columns.by_line):
            readable[record_id] = False
        del columns.by_line[:]

    def note_joined_lines(self) -> None:
        """Parse every record that may have taken in another line, so that it is noted: most records are never parsed.

        Raises:
            InputError: a file was changed since it was opened.
        """
        if not self._joined_noted:
            for record_id in sorted(self.joined_ids):
                _ = self.entry(record_id).attributes
            self._joined_noted = True

    def _read_again(self, store: OpenSource, known: EntryMaker, columns: Columns) -> None:
        reader = Reader(b"", strict=False, lazy=True, name=known.path)

        def take_other(record: Entry | ChangeRecord, _offset: int, _is_regular: bool) -> None:
            if not isinstance(record, ChangeRecord):
                columns.take_parsed(record.attributes)

        look = columns.look.in_file(store.file_size)
        reader.scan(store.stream_again(), store.peek, look, columns.take, take_other, folding=known.folding)
        for each in reader.findings:
            self.note(each)

    def lacks_guid(self, text: str) -> bool:
        """Tell whether it is known, without looking at their column, that no record has a GUID, given in upper case."""
        columns = self._columns_of.get("guids")
        return columns is not None and columns.lacks_guid(text)

    def column(self, name: Need) -> Any:
        """Return a column (see `Need`): the value of every record by its id.

        Raises:
            InputError: the file was changed since it was opened.
        """
        if name not in self._columns_of:
            self.prefetch([name])
        return self._columns_of[name].values(name)

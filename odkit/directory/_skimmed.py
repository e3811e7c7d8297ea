"""`SkimmedGroup`: a group whose members stay one text until somebody asks for them: most questions are about one of a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odkit.directory._views import Group, Lookup
from odkit.ldif import Attributes, Entry, EntryMaker, FixedAttributes, without_runs
from odkit.values.attributes import text_of, texts_of
from odkit.values.mcx import McxRecord

__all__ = ["LARGE", "SkimmedGroup", "skimmed"]

LARGE = 1 << 16  # bytes of an entry of which anything is left out
# what the lines of members begin with; what stands behind the other is taken out first: it is looked for from the end
_STARTS = {name: b"\n%b: " % name.encode("ascii") for name in ("apple-group-memberguid", "memberUid")}


class SkimmedGroup(Group):
    """A group.

    Args:
        directory, entry, kind, record_id: see `Record`.
        rest: the entry without the lines of lists, and its attributes.
        lists: by attribute its lines, with the line end before the first one.

    Attributes:
        lists: as above.
    """

    def __init__(
        self, directory: Lookup, entry: Entry, kind: str, record_id: int, rest: tuple[Entry, Attributes], lists: Mapping[str, bytes]
    ) -> None:
        super().__init__(directory, entry, kind, record_id)
        self.lists = lists
        self._short, self._rest = rest[0], FixedAttributes.of(rest[1])
        self._left_out = frozenset(map(str.lower, lists))

    @property
    def dn(self) -> str:
        """Distinguished name as written."""
        return self._short.dn

    def texts(self, attribute: str) -> list[str]:
        """Return values of an attribute as text; see `Record.texts`."""
        return super().texts(attribute) if attribute.lower() in self._left_out else texts_of(self._rest, attribute)

    def text(self, attribute: str) -> str | None:
        """Return the first value of an attribute as text; see `Record.text`."""
        return super().text(attribute) if attribute.lower() in self._left_out else text_of(self._rest, attribute)

    @property
    def mcx(self) -> McxRecord:
        """Its MCX; see `Record.mcx`."""
        return McxRecord.read(self._rest, self._directory.mcx_memo, self._directory.unasked_mcx)


def skimmed(directory: Lookup, kind: str, record_id: int, entry: Entry, make: EntryMaker, runs: Iterable[tuple[int, int]]) -> Group | None:
    """Return a large group without reading its members; None for one in which there may be something to be noted, or other members.

    Args:
        directory: it belongs to.
        kind: record type as dscl spells it.
        record_id: its place in the directory's index.
        entry: its entry.
        make: makes entries of its input.
        runs: where it is known to have many members (see `odkit.ldif.Batch`).
    """
    short, found = without_runs(entry.raw or b"", _STARTS.values(), runs)
    lists = {name: found[start] for name, start in _STARTS.items() if start in found}
    rest = make(short, entry.offset)
    attributes = rest.common() if lists and rest.joined_line() is None else None
    if attributes is None or any(name in attributes for name in lists):
        return None
    return SkimmedGroup(directory, entry, kind, record_id, (rest, attributes), lists)

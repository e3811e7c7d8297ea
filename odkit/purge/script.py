"""A script of a plan as a value: what it is, when a plan has it, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from fnmatch import fnmatchcase

from odkit.dataclass import dataclass
from odkit.purge.model import PurgePlan
from odkit.releases import Release

__all__ = ["ChangeFile", "Place", "Script"]


class Place(Enum):
    """Where a script is run."""

    MASTER = "on the Open Directory master"
    KDC = "on the KDC, which is the Open Directory master where there is one"
    MEMBER = "on the server whose keytab it is"
    WAY_BACK = "on the KDC, and only to put back what was deleted"


@dataclass(frozen=True, slots=True)
class ChangeFile:
    """A file that a script reads, or that puts back what it deletes.

    It is written for every release: any ldapmodify applies it, also where the script does not run.

    Attributes:
        name: path below the plan's folder.
        write: its content.
    """

    name: str
    write: Callable[[PurgePlan], bytes]


@dataclass(frozen=True, slots=True)
class Script:
    """The declaration of a script, at the end of the module that writes it.

    Attributes:
        name: path below the plan's folder, the name of the ``.sh`` beside the module; ``-N`` in it stands for a number.
        order: its place when the scripts of a plan are run: records first, then what depends on them, then names in the KDC.
        listed: its place when the files of a plan are listed.
        what: what it changes, as a phrase.
        tool: the program that it changes it with, where another script does the same with another one; else "".
        detail: what the table of scripts in docs/purge.md says besides; may be "".
        fits: whether it is for a release.
        needed: whether a plan has anything for it to do.
        write: its text; a text for each number where the name holds ``-N``.
        files: that are written with it.
        restored_by: the file that puts back what it deletes; "" where nothing can.
        stands_in_for: name of the script that does the same in another way; only one of the two is run.
        place: where it is run.
        takes_uri: ``--uri`` names the directory that it asks.
    """

    name: str
    order: int
    listed: int
    what: str
    fits: Callable[[Release], bool]
    needed: Callable[[PurgePlan], bool]
    write: Callable[[PurgePlan, Release], bytes | Mapping[int, bytes]]
    tool: str = ""
    detail: str = ""
    files: tuple[ChangeFile, ...] = ()
    restored_by: str = ""
    stands_in_for: str = ""
    place: Place = Place.MASTER
    takes_uri: bool = False

    @property
    def own_files(self) -> tuple[str, ...]:
        """The script, and the files without which it, or the way back from it, is not whole."""
        return tuple(dict.fromkeys([self.name, *(file.name for file in self.files), *([self.restored_by] if self.restored_by else [])]))

    def is_file(self, name: str) -> bool:
        """Tell whether a file of a plan, by its path below the plan's folder, is this script."""
        return fnmatchcase(name, self.name.replace("-N.", "-[0-9]*."))

    def written(self, plan: PurgePlan, release: Release) -> Iterator[tuple[str, bytes]]:
        """Yield paths below the plan's folder, and contents, of what a plan has of it.

        Raises:
            UsageError: the plan lacks what the script must name.
            RefusedError: a name that a script cannot carry.
        """
        if not self.needed(plan):
            return
        if self.fits(release):
            text = self.write(plan, release)
            if isinstance(text, bytes):
                yield self.name, text
            else:
                yield from ((self.name.replace("-N.", f"-{number}."), each) for number, each in text.items())
        yield from ((file.name, file.write(plan)) for file in self.files)

"""`Listed`: who is in which of many groups, of which some have a hundred thousand members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

__all__ = ["Listed"]

_SEARCHES = 64  # that cost less than a dictionary


class Listed:
    """Who is in which group: who asks for a few has texts searched; who asks for many gets a dictionary, which takes longer to make.

    Args:
        fold: takes the case from a name, or from many of them at once.
        fold_ascii: does the same to bytes that are ASCII.
    """

    def __init__(self, fold: Callable[[str], str], fold_ascii: Callable[[bytes], bytes]) -> None:
        self._fold, self._fold_ascii = fold, fold_ascii
        self._texts: list[tuple[int, str]] = []  # each member between line feeds
        self._lines: list[tuple[int, bytes, bytes]] = []  # what is before each member, and the members
        self._groups: dict[str, list[int]] = {}  # by member, of those that are in neither
        self._searches = _SEARCHES

    def add(self, group: int, members: Sequence[str]) -> None:
        """Add the members of a group."""
        text = "\n".join(members)
        if text.count("\n") == len(members) - 1:
            self._texts.append((group, f"\n{self._fold(text)}\n"))
        else:
            for member in members:
                self._groups.setdefault(self._fold(member), []).append(group)

    def add_lines(self, group: int, lines: bytes, start: bytes) -> None:
        """Add the members of a group, at least one, as its entry has them.

        Args:
            group: it.
            lines: of them, in ASCII, with the line end before the first one.
            start: what is before each member: a line end, and what begins its line.
        """
        self._lines.append((group, self._fold_ascii(start), self._fold_ascii(lines)))

    def find(self, member: str) -> Iterator[int]:
        """Yield the groups that a member is in."""
        wanted = self._fold(member)
        self._searches -= bool(self._texts or self._lines)
        if self._searches < 0:
            self._fill()
        yield from self._groups.get(wanted, ())
        if "\n" in wanted:
            return
        yield from (group for group, text in self._texts if f"\n{wanted}\n" in text)
        for group, start, lines in self._lines if wanted.isascii() else ():
            line = start + wanted.encode("ascii")
            if lines.endswith(line) or b"%b\n" % line in lines:
                yield group

    def _fill(self) -> None:
        """Make the dictionary, in the place of the texts."""
        of_texts = ((group, text[1:-1].split("\n")) for group, text in self._texts)
        of_lines = ((group, lines[len(start) :].decode("ascii").split(start.decode("ascii"))) for group, start, lines in self._lines)
        for group, members in chain(of_texts, of_lines):
            for each in members:
                self._groups.setdefault(each, []).append(group)
        self._texts.clear()
        self._lines.clear()

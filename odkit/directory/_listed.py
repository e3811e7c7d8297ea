"""`Listed`: who is in which of many groups, of which some have a hundred thousand members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

__all__ = ["Listed"]

_SEARCHES = 64  # that cost less than a dictionary


class Listed:
    """Who is in which group: who asks for a few has texts searched; who asks for many gets a dictionary, which takes longer to make.

    Args:
        fold: takes the case from a name, or from many of them at once.
    """

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._texts: list[tuple[int, str]] = []  # each member between line feeds
        self._groups: dict[str, list[int]] = {}  # by member, of those that are in no text
        self._searches = _SEARCHES

    def add(self, group: int, members: Sequence[str]) -> None:
        """Add the members of a group."""
        text = "\n".join(members)
        if text.count("\n") == len(members) - 1:
            self.add_text(group, text)
        else:
            for member in members:
                self._groups.setdefault(self._fold(member), []).append(group)

    def add_text(self, group: int, members: str) -> None:
        """Add the members of a group, at least one, joined by line feeds."""
        self._texts.append((group, f"\n{self._fold(members)}\n"))

    def find(self, member: str) -> Iterator[int]:
        """Yield the groups that a member is in."""
        wanted = self._fold(member)
        self._searches -= bool(self._texts)
        if self._searches < 0:
            for group, text in self._texts:
                for each in text[1:-1].split("\n"):
                    self._groups.setdefault(each, []).append(group)
            self._texts.clear()
        yield from self._groups.get(wanted, ())
        if "\n" not in wanted:
            yield from (group for group, text in self._texts if f"\n{wanted}\n" in text)

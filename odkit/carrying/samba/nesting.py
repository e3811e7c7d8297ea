"""Groups in the order in which they can be made: a member has to exist before the group that it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from odkit.carrying.members import MEMBER_NOT_CARRIED
from odkit.carrying.remarks import Remark
from odkit.text import escape

__all__ = ["in_order"]


def in_order(groups: Mapping[bytes, int], members: dict[int, list[bytes]]) -> tuple[list[int], list[tuple[int, Remark]]]:
    """Sort groups, members first; of groups that are in one another, the nesting that closes the circle is taken out and told of.

    Args:
        groups: DN -> number of each group.
        members: number -> DNs of the members; those that close a circle are removed.
    """
    done: dict[int, None] = {}
    dropped: list[tuple[int, Remark]] = []

    def nested_in(number: int) -> Iterator[bytes]:
        return iter([dn for dn in members[number] if dn in groups])

    for start in groups.values():
        path = [(start, nested_in(start))]
        while path:
            number, rest = path[-1]
            nested = next((dn for dn in rest if groups[dn] not in done), None)
            if nested is None:
                done[number] = None
                path.pop()
            elif groups[nested] in {other for other, _ in path}:
                members[number].remove(nested)
                what = f"{escape(nested)} is not written as its member: the two are nested in one another"
                dropped.append((number, Remark(MEMBER_NOT_CARRIED, what)))
            else:
                path.append((groups[nested], nested_in(groups[nested])))
    return list(done), dropped

"""An alias is no principal of its own: it is a further name for the keys of another one, and lives on that one's keys."""

from __future__ import annotations

from collections.abc import Sequence

from odkit.kerberos import Listed, Principal
from odkit.purge.model import Decision, DecisionKind
from odkit.purge.principals import Sorted

__all__ = ["hold_back_targets"]


def hold_back_targets(listed: Sequence[Listed], out: Sorted) -> None:
    """Move to review what an alias points at that stays, and put the aliases that go before what they point at.

    Deleting an alias of MIT 1.22 deletes the alias and nothing else; deleting its target takes the keys away from both.

    Args:
        listed: the inventory.
        out: its principals, sorted.
    """
    aliases = {row.principal: row for row in listed if row.target is not None}
    if not aliases:
        return
    going = {d.principal: d for d in out.delete}
    held: dict[Principal, Principal] = {}
    pending = [row for row in aliases.values() if row.principal not in going]
    while pending:  # an alias of an alias holds back both
        row = pending.pop()
        target = row.target
        if target is None or target not in going or target in held:
            continue
        held[target] = row.principal
        if target in aliases:
            pending.append(aliases[target])
    for deletion in [d for d in out.delete if d.principal in held]:
        out.delete.remove(deletion)
        why = (
            f"{held[deletion.principal]} is an alias of it and has no keys of its own; rename it to that name, or take the alias out first"
        )
        out.review.append(Decision(DecisionKind.SHARED_KEYS, why, deletion.text, host=deletion.host))
    out.delete.sort(key=lambda d: d.principal not in aliases)

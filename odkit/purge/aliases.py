"""An alias is no principal of its own: it is a further name for the keys of another one, and lives on that one's keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odkit.kerberos import Listed, Principal
from odkit.kerberos.heimdal import delete_by_hand, set_aliases_by_hand
from odkit.purge.model import Decision, DecisionKind, Deletion, Flavour
from odkit.purge.principals import Sorted

__all__ = ["decide_aliases"]


def decide_aliases(listed: Sequence[Listed], flavour: Flavour, realm: bytes, out: Sorted) -> None:
    """Take aliases and what they point at apart.

    * What an alias that stays points at is left to a person: deleting it takes the keys away from both.
    * MIT 1.22: a stale alias is deleted alone, and before its target where both are stale.
    * Heimdal: a stale alias is left to a person; `kadmin delete` knows no alias, and `modify` writes all of them anew.

    Args:
        listed: the inventory.
        flavour: where the principals live.
        realm: the one that is cleaned.
        out: its principals, sorted.
    """
    aliases = {row.principal: row for row in listed if row.target is not None}
    if not aliases:
        return
    going = {d.principal: d for d in out.delete}
    _hold_back(aliases, going, out)
    if flavour is Flavour.HEIMDAL:
        _leave(aliases, {row.principal: row for row in listed if row.target is None}, realm, out)
    out.delete.sort(key=lambda d: d.principal not in aliases)


def _hold_back(aliases: Mapping[Principal, Listed], going: Mapping[Principal, Deletion], out: Sorted) -> None:
    """Move to review what an alias that stays points at."""
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
        alias = held[deletion.principal]
        why = f"{alias} is an alias of it and has no keys of its own; rename it to that name, or take the alias out first"
        out.review.append(Decision(DecisionKind.SHARED_KEYS, why, deletion.text, host=deletion.host))


def _leave(aliases: Mapping[Principal, Listed], canonical: Mapping[Principal, Listed], realm: bytes, out: Sorted) -> None:
    """Move the stale aliases of a Heimdal realm to review, and what goes with all of its aliases beside them."""
    stale = {d.principal: d for d in out.delete if d.principal in aliases}
    by_target: dict[Principal, list[Deletion]] = {}
    for deletion in stale.values():
        target = aliases[deletion.principal].target
        assert target is not None
        by_target.setdefault(target, []).append(deletion)
    whole = {d.principal: d for d in out.delete if d.principal in by_target}
    out.delete = [d for d in out.delete if d.principal not in stale and d.principal not in whole]
    for target, deletions in by_target.items():
        if target in whole:
            deletion = whole[target]
            why = f"its aliases go with it: {', '.join(str(d.principal) for d in deletions)}"
            command = delete_by_hand(realm, deletion.text)
            out.review.append(Decision(DecisionKind.SHARED_KEYS, why, deletion.text, command=command, host=deletion.host))
        gone = {d.principal for d in deletions}
        rest = [row.text for row in aliases.values() if row.target == target and row.principal not in gone]
        for deletion in deletions:
            if target in whole:
                why, command = f"an alias of {target}, and goes with it", None
            else:
                why = f"a stale alias of {target}, which stays"
                command = set_aliases_by_hand(realm, canonical[target].text, rest) if target in canonical else None
            out.review.append(Decision(DecisionKind.STALE_ALIAS, why, deletion.text, command=command, host=deletion.host))

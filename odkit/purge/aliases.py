"""An alias is only a further name for the keys of another principal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from odkit.kerberos import Listed, Principal, PrincipalStore
from odkit.kerberos.heimdal import manual_alias_command, manual_delete_command
from odkit.purge.model import Decision, DecisionKind, Deletion
from odkit.purge.principals import PrincipalDecisions

__all__ = ["decide_aliases"]


def decide_aliases(listed: Sequence[Listed], store: PrincipalStore, realm: bytes, decided: PrincipalDecisions) -> PrincipalDecisions:
    """Take aliases and what they point at apart.

    * What an alias that stays points at is left to a person: deleting it takes the keys away from both.
    * MIT 1.22: a stale alias is deleted alone, and before its target where both are stale.
    * Heimdal: a stale alias is left to a person; `kadmin delete` knows no alias, and `modify` writes all of them anew.

    Args:
        listed: the inventory.
        store: where the principals live.
        realm: the one that is cleaned.
        decided: its principals, sorted.

    Returns:
        The same, less what is left to a person.
    """
    aliases = {row.principal: row for row in listed if row.target is not None}
    if not aliases:
        return decided
    decided = decided.held_back(_targets(aliases, decided.delete))
    if store is PrincipalStore.HEIMDAL:
        decided = decided.held_back(_stale(aliases, {row.principal: row for row in listed if row.target is None}, realm, decided.delete))
    return replace(decided, delete=tuple(sorted(decided.delete, key=lambda d: d.principal not in aliases)))


def _targets(aliases: Mapping[Principal, Listed], delete: Sequence[Deletion]) -> Iterator[tuple[Deletion, Decision]]:
    """Yield what an alias that stays points at."""
    going = {d.principal for d in delete}
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
    for deletion in delete:
        if deletion.principal in held:
            alias = held[deletion.principal]
            why = f"{alias} is an alias of it and has no keys of its own; rename it to that name, or take the alias out first"
            yield deletion, Decision(DecisionKind.SHARED_KEYS, why, deletion.text, host=deletion.host)


def _stale(
    aliases: Mapping[Principal, Listed], canonical: Mapping[Principal, Listed], realm: bytes, delete: Sequence[Deletion]
) -> Iterator[tuple[Deletion, Decision]]:
    """Yield the stale aliases of a Heimdal realm, and what goes with all of its aliases beside them."""
    by_target: dict[Principal, list[Deletion]] = {}
    for deletion in {d.principal: d for d in delete if d.principal in aliases}.values():
        target = aliases[deletion.principal].target
        assert target is not None
        by_target.setdefault(target, []).append(deletion)
    whole = {d.principal: d for d in delete if d.principal in by_target}
    for target, deletions in by_target.items():
        if target in whole:
            deletion = whole[target]
            why = f"its aliases go with it: {', '.join(str(d.principal) for d in deletions)}"
            command = manual_delete_command(realm, deletion.text)
            yield deletion, Decision(DecisionKind.SHARED_KEYS, why, deletion.text, command=command, host=deletion.host)
        gone = {d.principal for d in deletions}
        rest = [row.text for row in aliases.values() if row.target == target and row.principal not in gone]
        for deletion in deletions:
            if target in whole:
                why, command = f"an alias of {target}, and goes with it", None
            else:
                why = f"a stale alias of {target}, which stays"
                command = manual_alias_command(realm, canonical[target].text, rest) if target in canonical else None
            yield deletion, Decision(DecisionKind.STALE_ALIAS, why, deletion.text, command=command, host=deletion.host)

"""What a user gets on a computer: which records take part, and what their composition is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from odkit.arguments import a_text
from odkit.dataclass import dataclass
from odkit.directory import Directory, Export, Need, Record, as_directory
from odkit.directory.membership import Group, Groups
from odkit.errors import UsageError
from odkit.ldif import Answer
from odkit.mcx._compose import Effective, Level, Reason, compose
from odkit.text import escape

__all__ = ["COMPOSER_NEEDS", "Composer", "Composition", "effective"]

COMPOSER_NEEDS: tuple[Need, ...] = ("guids", "names", "readable")
_CONTAINERS = ("computer_groups", "computer_lists", "computers", "groups")  # of what may take part beside the user


@dataclass(frozen=True, slots=True)
class Composition:
    """What a user gets on a computer.

    Attributes:
        keys: sorted by domain and key.
        reasons: what does not count, or may not; never empty when there are no keys.
    """

    keys: tuple[Effective, ...]
    reasons: tuple[Reason, ...]

    @property
    def unknown(self) -> bool:
        """Whether the export does not show all that takes part."""
        return any(each.unknown for each in self.reasons)

    @property
    def doubtful(self) -> bool:
        """Whether people should look at it."""
        return any(each.ambiguous for each in self.keys) or any(each.fault for each in self.reasons)


class Composer:
    """Composes what users get on computers; reads the groups of an export once.

    Args:
        od: the export.
    """

    def __init__(self, od: Directory) -> None:
        self.od = od
        self._groups = Groups(od.groups.skimmed())
        self._workgroups: dict[tuple[Group, ...], tuple[Record, ...]] = {}
        self._computer_groups = Groups(od.computer_groups.skimmed())
        self._lists = Groups(od.computer_lists.records())
        # computers without a record of their own get this one (seen in vendors' scripts; medium confidence)
        self._guest = od.computers.get("guest")

    @property
    def whole(self) -> bool:
        """Whether the export shows all records that can take part: a group that it was not asked for is not gone."""
        record = self.od.answers.record
        return all(record(f"cn=?,cn={name},{self.od.suffix_key}") is Answer.ABSENT for name in _CONTAINERS)

    def workgroups(self, user: Record) -> Sequence[Record]:
        """Return the groups with settings, their own or a parent's, that a user can choose as workgroup; the primary group is one, too.

        A computer list can restrict them (User Management 10.5, page 151); that is not evaluated.
        """
        return self.workgroups_of(user.names, user.guid, user.text("gidNumber"))

    def workgroups_of(self, names: Iterable[str], guid: str | None, gid: str | None) -> tuple[Record, ...]:
        """Return the same for a user of whom no more is known than that; users of the same groups share it."""
        mine = self._groups.of_names(names, guid, gid)
        found = self._workgroups.get(mine)
        if found is None:
            found = tuple(g.record for g in mine if any(each.managed for _, each in self._groups.with_parents(g.record.dn)))
            self._workgroups[mine] = found
        return found

    def levels(self, user: Record | None, computer: Record | None, workgroup: Record | None) -> list[Level]:
        """Return the records that take part, most specific first; a computer without a record has that of the guest computer."""
        out: dict[tuple[int, str], Level] = {}
        noun = "computer"

        def add(rank: int, depth: int, kind: str, record: Record) -> None:
            known = out.get((rank, record.dn))
            # a parent whose child takes part stays above it, even where the member is in both (User Management 10.5, page 159)
            if known is None or known.depth < depth:
                out[rank, record.dn] = Level(rank, depth, kind, record, record.mcx)

        if computer is None and self._guest is not None:
            computer, noun = self._guest, "guest computer"
        if user is not None:
            add(0, 0, "user", user)
        if computer is not None:
            add(1, 0, noun, computer)
            grouped = list(self._computer_groups.of_member(computer))
            for group in grouped:
                for depth, each in self._computer_groups.with_parents(group.record.dn):
                    add(2, depth, "computer group", each.record)
            # clients of 10.5 and later go by computer groups; lists count where there are none
            for group in self._lists.of_member(computer) if not grouped else ():
                add(2, 0, "computer list", group.record)
        if workgroup is not None:
            for depth, each in self._groups.with_parents(workgroup.dn):
                add(3, depth, "workgroup", each.record)
        return sorted(out.values(), key=lambda level: (level.rank, level.depth))

    def effective(self, user: str | None, computer: str | None, workgroup: str | None = None) -> Composition:
        """Return what a user gets on a computer.

        Args:
            user: any of the user's names; None for nobody.
            computer: any of the computer's names; None for a computer without a record.
            workgroup: the group that the user chooses at login; None for the only one that there is.

        Raises:
            UsageError: a record that the export does not hold; several workgroups, and none was chosen.
        """
        found_user = _find(self.od, "Users", user, "user")
        found_computer = _find(self.od, "Computers", computer, "computer")
        chosen = _find(self.od, "Groups", workgroup, "group")
        if chosen is None and found_user is not None:
            choice = self.workgroups(found_user)
            if len(choice) > 1:
                names = ", ".join(escape(group.name) for group in choice)
                raise UsageError(
                    f"{escape(found_user.name)} may choose one of several workgroups at login: {names}; say which with --workgroup"
                )
            chosen = choice[0] if choice else None
        levels = self.levels(found_user, found_computer, chosen)
        keys = tuple(compose(levels))
        reasons = [reason for level in levels for reason in level.reasons(remarks=not keys)]
        if not keys and not reasons:
            named = ", ".join(f"{level.kind} {escape(level.record.name)}" for level in levels) or "none"
            text = f"no record that takes part has settings that clients load (records that take part: {named})"
            reasons.append(Reason("", "", "", text, fault=False))
        if not self.whole:
            reasons.append(Reason("", "", "", "the export does not show all records: others may take part", unknown=True))
        return Composition(keys, tuple(reasons))


def effective(od: Export, *, user: str | None = None, computer: str | None = None, workgroup: str | None = None) -> Composition:
    """Return what a user gets on a computer.

    For several users of one export make one `Composer`, which reads its groups once.

    Args:
        od: the export: opened, or a path (`odkit.directory.Export`).
        user: any of the user's names; None for nobody.
        computer: any of the computer's names; None for a computer without a record.
        workgroup: the group that the user chooses at login; None for the only one that there is.

    Raises:
        InputError: the export cannot be read.
        UsageError: neither a user nor a computer, a record that the export does not hold, or several workgroups and none was chosen.
    """
    names = [
        a_text(each, what) if each is not None else None
        for each, what in ((user, "user"), (computer, "computer"), (workgroup, "workgroup"))
    ]
    if user is None and computer is None:
        raise UsageError("expected a user, a computer, or both")
    return Composer(as_directory(od, needs=COMPOSER_NEEDS)).effective(*names)


def _find(od: Directory, kind: str, name: str | None, what: str) -> Record | None:
    if name is None:
        return None
    try:
        return od.of_type(kind)[name]
    except KeyError:
        raise UsageError(f"the export holds no {what} {escape(name)}") from None

"""Groups: their numbers and folders, and their members by name, by GUID and by nesting."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import Group, NameTable, describe
from odkit.directory.membership import ALL_MEMBERS
from odkit.findings import About, Finding, Rule, Severity
from odkit.text import escape, plural
from odkit.verification.checks.homes import Moves
from odkit.verification.pair import Pair, changed

__all__ = ["check_groups"]

GROUP_MISSING = Rule("OD608", "group-missing", Severity.ERROR, "Restore the record from the older export.", about=About(newer=True))
MEMBER_LOST = Rule(
    "OD609",
    "member-lost",
    Severity.WARNING,
    "Add the members again, by name and by GUID.",
    about=About(ALL_MEMBERS),
)
ADMINISTRATOR_NEW = Rule(
    "OD610",
    "administrator-new",
    Severity.WARNING,
    "Confirm that the user should be an administrator.",
    about=About(ALL_MEMBERS),
)
GROUP_NUMBER_DIFFERS = Rule(
    "OD616", "group-number-differs", Severity.ERROR, "Put the old number back. Files are shared by it.", about=About(("gidNumber",))
)
GROUP_FOLDER_DIFFERS = Rule(
    "OD617", "group-folder-differs", Severity.WARNING, "Check that the folder is there.", about=About(("apple-group-homeurl",))
)


def check_groups(pair: Pair) -> Iterator[Finding]:
    """Compare groups: OD608 to OD610, OD616, OD617.  Members count by name and by GUID, if they are still there."""
    after = pair.after
    moves = Moves(pair)
    after.note_damage("Users")
    names = after.names_of("Users")
    column: list[str] = after.column("guids")
    guids = {column[record_id] for record_id in after.record_ids("Users")}
    for was, now in pair.records("Groups"):
        if now is None:
            yield changed(GROUP_MISSING, was, f"{describe(was)} is missing in the newer export")
            continue
        assert isinstance(was, Group)
        assert isinstance(now, Group)
        if was.text("gidNumber") != now.text("gidNumber"):
            number, other = (escape(each.text("gidNumber") or "(none)") for each in (was, now))
            yield changed(GROUP_NUMBER_DIFFERS, now, f"{describe(now)}: gidNumber {number} became {other}", "gidNumber")
        yield from _folder(was, now, moves)
        yield from _members(was, now, names, guids)
    yield from moves.findings(GROUP_FOLDER_DIFFERS, "group folder")


def _folder(was: Group, now: Group, moves: Moves) -> Iterator[Finding]:
    if was.home == now.home or moves.explain(was.home, now.home, now, "apple-group-homeurl"):
        return
    what = "is gone" if not now.home.url else "is in another place"
    yield changed(GROUP_FOLDER_DIFFERS, now, f"{describe(now)}: the group folder {what}", "apple-group-homeurl")


def _members(was: Group, now: Group, users: NameTable, guids: set[str]) -> Iterator[Finding]:
    admin = Severity.ERROR if was.name.lower() in {"admin", "com.apple.access_ssh"} else None
    old_names, new_names = ({n.lower() for n in each.member_names} for each in (was, now))
    lost = [n for n in was.member_names if n.lower() not in new_names and users.by_name(n) is not None]
    if lost:
        message = f"{describe(now)}: {plural(len(lost), 'member')} lost: {escape(', '.join(lost[:5]))}"
        yield changed(MEMBER_LOST, now, message, "memberUid", admin)
    kept = {x.upper() for x in now.member_guids}
    gone = [g for g in was.member_guids if g.upper() in guids and g.upper() not in kept]
    if gone:
        message = f"{describe(now)}: {plural(len(gone), 'member GUID')} lost: {escape(', '.join(gone[:3]))}"
        yield changed(MEMBER_LOST, now, message, "apple-group-memberguid", admin)
    nested = [{g.upper() for g in each.texts("apple-group-nestedgroup")} for each in (was, now)]
    if nested[0] - nested[1]:
        message = f"{describe(now)}: {plural(len(nested[0] - nested[1]), 'nested group')} lost"
        yield changed(MEMBER_LOST, now, message, "apple-group-nestedgroup", admin)
    if nested[1] - nested[0] and admin is not None:
        message = f"{describe(now)}: {plural(len(nested[1] - nested[0]), 'nested group')} more, whose members are administrators now"
        yield changed(ADMINISTRATOR_NEW, now, message, "apple-group-nestedgroup")
    new = [n for n in now.member_names if n.lower() not in old_names]
    if new and admin is not None:
        message = f"{describe(now)}: new {plural(len(new), 'administrator')}: {escape(', '.join(new[:5]))}"
        yield changed(ADMINISTRATOR_NEW, now, message, "memberUid")

"""Whether the inputs of a carry go together: users whom only one of them has may have been cut off the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from odkit.carrying.model import CarriedUser
from odkit.carrying.source import CarrySource
from odkit.carrying.verdicts import Verdict
from odkit.directory import Record
from odkit.findings import Finding, Rule, Severity, finding
from odkit.kerberos import Principal
from odkit.text import decode, escape
from odkit.values.password import own_principal

__all__ = ["check_counterparts"]

MAY_BE_CUT = Rule(
    "OD936",
    "input-may-be-cut",
    Severity.WARNING,
    "Compare the counts with the server's, or export again. A file that ends between two records does not show that it was cut.",
)

_FEW = 5  # what is left behind by users who were deleted
_SHARE = 0.1
_NAMED = 3


def check_counterparts(source: CarrySource, users: Sequence[CarriedUser]) -> Iterator[Finding]:
    """Report many principals of people without a user, and many users whose keys are not in the inputs.

    Args:
        source: of the carry.
        users: all of them, with the verdicts.
    """
    if source.principals is None or source.realm_to is None:
        return
    names = {user.name.encode("utf-8", "surrogateescape").lower() for user in users}
    principals = {user.principal for user in users}
    people = [each for each in source.principals if _of_person(each)]
    alone = [
        each
        for each in people
        if each.components[0].lower() not in names and bytes(Principal(each.components, source.realm_to)) not in principals
    ]
    if _many(len(alone), len(people)):
        first = source.principals[alone[0]]
        what = f"{len(alone):,} of {len(people):,} users' principals have no user in {escape(source.od.sources[0].path)}"
        yield finding(MAY_BE_CUT, "", f"{what}: {_some([decode(each.components[0]) for each in alone])}", path=first.path, line=first.line)
    shown = {each.components[0].lower() for each in people}
    keyless = [
        user
        for user in users
        if user.verdict is Verdict.RESET and user.name.encode("utf-8", "surrogateescape").lower() not in shown and _has_keys(source, user)
    ]
    if _many(len(keyless), len(users)):
        record = source.od.get(keyless[0].dn)
        where = "cn=authdata" if source.od.authdata else "the dump of the KDC"
        what = f"{len(keyless):,} of {len(users):,} users have no keys in {where}, where their records say that they are"
        path, line = (record.path, record.line) if record is not None else ("", None)
        yield finding(MAY_BE_CUT, "", f"{what}: {_some([user.name for user in keyless])}", path=path, line=line)


def _of_person(principal: Principal) -> bool:
    return len(principal.components) == 1 and not principal.components[0].startswith(b"_") and not principal.components[0].endswith(b"$")


def _has_keys(source: CarrySource, user: CarriedUser) -> bool:
    """Tell whether a user's record says that there are keys."""
    record: Record | None = source.od.get(user.dn)
    if record is None:
        return False
    password = record.password
    if source.od.authdata:
        return password.slot_id is not None and password.authdata is None
    return own_principal(record.name, password, None) is not None


def _many(count: int, of: int) -> bool:
    return count >= _FEW and count > _SHARE * of


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(map(escape, names[:_NAMED])) + more

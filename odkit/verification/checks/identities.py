"""GUIDs, names, numbers and shells of users."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import describe
from odkit.findings import About, Finding, Rule, Severity
from odkit.text import escape
from odkit.verification.pair import Pair, changed

__all__ = ["check_identities"]

USER_MISSING = Rule("OD602", "user-missing", Severity.ERROR, "Restore the record from the older export.", about=About(newer=True))
IDENTITY_DIFFERS = Rule(
    "OD603",
    "identity-differs",
    Severity.ERROR,
    "Put the old number and GUID back. Files belong to the number, and access lists to the GUID.",
    about=About(("apple-generateduid", "uidNumber", "uid"), own=True),
)
PRIMARY_GROUP_DIFFERS = Rule(
    "OD604",
    "primary-group-differs",
    Severity.WARNING,
    "Confirm the change. Files are shared by the number of the group.",
    about=About(("gidNumber",)),
)
SHELL_DIFFERS = Rule("OD605", "shell-differs", Severity.WARNING, "Confirm the change.", about=About(("loginShell",)))


def check_identities(pair: Pair) -> Iterator[Finding]:
    """Compare the names, GUIDs, numbers and shells of users: OD602 to OD605."""
    for was, now in pair.records("Users"):
        if now is None:
            yield changed(USER_MISSING, was, f"{describe(was)} is missing in the newer export")
            continue
        if (was.guid or "").upper() != (now.guid or "").upper():
            yield changed(
                IDENTITY_DIFFERS,
                now,
                f"{describe(now)}: GUID {escape(was.guid or '(none)')} became {escape(now.guid or '(none)')}",
                "apple-generateduid",
            )
        if was.name != now.name:
            yield changed(IDENTITY_DIFFERS, now, f"{describe(now)}: was called {escape(was.name)}", "uid")
        lost = sorted(set(was.texts("uid")) - {now.name, *now.texts("uid")} - {was.name})
        if lost:
            yield changed(
                IDENTITY_DIFFERS, now, f"{describe(now)}: does not answer to {escape(', '.join(lost))} any more", "uid", Severity.WARNING
            )
        for attribute, code in (("uidNumber", IDENTITY_DIFFERS), ("gidNumber", PRIMARY_GROUP_DIFFERS), ("loginShell", SHELL_DIFFERS)):
            if was.text(attribute) != now.text(attribute):
                old, new = (escape(each.text(attribute) or "(none)") for each in (was, now))
                yield changed(code, now, f"{describe(now)}: {attribute} {old} became {new}", attribute)

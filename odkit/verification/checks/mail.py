"""Mail addresses and mail accounts of users."""

from __future__ import annotations

from collections.abc import Iterator

from odkit.directory import describe
from odkit.findings import About, Finding, Rule, Severity
from odkit.verification.pair import Pair, changed

__all__ = ["check_mail"]

MAIL_DIFFERS = Rule(
    "OD607",
    "mail-differs",
    Severity.WARNING,
    "Check that the mail server has the mailbox.",
    about=About(("mail", "apple-user-mailattribute")),
)


def check_mail(pair: Pair) -> Iterator[Finding]:
    """Compare the mail settings of users: OD607."""
    for was, now in pair.records("Users"):
        if now is None:
            continue
        for attribute in ("mail", "apple-user-mailattribute"):
            old, new = was.texts(attribute), now.texts(attribute)
            if sorted(old) != sorted(new):
                yield changed(
                    MAIL_DIFFERS, now, f"{describe(now)}: {attribute} {'is gone' if not new else 'differs' if old else 'is new'}", attribute
                )

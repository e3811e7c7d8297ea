"""Accounts that nobody used for a year."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question, Unjudged
from odkit.asking.parameters import AT

__all__ = ["QUESTION"]

# logins are counted in the password record, where the account has one and the export holds it
_ACCOUNTS: Final = """
WITH dated AS (SELECT export, coalesce($at, taken_at) - INTERVAL 1 YEAR AS before_ FROM newest.exports),
made AS (
    SELECT export, entry, min(try_strptime(text, '%Y%m%d%H%M%SZ') AT TIME ZONE 'UTC') AS created
    FROM newest."values" WHERE attribute = 'createTimestamp' AND kind = 'Users' GROUP BY ALL
),
held AS (SELECT DISTINCT export, entry, true AS is_held FROM newest.edges WHERE edge = 'slot' AND target_is = 'found'),
accounts AS (
    SELECT *, last_login IS NOT NULL OR (is_held IS NOT NULL AND NOT coalesce(list_contains(unknown, 'last_login'), false)) AS is_counted
    FROM newest.records JOIN dated USING (export) LEFT JOIN made USING (export, entry) LEFT JOIN held USING (export, entry)
    WHERE kind = 'Users'
)
"""

QUESTION: Final = Question(
    "unused-accounts",
    "Which accounts were not used for a year, at the date of the export or at another one? One that was made in that year is none.",
    (
        Column("domain", "of the account", always=True),
        Column("taken", "date of the export", always=True),
        Column("name", "short name"),
        Column("full-name", "full name"),
        Column("last-login", "the last login; absent where none is recorded"),
        Column("created", "when the account was made", always=True),
        Column("disabled", "whether it is disabled"),
        Column("dn", "DN of the account"),
        Column("file", "that it is in"),
        Column("line", "of its dn"),
    ),
    """
SELECT domain, taken, name, full_name, last_login, created, disabled, dn, file, line,
    list_filter(unknown, lambda each: each = 'disabled')
FROM accounts
WHERE is_counted AND CASE WHEN last_login IS NULL THEN coalesce(created < before_, before_ IS NOT NULL) ELSE last_login < before_ END
ORDER BY domain, export, entry
""",
    (AT,),
    (
        Unjudged(
            "accounts whose logins the export does not count (before 10.7, without cn=authdata, or without a password record)",
            "SELECT count(*) FROM accounts WHERE NOT is_counted",
        ),
        Unjudged(
            "accounts of exports without a date (give one with --at)",
            "SELECT count(*) FROM accounts WHERE is_counted AND before_ IS NULL",
        ),
    ),
    common=_ACCOUNTS,
)

"""One uidNumber, two people."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question, Unjudged

__all__ = ["QUESTION"]

# who has a GUID is known by it in every domain; who has none is one person in one domain
_PEOPLE: Final = """
WITH people AS (
    SELECT *, coalesce(guid, coalesce(domain, export) || ' ' || coalesce(dn_key, dn)) AS person
    FROM newest.records WHERE kind = 'Users' AND uid_number IS NOT NULL
),
shared AS (SELECT uid_number FROM people GROUP BY uid_number HAVING count(DISTINCT person) > 1)
"""

QUESTION: Final = Question(
    "same-uid",
    "Which uidNumber do two people have, in one domain or in two? Files would change hands.",
    (
        Column("uid", "uidNumber"),
        Column("domain", "of the account", always=True),
        Column("taken", "date of the export", always=True),
        Column("name", "short name"),
        Column("full-name", "full name"),
        Column("guid", "GeneratedUID"),
        Column("dn", "DN of the account"),
        Column("file", "that it is in"),
        Column("line", "of its dn"),
    ),
    """
SELECT uid_number, domain, taken, name, full_name, guid, dn, file, line, NULL
FROM people SEMI JOIN shared USING (uid_number)
ORDER BY uid_number, domain, export, entry
""",
    unjudged=(
        Unjudged(
            "accounts whose uidNumber the export does not show",
            "SELECT count(*) FROM newest.records WHERE kind = 'Users' AND list_contains(unknown, 'uid_number')",
        ),
        Unjudged(
            "accounts among the rows without a GUID, which can be one person with another row",
            "SELECT count(*) FROM people SEMI JOIN shared USING (uid_number) WHERE guid IS NULL",
        ),
    ),
    common=_PEOPLE,
)

"""Disabled accounts whose principals still live."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question, Unjudged

__all__ = ["QUESTION"]

_CLAIMED: Final = """
WITH disabled AS (FROM newest.records WHERE kind = 'Users' AND disabled),
claimed AS (
    SELECT d.*, e.target AS principal, EXISTS (FROM newest.principals AS p WHERE p.export = d.export AND p.source = 'listed') AS has_list
    FROM disabled AS d JOIN newest.edges AS e ON e.export = d.export AND e.entry = d.entry AND e.edge = 'principal-of'
)
"""

QUESTION: Final = Question(
    "disabled-with-principals",
    "Which disabled accounts have a principal in the KDC? Its owner gets tickets unless the KDC refuses them, too.",
    (
        Column("domain", "of the account", always=True),
        Column("taken", "date of the export", always=True),
        Column("name", "short name"),
        Column("principal", "that the account claims, and the list of principals holds"),
        Column("kvno", "version of its newest keys", always=True),
        Column("dn", "DN of the account"),
        Column("file", "that it is in"),
        Column("line", "of its dn"),
    ),
    """
SELECT DISTINCT c.domain, c.taken, c.name, c.principal, max(p.kvno), c.dn, c.file, c.line, NULL
FROM claimed AS c JOIN newest.principals AS p ON p.export = c.export AND p.source = 'listed' AND p.principal = c.principal
GROUP BY c.domain, c.taken, c.export, c.entry, c.name, c.principal, c.dn, c.file, c.line
ORDER BY c.domain, c.taken, c.dn, c.principal
""",
    unjudged=(
        Unjudged(
            "principals of disabled accounts in domains of which no list of principals was given (odkit tables --principals)",
            "SELECT count(*) FROM claimed WHERE NOT has_list",
        ),
        Unjudged(
            "accounts of which the export does not show whether they are disabled",
            "SELECT count(*) FROM newest.records WHERE kind = 'Users' AND list_contains(unknown, 'disabled')",
        ),
    ),
    common=_CLAIMED,
)

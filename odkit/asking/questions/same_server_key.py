"""The same key of a Password Server in two domains."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question

__all__ = ["QUESTION"]

QUESTION: Final = Question(
    "same-server-key",
    "Which Password Server's public key stands in two domains? One was copied from the other, and its accounts still point there.",
    (
        Column("key", "digest of the public key"),
        Column("domain", "whose accounts name it", always=True),
        Column("taken", "date of the export", always=True),
        Column("accounts", "number of accounts that name it"),
        Column("dn", "DN of the first one"),
        Column("file", "that it is in"),
        Column("line", "of the value"),
    ),
    """
WITH keys AS (FROM newest.edges WHERE edge = 'server-key'),
shared AS (SELECT target FROM keys GROUP BY target HAVING count(DISTINCT coalesce(domain, export)) > 1)
SELECT target, domain, taken, count(DISTINCT entry), arg_min(dn, entry), arg_min(file, entry), arg_min(line, entry), NULL
FROM keys SEMI JOIN shared USING (target)
GROUP BY target, domain, taken, export
ORDER BY target, domain, export
""",
)

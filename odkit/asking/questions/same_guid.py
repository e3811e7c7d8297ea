"""One GUID in two domains."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question

__all__ = ["QUESTION"]

QUESTION: Final = Question(
    "same-guid",
    "Which GUID is in two domains? Access lists mean both records; GUIDs that macOS gives to accounts of its own are left out.",
    (
        Column("guid", "GeneratedUID"),
        Column("domain", "of the record", always=True),
        Column("taken", "date of the export", always=True),
        Column("kind", "type of the record"),
        Column("name", "short name"),
        Column("dn", "DN of the record"),
        Column("file", "that it is in"),
        Column("line", "of its dn"),
    ),
    """
WITH found AS (
    SELECT * FROM newest.records
    WHERE guid IS NOT NULL
        AND NOT starts_with(guid, 'FFFFEEEE-DDDD-CCCC-BBBB-AAAA') AND NOT starts_with(guid, 'ABCDEFAB-CDEF-ABCD-EFAB-CDEF')
),
shared AS (SELECT guid FROM found GROUP BY guid HAVING count(DISTINCT coalesce(domain, export)) > 1)
SELECT guid, domain, taken, kind, name, dn, file, line, NULL
FROM found SEMI JOIN shared USING (guid)
ORDER BY guid, domain, export, entry
""",
)

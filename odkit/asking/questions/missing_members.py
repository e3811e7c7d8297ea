"""Members that exist nowhere."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question, Unjudged

__all__ = ["QUESTION"]

# GUIDs that macOS gives to accounts of its own are in no directory, and on every Mac
_ABSENT: Final = """
WITH absent AS (
    FROM newest.edges
    WHERE edge IN ('member', 'nested') AND target_is = 'absent'
        AND NOT starts_with(upper(target), 'FFFFEEEE-DDDD-CCCC-BBBB-AAAA')
        AND NOT starts_with(upper(target), 'ABCDEFAB-CDEF-ABCD-EFAB-CDEF')
),
elsewhere AS (
    SELECT DISTINCT lower(unnest(names)) AS called FROM newest.records WHERE kind IN ('Users', 'Groups', 'Computers')
    UNION SELECT lower(guid) FROM newest.records WHERE guid IS NOT NULL
)
"""

QUESTION: Final = Question(
    "missing-members",
    "Which members of groups and lists exist nowhere, in no domain?",
    (
        Column("domain", "of the group or list", always=True),
        Column("taken", "date of the export", always=True),
        Column("member", "as the group writes it: short name or GUID"),
        Column("kind", "type of the record that lists it"),
        Column("dn", "DN of the record that lists it"),
        Column("attribute", "that lists it"),
        Column("file", "that it is in"),
        Column("line", "of the value"),
    ),
    """
SELECT domain, taken, target, kind, dn, attribute, file, line, NULL
FROM absent WHERE lower(target) NOT IN (SELECT called FROM elsewhere WHERE called IS NOT NULL)
ORDER BY domain, export, entry, attribute, ordinal
""",
    unjudged=(
        Unjudged(
            "members whose records the export does not show, which are not called absent",
            "SELECT count(*) FROM newest.edges WHERE edge IN ('member', 'nested') AND target_is = 'unknown'",
        ),
        Unjudged(
            "members that are absent in their own domain, and that another one has by that name or GUID",
            "SELECT count(*) FROM absent WHERE lower(target) IN (SELECT called FROM elsewhere)",
        ),
    ),
    common=_ABSENT,
)

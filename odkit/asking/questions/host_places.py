"""Every place of a host."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question
from odkit.asking.parameters import HOST

__all__ = ["QUESTION"]

QUESTION: Final = Question(
    "host-places",
    "Where is a host named, in any domain?",
    (
        Column("domain", "of the record", always=True),
        Column("taken", "date of the export", always=True),
        Column("host", "the name that was found"),
        Column(
            "how", "full name, short name, address or Local KDC, as odkit references finds it; text: any other text that holds the name"
        ),
        Column("kind", "type of the record"),
        Column("dn", "DN of the record"),
        Column("attribute", "that names the host; 'policy' for a key of MCX settings, 'dn' for the record's own name"),
        Column("ordinal", "which of the attribute's values, from 0"),
        Column("file", "that it is in"),
        Column("line", "of the value"),
    ),
    """
WITH named AS (
    SELECT domain, taken, export, entry, target AS host,
        string_agg(DISTINCT how, ', ' ORDER BY how) AS how, kind, dn, attribute, ordinal, file, line
    FROM newest.edges
    WHERE edge = 'names-host' AND (target = $host OR starts_with(target, $above) AND $above <> $host)
    GROUP BY ALL
),
texts AS (
    SELECT domain, taken, export, entry, $host AS host, 'text' AS how, kind, dn, attribute, ordinal, file, line
    FROM newest."values" AS v
    WHERE contains(lower(text), $host) AND regexp_matches(text, $whole)
        AND NOT EXISTS (
            SELECT 1 FROM named AS n
            WHERE n.export = v.export AND n.entry = v.entry AND lower(n.attribute) = lower(v.attribute) AND n.ordinal = v.ordinal
        )
),
policies AS (
    SELECT domain, taken, export, NULL AS entry, $host AS host, 'text' AS how, kind, dn, 'policy' AS attribute,
        NULL AS ordinal, NULL AS file, line
    FROM newest.policies AS p
    WHERE contains(lower(value), $host) AND regexp_matches(value, $whole)
        AND NOT EXISTS (
            SELECT 1 FROM (FROM named UNION ALL FROM texts) AS n
            WHERE n.export = p.export AND n.dn = p.dn AND starts_with(lower(n.attribute), 'apple-mcx')
        )
)
SELECT domain, taken, host, how, kind, dn, attribute, ordinal, file, line, NULL
FROM (FROM named UNION ALL FROM texts UNION ALL SELECT DISTINCT * FROM policies)
ORDER BY domain, export, file, line, dn, attribute, ordinal, host, how
""",
    (HOST,),
)

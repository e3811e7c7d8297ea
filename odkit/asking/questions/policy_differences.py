"""Policies that differ between offices and domains."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question, Unjudged

__all__ = ["QUESTION"]

QUESTION: Final = Question(
    "policy-differences",
    "Which settings (MCX) differ between groups and lists, which stand for offices, or between records of one name in two domains?",
    (
        Column("kind", "type of the records"),
        Column("preference-domain", "of the setting"),
        Column("key", "of the setting"),
        Column("frequency", "always, once or often"),
        Column("value", "that these have; secrets as their length; absent where they do not set the key"),
        Column("records", "number of records that have it"),
        Column("where", "domain and name of these records"),
    ),
    # a user's or computer's settings are compared with those of the same name in other domains, those of groups and lists with one another
    """
WITH places AS (
    SELECT DISTINCT coalesce(domain, 'export ' || export[1:16]) AS place, export, kind, name,
        CASE WHEN kind IN ('Users', 'Computers') THEN name END AS alone
    FROM newest.policies
),
settings AS (
    SELECT DISTINCT export, kind, name, preference_domain, key, frequency, value,
        CASE WHEN kind IN ('Users', 'Computers') THEN name END AS alone
    FROM newest.policies
),
differing AS (
    SELECT kind, alone, preference_domain, key
    FROM settings AS s
    GROUP BY ALL
    HAVING count(DISTINCT (frequency, value)) > 1 OR count(DISTINCT (export, name)) < (
        SELECT count(*) FROM places AS p WHERE p.kind = s.kind AND p.alone IS NOT DISTINCT FROM s.alone)
)
SELECT d.kind, d.preference_domain, d.key, s.frequency, s.value, count(DISTINCT (p.export, p.name)) AS records,
    list_sort(list_distinct(list(p.place || ': ' || p.name))) AS where_, NULL
FROM differing AS d
    JOIN places AS p ON p.kind = d.kind AND p.alone IS NOT DISTINCT FROM d.alone
    LEFT JOIN settings AS s ON s.export = p.export AND s.kind = p.kind AND s.name = p.name
        AND s.preference_domain = d.preference_domain AND s.key = d.key
GROUP BY d.kind, d.alone, d.preference_domain, d.key, s.frequency, s.value
ORDER BY d.kind, d.preference_domain, d.key, records DESC, where_, s.frequency, s.value
""",
    unjudged=(
        Unjudged(
            "exports that are incomplete, where a setting that is absent can be missing in the file alone",
            "SELECT count(*) FROM newest.exports WHERE completeness = 'incomplete'",
        ),
    ),
)

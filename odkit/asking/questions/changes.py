"""What changed in a record over time."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question, Unjudged
from odkit.asking.parameters import RECORD

__all__ = ["QUESTION"]

# A record is followed by its GUID through a change of its name, else by its DN.  What an incomplete export lacks is unknown; so is what the
# server keeps itself (operational attributes), where the export has it of no record, and cn=authdata, where the export has none of it.
_FOLLOWED: Final = """
WITH counted AS (SELECT t.*, e.authdata FROM timeline AS t JOIN exports AS e USING (export)),
mine AS (
    SELECT t.place, r.guid, r.dn_key,
        coalesce(r.guid, max(r.guid) OVER (PARTITION BY t.place, r.dn_key), r.dn_key, r.dn) AS label
    FROM records AS r JOIN counted AS t USING (export)
    WHERE r.dn_key = $key OR lower(r.dn) = $record OR lower(r.guid) = $record
        OR list_contains(list_transform(r.names, lambda each: lower(each)), $record)
),
labels AS (SELECT DISTINCT place, label FROM mine),
keys AS (SELECT DISTINCT place, label, dn_key FROM mine),
seen AS (
    SELECT DISTINCT r.export, r.entry, l.label, r.dn, r.file, r.line
    FROM records AS r JOIN counted AS t USING (export) JOIN labels AS l ON l.place = t.place AND l.label = r.guid
    UNION
    SELECT DISTINCT r.export, r.entry, k.label, r.dn, r.file, r.line
    FROM records AS r JOIN counted AS t USING (export) JOIN keys AS k ON k.place = t.place AND k.dn_key = r.dn_key
    WHERE r.guid IS NULL
),
pairs AS (
    SELECT l.label, t.domain, t.place, b.taken AS earlier, t.taken AS later, t.before AS old, t.export AS new,
        b.completeness <> 'incomplete' AS old_whole, t.completeness <> 'incomplete' AS new_whole, b.authdata > 0 AS old_authdata,
        t.authdata > 0 AS new_authdata, coalesce(b.digest_key = t.digest_key, false) AS comparable
    FROM counted AS t JOIN counted AS b ON b.export = t.before JOIN labels AS l ON l.place = t.place
),
cells AS (
    SELECT DISTINCT s.label, s.export, s.dn, v.file, v.line, lower(v.attribute) AS name,
        v.attribute, v.text, v.bytes, v.length, v.withheld, v.digest
    FROM seen AS s JOIN "values" AS v ON v.export = s.export AND v.entry = s.entry
    WHERE v.export IN (SELECT export FROM seen)
),
shown AS (
    SELECT DISTINCT export, lower(attribute) AS name FROM "values" WHERE export IN (SELECT old FROM pairs UNION SELECT new FROM pairs)
),
of_records AS (
    SELECT p.*, o.export IS NOT NULL AS was, n.export IS NOT NULL AS is_, coalesce(n.dn, o.dn) AS dn, coalesce(n.file, o.file) AS file,
        coalesce(n.line, o.line) AS line
    FROM pairs AS p
        LEFT JOIN (SELECT export, label, min(dn) AS dn, min(file) AS file, min(line) AS line FROM seen GROUP BY ALL) AS o
            ON o.export = p.old AND o.label = p.label
        LEFT JOIN (SELECT export, label, min(dn) AS dn, min(file) AS file, min(line) AS line FROM seen GROUP BY ALL) AS n
            ON n.export = p.new AND n.label = p.label
    WHERE o.export IS NOT NULL OR n.export IS NOT NULL
),
sides AS (
    SELECT p.label, p.domain, p.place, p.earlier, p.later, p.old, p.new, p.old_whole, p.new_whole, p.comparable,
        c.export = p.new AS is_new, c.* EXCLUDE (label, export),
        CASE WHEN c.withheld IS NULL THEN coalesce('text ' || c.text, 'bytes ' || hex(c.bytes))
            WHEN p.comparable AND c.digest IS NOT NULL THEN 'digest ' || c.digest END AS content
    FROM of_records AS p JOIN cells AS c ON c.label = p.label AND c.export IN (p.old, p.new)
    WHERE p.was AND p.is_
),
operational AS (
    SELECT unnest(['structuralobjectclass', 'entryuuid', 'creatorsname', 'createtimestamp', 'entrycsn', 'modifiersname', 'modifytimestamp',
        'contextcsn', 'entrydn', 'subschemasubentry', 'hassubordinates', 'numsubordinates', 'pwdchangedtime']) AS name
),
of_values AS (
    SELECT a.*,
        CASE WHEN is_new THEN old_whole ELSE new_whole END
            AND (a.name NOT IN (SELECT name FROM operational)
                OR EXISTS (
                    SELECT 1 FROM shown AS s WHERE s.export = CASE WHEN a.is_new THEN a.old ELSE a.new END AND s.name = a.name)) AS sure
    FROM sides AS a
    WHERE a.content IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM sides AS b
        WHERE b.label = a.label AND b.old = a.old AND b.new = a.new AND b.name = a.name AND b.is_new <> a.is_new AND b.content = a.content)
),
hidden AS (
    SELECT label, domain, place, earlier, later, any_value(dn) AS dn, any_value(attribute) AS attribute, name,
        arg_max(file, is_new) AS file, arg_max(line, is_new) AS line,
        list_sort(list(length) FILTER (WHERE NOT is_new)) IS DISTINCT FROM list_sort(list(length) FILTER (WHERE is_new)) AS differs,
        any_value(old_whole AND new_whole) AS whole
    FROM sides WHERE content IS NULL
    GROUP BY label, domain, place, earlier, later, name
)
"""

QUESTION: Final = Question(
    "changes",
    "What changed in a record from one export of its domain to the next?",
    (
        Column("domain", "of the record", always=True),
        Column("earlier", "date of the export before the change", always=True),
        Column("later", "date of the export behind it", always=True),
        Column(
            "change",
            "added, removed, or changed (of values that are withheld, by their lengths); of the whole record where there is no "
            "attribute; not known where an export does not show it",
            always=True,
        ),
        Column("attribute", "that has the value"),
        Column("value", "that was added or removed; bytes that are no text as \\xNN"),
        Column("withheld", "of a value that is not here: why, its length in bytes, and the beginning of its keyed digest"),
        Column("dn", "DN of the record"),
        Column("file", "that the value is in"),
        Column("line", "of the value"),
    ),
    """
SELECT domain, earlier, later, change, attribute, value, withheld, dn, file, line, NULL
FROM (
    SELECT domain, place, earlier, later,
        CASE WHEN NOT was AND old_whole AND (old_authdata OR NOT is_below) THEN 'added'
            WHEN NOT is_ AND new_whole AND (new_authdata OR NOT is_below) THEN 'removed' END AS change,
        NULL AS attribute, NULL AS value, NULL AS withheld, dn, file, line
    FROM (SELECT *, ends_with(lower(dn), 'cn=authdata') AS is_below FROM of_records) WHERE NOT was OR NOT is_
    UNION ALL
    SELECT domain, place, earlier, later, CASE WHEN sure THEN CASE WHEN is_new THEN 'added' ELSE 'removed' END END, attribute,
        coalesce(text, bytes::VARCHAR), withheld || ', ' || length || ' bytes, digest ' || digest[1:16], dn, file, line
    FROM of_values
    UNION ALL
    SELECT domain, place, earlier, later, CASE WHEN differs AND whole THEN 'changed' END, attribute, NULL,
        'no digest that can be compared', dn, file, line
    FROM hidden
)
ORDER BY place, earlier, later, dn, attribute NULLS FIRST, change, value, withheld, line
""",
    parameters=(RECORD,),
    unjudged=(
        Unjudged(
            "changes that are not known: values are withheld without digest (odkit tables --digest-key), or an export is incomplete",
            column="change",
        ),
    ),
    common=_FOLLOWED,
)

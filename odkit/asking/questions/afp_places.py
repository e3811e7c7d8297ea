"""All places that name a share by AFP, by server."""

from __future__ import annotations

from typing import Final

from odkit.asking.model import Column, Question, Unjudged

__all__ = ["QUESTION"]

# the scheme as a word of its own, as `odkit afp` takes it; MCX settings are read in the table of policies, which has them decoded; most
# texts have no ":/", and to look for it first costs half of what writing them all in lower case does
_URLS: Final = r"""regexp_extract_all({0}, '(?i)(?:^|[^a-z0-9+.-])(afp:/[^\s<>"'',]*)', 1)"""
_SERVER: Final = r"""nullif(lower(regexp_extract(url, '(?i)^afp://(?:[^/]*@)?(\[[^\]]*\]|[^/:@]*)', 1)), '')"""

QUESTION: Final = Question(
    "afp-places",
    "Which places name a share by AFP, by server? Macs lose the client for it.",
    (
        Column("server", "that the URL names"),
        Column("domain", "of the record", always=True),
        Column("taken", "date of the export", always=True),
        Column("place", "home, group folder, mount, automount map, policy or other place"),
        Column("kind", "type of the record"),
        Column("dn", "DN of the record"),
        Column("attribute", "that holds the URL; of a policy its preference domain and key"),
        Column("url", "as written, passwords hidden"),
        Column("file", "that it is in"),
        Column("line", "of the value; of a policy that of its record"),
    ),
    f"""
WITH written AS (
    SELECT domain, taken, export, entry, CASE
            WHEN lower(attribute) IN ('apple-user-homeurl', 'homedirectory') THEN 'home'
            WHEN lower(attribute) = 'apple-group-homeurl' THEN 'group folder'
            WHEN kind = 'Mounts' THEN 'mount'
            WHEN lower(attribute) = 'automountinformation' THEN 'automount map'
            ELSE 'other place' END AS place,
        kind, dn, attribute, unnest({_URLS.format("text")}) AS url, file, line
    FROM newest."values"
    WHERE contains(text, ':/') AND contains(lower(text), 'afp:/') AND NOT starts_with(lower(attribute), 'apple-mcxsettings')
),
homes AS (
    SELECT domain, taken, export, entry, 'home' AS place, kind, dn, 'apple-user-homeurl' AS attribute,
        unnest({_URLS.format("home")}) AS url, file, line
    FROM newest.records ANTI JOIN (FROM written WHERE lower(attribute) = 'apple-user-homeurl') USING (export, entry)
    WHERE contains(lower(home), 'afp:/')
),
policies AS (
    SELECT domain, taken, export, NULL AS entry, 'policy' AS place, kind, dn, preference_domain || ' ' || key AS attribute,
        unnest({_URLS.format("value")}) AS url, NULL AS file, line
    FROM newest.policies WHERE contains(lower(value), 'afp:/')
)
SELECT {_SERVER} AS server, domain, taken, place, kind, dn, attribute, url, file, line, NULL
FROM (FROM written UNION ALL FROM homes UNION ALL FROM policies)
ORDER BY server, domain, export, file, line, dn, attribute, url
""",  # noqa: S608 - made of constants
    unjudged=(
        Unjudged(
            "values that are withheld because they may hold a secret, and could name a share",
            """
SELECT count(*) FROM newest."values"
WHERE withheld IN ('private', 'doubtful') AND NOT starts_with(lower(attribute), 'apple-mcx')
    AND lower(attribute) NOT IN ('authauthority', 'apple-user-homeurl', 'apple-user-passwordpolicy', 'cn')
""",
        ),
    ),
)

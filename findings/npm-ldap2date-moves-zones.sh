#!/bin/sh
# Subject: ldap2date (npm)
# Version: 2.0.0
# Behaviour: A time with a zone is moved the wrong way and by another amount: 00:00 at +0130 becomes 02:10 UTC in place of 22:30 the day before.
# For a user of odkit: Check times that do not end in Z before a tool of Node judges what has expired.
# Date: 2026-11-28
# Seen:
#   20261128000000Z 2026-11-28T00:00:00.000Z
#   20261128000000+0130 2026-11-28T02:10:00.000Z
#   20261128000000-0800 2026-11-27T10:40:00.000Z

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

npm_packages ldap2date@2.0.0
observe() {
    printf '%s\n' "const time = require('ldap2date');" \
        "for (const text of ['20261128000000Z', '20261128000000+0130', '20261128000000-0800'])" \
        '    console.log(text, time.parse(text).toISOString());' > read.js
    node read.js
}

compare observe

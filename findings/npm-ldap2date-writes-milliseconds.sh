#!/bin/sh
# Subject: ldap2date (npm)
# Version: 2.0.0
# Behaviour: toGeneralizedTime writes 6 milliseconds as ".6", which is 600: its own parse gives another time back.
# For a user of odkit: Compare times to the second when one side comes from a tool of Node.
# Date: 2026-11-28
# Seen:
#   2026-11-28T03:04:05.006Z 20261128030405.6Z 2026-11-28T03:04:05.600Z

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

npm_packages ldap2date@2.0.0
observe() {
    printf '%s\n' "const time = require('ldap2date');" \
        "const date = new Date('2026-11-28T03:04:05.006Z');" \
        'console.log(date.toISOString(), time.toGeneralizedTime(date), time.parse(time.toGeneralizedTime(date)).toISOString());' > read.js
    node read.js
}

compare observe

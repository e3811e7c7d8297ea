#!/bin/sh
# Subject: ldapts (npm)
# Version: 8.0.9
# Behaviour: An attribute with one value is a text, one with two a list, and one that was asked for and is absent an empty list, the same as one that the server does not show.
# For a user of odkit: A script of Node that loops over memberUid goes through the letters of a single name, and an empty list does not prove that a group is empty.
# Date: 2026-11-28
# Seen:
#   cn=one,dc=example,dc=com "ann"
#   cn=two,dc=example,dc=com ["ann","bob"]
#   cn=none,dc=example,dc=com []

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

npm_packages ldapts@8.0.9

observe() {
    slapd_conf
    {
        suffix
        printf '%s\n' 'dn: cn=one,dc=example,dc=com' 'objectClass: posixGroup' 'gidNumber: 100' 'memberUid: ann' '' \
            'dn: cn=two,dc=example,dc=com' 'objectClass: posixGroup' 'gidNumber: 101' 'memberUid: ann' 'memberUid: bob' '' \
            'dn: cn=none,dc=example,dc=com' 'objectClass: posixGroup' 'gidNumber: 102' ''
    } | slapadd -f slapd.conf
    slapd_start
    printf '%s\n' "const { Client } = require('ldapts');" '(async () => {' "const client = new Client({ url: '$uri' });" \
        "const { searchEntries } = await client.search('dc=example,dc=com', { filter: '(!(dc=*))', attributes: ['memberUid'] });" \
        'for (const { dn, memberUid } of searchEntries)' \
        "console.log(dn, JSON.stringify(memberUid));" \
        'await client.unbind(); })();' > read.js
    node read.js
}

compare observe

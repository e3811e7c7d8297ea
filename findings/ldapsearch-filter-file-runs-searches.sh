#!/bin/sh
# Subject: ldapsearch (OpenLDAP)
# Version: 2.5.13 (Debian 12)
# Behaviour: With -f one output holds several searches: one head with "filter pattern", then for each line its own "# filter:" and its own result; there is no sum.
# For a user of odkit: An output of -f is complete only if every search in it is; look at each result.
# Date: 2026-11-28
# Seen:
#   # extended LDIF
#   #
#   # LDAPv3
#   # base <dc=example,dc=com> with scope subtree
#   # filter pattern: (dc=%s)
#   # requesting: dc
#   #
#   #
#   # filter: (dc=example)
#   #
#   # example.com
#   dn: dc=example,dc=com
#   dc: example
#   # search result
#   search: 2
#   result: 0 Success
#   # numResponses: 2
#   # numEntries: 1
#   #
#   # filter: (dc=none)
#   #
#   # search result
#   search: 3
#   result: 0 Success
#   # numResponses: 1

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    suffix | slapadd -f slapd.conf
    slapd_start
    printf '%s\n' example none > names
    ldapsearch -x -H "$uri" -b dc=example,dc=com -f names '(dc=%s)' dc
}

compare observe

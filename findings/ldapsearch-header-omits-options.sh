#!/bin/sh
# Subject: ldapsearch (OpenLDAP)
# Version: 2.5.13 (Debian 12)
# Behaviour: The comment at the head of the output names base, scope, filter and attributes, but says nothing of -A (no values), -t (values in files), -z and -l (limits).
# For a user of odkit: A head that looks complete does not prove a complete export; nor does it show that values were left out.
# Date: 2026-11-28
# Seen:
#   option:
#   2171747359 117
#   option: -A
#   2171747359 117
#   option: -t
#   2171747359 117
#   option: -z 9
#   2171747359 117
#   option: -l 9
#   2171747359 117
#   # extended LDIF
#   #
#   # LDAPv3
#   # base <dc=example,dc=com> with scope subtree
#   # filter: (dc=example)
#   # requesting: ALL
#   #
#   # example.com
#   dn: dc=example,dc=com
#   objectClass:
#   dc:
#   # search result
#   search: 2
#   result: 0 Success
#   # numResponses: 2
#   # numEntries: 1

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    suffix | slapadd -f slapd.conf
    slapd_start
    for option in '' -A -t '-z 9' '-l 9'; do
        echo "option: $option"
        # shellcheck disable=SC2086 # an option with its value
        ldapsearch -x -H "$uri" -b dc=example,dc=com $option '(dc=example)' | sed -n '1,/^$/p' | cksum
    done
    ldapsearch -x -H "$uri" -b dc=example,dc=com -A '(dc=example)'
}

compare observe

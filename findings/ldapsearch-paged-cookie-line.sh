#!/bin/sh
# Subject: ldapsearch (OpenLDAP)
# Version: 2.5.13 (Debian 12)
# Behaviour: With -E pr= each page ends with a result, "control:" and "pagedresults: cookie=" as bare lines in the middle of the output, each page repeats the head, and only the last one counts; with -LLL the cookie becomes a comment.
# For a user of odkit: The first "result: 0" is not the end of a paged export; the last one counts.
# Date: 2026-11-28
# Seen:
#   option: -x
#   # extended LDIF
#   #
#   # LDAPv3
#   # base <dc=example,dc=com> with scope subtree
#   # filter: (objectClass=*)
#   # requesting: 1.1
#   # with pagedResults control: size=2
#   #
#   # example.com
#   dn: dc=example,dc=com
#   # 1, example.com
#   dn: cn=1,dc=example,dc=com
#   # search result
#   search: 2
#   result: 0 Success
#   control: 1.2.840.113556.1.4.319 false MA0C...
#   pagedresults: cookie=...
#   # extended LDIF
#   #
#   # LDAPv3
#   # base <dc=example,dc=com> with scope subtree
#   # filter: (objectClass=*)
#   # requesting: 1.1
#   # with pagedResults control: size=2
#   #
#   # 2, example.com
#   dn: cn=2,dc=example,dc=com
#   # search result
#   search: 3
#   result: 0 Success
#   control: 1.2.840.113556.1.4.319 false MAUCAQAEAA==
#   pagedresults: cookie=...
#   # numResponses: 5
#   # numEntries: 3
#   option: -LLL
#   dn: dc=example,dc=com
#   dn: cn=1,dc=example,dc=com
#   # pagedresults: cookie=...
#   dn: cn=2,dc=example,dc=com
#   # pagedresults: cookie=...

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    { suffix; for n in 1 2; do printf 'dn: cn=%s,dc=example,dc=com\nobjectClass: organizationalRole\n\n' $n; done; } | slapadd -f slapd.conf
    slapd_start
    for option in -x -LLL; do
        echo "option: $option"
        ldapsearch -x $option -E pr=2/noprompt -H "$uri" -b dc=example,dc=com '(objectClass=*)' 1.1 | sed 's/\(cookie=\|MA0C\).*/\1.../'
    done
}

compare observe

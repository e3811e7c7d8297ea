#!/bin/sh
# Subject: ldapsearch (OpenLDAP)
# Version: 2.5.13 (Debian 12)
# Behaviour: With -L the trailer counts entries but has no "result:" line, even when the size limit cut the answer; the limit is told on standard error and by exit code 4 alone.
# For a user of odkit: Export without -L: a file made with it does not show that it was cut.
# Date: 2026-11-28
# Seen:
#   option -x: 4
#   dn: dc=example,dc=com
#   dn: cn=1,dc=example,dc=com
#   # search result
#   result: 4 Size limit exceeded
#   # numResponses: 3
#   # numEntries: 2
#   option -L: 4
#   dn: dc=example,dc=com
#   dn: cn=1,dc=example,dc=com
#   # search result
#   # numResponses: 3
#   # numEntries: 2
#   standard error: Size limit exceeded (4)
#   option -LLL: 4
#   dn: dc=example,dc=com
#   dn: cn=1,dc=example,dc=com
#   standard error: Size limit exceeded (4)

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    { suffix; for n in 1 2 3; do printf 'dn: cn=%s,dc=example,dc=com\nobjectClass: organizationalRole\n\n' $n; done; } | slapadd -f slapd.conf
    slapd_start
    for option in -x -L -LLL; do
        echo "option $option: $(code ldapsearch -x $option -z 2 -H "$uri" -b dc=example,dc=com '(objectClass=*)' 1.1)"
        ldapsearch -x $option -z 2 -H "$uri" -b dc=example,dc=com '(objectClass=*)' 1.1 2> errors | grep -E '^(dn|result|#.*num|#.*result)'
        sed 's/^/standard error: /' errors
    done
}

compare observe

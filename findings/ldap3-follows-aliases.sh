#!/bin/sh
# Subject: ldap3 (PyPI)
# Version: 2.9.1
# Behaviour: A search follows aliases unless told otherwise: the alias itself is never returned and its target comes under its own name; ldapsearch does the contrary.
# For a user of odkit: An export made with ldap3 lacks alias entries; make exports with slapcat or ldapsearch.
# Date: 2026-11-28
# Seen:
#   ldapsearch:
#   dn: dc=example,dc=com
#   dn: cn=ann,dc=example,dc=com
#   dn: cn=anna,dc=example,dc=com
#   ldap3:
#   dc=example,dc=com
#   cn=ann,dc=example,dc=com

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

pypi ldap3==2.9.1

observe() {
    slapd_conf
    {
        suffix
        printf '%s\n' 'dn: cn=ann,dc=example,dc=com' 'objectClass: organizationalRole' '' \
            'dn: cn=anna,dc=example,dc=com' 'objectClass: alias' 'objectClass: extensibleObject' 'aliasedObjectName: cn=ann,dc=example,dc=com' ''
    } | slapadd -f slapd.conf
    slapd_start
    echo "ldapsearch:"
    ldapsearch -x -LLL -H "$uri" -b dc=example,dc=com 1.1
    echo "ldap3:"
    "$python" -W ignore -c '
import sys, ldap3
connection = ldap3.Connection(sys.argv[1], auto_bind=True)
connection.search("dc=example,dc=com", "(objectClass=*)")
for entry in connection.response:
    print(entry["dn"])' "$uri"
}

compare observe

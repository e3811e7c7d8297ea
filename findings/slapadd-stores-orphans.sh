#!/bin/sh
# Subject: OpenLDAP slapadd
# Version: 2.5.13 (Debian 12)
# Behaviour: An entry whose parent is missing gives exit 1 and "entries missing", but it is stored: slapcat and a search of the subtree show it, a read of its parent does not.
# For a user of odkit: After a load that ended 1, look for entries without a parent before the server is used.
# Date: 2026-11-28
# Seen:
#   slapadd: 1
#   Error, entries missing!
#    entry 2: ou=none,dc=example,dc=com
#   dn: dc=example,dc=com
#   dn: cn=orphan,ou=none,dc=example,dc=com
#   search:
#   dn: cn=orphan,ou=none,dc=example,dc=com
#   parent: 32

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    { suffix; printf '%s\n' 'dn: cn=orphan,ou=none,dc=example,dc=com' 'objectClass: organizationalRole' ''; } > in.ldif
    echo "slapadd: $(code slapadd -f slapd.conf -l in.ldif)"
    sed 's/^[0-9a-f.]* //' "$root/out"
    slapcat -f slapd.conf | grep '^dn'
    slapd_start
    echo "search:"
    ldapsearch -x -LLL -H "$uri" -b dc=example,dc=com '(cn=orphan)' 1.1
    echo "parent: $(code ldapsearch -x -LLL -H "$uri" -s base -b ou=none,dc=example,dc=com 1.1)"
}

compare observe

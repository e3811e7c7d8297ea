#!/bin/sh
# Subject: ldapmodify (OpenLDAP)
# Version: 2.5.13 (Debian 12)
# Behaviour: With -n a change of an attribute that does not exist and a record whose DN is no DN pass with exit 0; only the form of the file is checked.
# For a user of odkit: A dry run by ldapmodify -n proves nothing about a plan; odkit's rehearsal plays it on a scratch server.
# Date: 2026-11-28
# Seen:
#   with -n: 0
#   !modifying entry "dc=example,dc=com"
#   !deleting entry "not a name"
#   without: 17
#   ldap_modify: Undefined attribute type (17)
#   	additional info: madeUp: attribute type undefined
#   modifying entry "dc=example,dc=com"

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    suffix | slapadd -f slapd.conf
    slapd_start
    printf '%s\n' 'dn: dc=example,dc=com' 'changetype: modify' 'replace: madeUp' 'madeUp: 1' '' 'dn: not a name' 'changetype: delete' '' > change.ldif
    echo "with -n: $(code ldapmodify -n -x -H "$uri" -f change.ldif)"
    cat "$root/out"
    echo "without: $(code ldapmodify -x -H "$uri" -D cn=admin,dc=example,dc=com -w s3cret -f change.ldif)"
    cat "$root/out"
}

compare observe

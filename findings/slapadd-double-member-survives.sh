#!/bin/sh
# Subject: OpenLDAP slapadd and ldapmodify
# Version: 2.5.13 (Debian 12)
# Behaviour: A memberUid that slapadd took twice is removed once: after a successful delete of it, the member is still there.
# For a user of odkit: Mend double values in the export before the load; a removal from a group is otherwise no removal.
# Date: 2026-11-28
# Seen:
#   ldapmodify: 0
#   dn: cn=admin,dc=example,dc=com
#   memberUid: ann
#   memberUid: bob

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    {
        suffix
        printf '%s\n' 'dn: cn=admin,dc=example,dc=com' 'objectClass: posixGroup' 'gidNumber: 80' 'memberUid: bob' 'memberUid: ann' 'memberUid: bob' ''
    } | slapadd -f slapd.conf
    slapd_start
    printf '%s\n' 'dn: cn=admin,dc=example,dc=com' 'changetype: modify' 'delete: memberUid' 'memberUid: bob' '' > change.ldif
    echo "ldapmodify: $(code ldapmodify -x -H "$uri" -D cn=admin,dc=example,dc=com -w s3cret -f change.ldif)"
    ldapsearch -x -LLL -H "$uri" -b cn=admin,dc=example,dc=com memberUid
}

compare observe

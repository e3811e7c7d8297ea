#!/bin/sh
# Subject: OpenLDAP slapmodify
# Version: 2.5.13 (Debian 12)
# Behaviour: slapmodify refuses a modrdn record with "request 0x6c not supported" and exit 1, and the records before it stay carried out.
# For a user of odkit: Play odkit's change files by ldapmodify on a running server; what slapmodify did before a rename stays done.
# Date: 2026-11-28
# Seen:
#   slapmodify: 1
#   slapmodify: request 0x6c not supported (line=6)
#   dn: cn=a,dc=example,dc=com
#   description: before the rename

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    {
        suffix
        printf '%s\n' 'dn: cn=a,dc=example,dc=com' 'objectClass: organizationalRole' ''
    } | slapadd -f slapd.conf
    {
        printf '%s\n' 'dn: cn=a,dc=example,dc=com' 'changetype: modify' 'add: description' 'description: before the rename' ''
        printf '%s\n' 'dn: cn=a,dc=example,dc=com' 'changetype: modrdn' 'newrdn: cn=b' 'deleteoldrdn: 1' ''
    } > change.ldif
    echo "slapmodify: $(code slapmodify -f slapd.conf -l change.ldif)"
    cat "$root/out"
    slapcat -f slapd.conf | grep -E '^(dn: cn|description)'
}

compare observe

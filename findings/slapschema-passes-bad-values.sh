#!/bin/sh
# Subject: OpenLDAP slapadd, slapschema, slapmodify
# Version: 2.5.13 (Debian 12)
# Behaviour: slapadd stores a uidNumber that is no number and twin members; slapschema finds nothing wrong in that database, while slapmodify refuses the same value.
# For a user of odkit: slapschema is no proof after a load: run slapadd with -u -o value-check=yes first.
# Date: 2026-11-28
# Seen:
#   slapadd: 0
#   slapschema: 0
#   slapmodify: 1
#   slapadd -u -o value-check=yes: 1
#   uidNumber: abc
#   memberUid: ann
#   memberUid: ann

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    {
        suffix
        printf '%s\n' 'dn: uid=ann,dc=example,dc=com' 'objectClass: account' 'objectClass: posixAccount' 'cn: Ann' 'uid: ann' 'uidNumber: abc' \
            'gidNumber: 20' 'homeDirectory: /Users/ann' ''
        printf '%s\n' 'dn: cn=staff,dc=example,dc=com' 'objectClass: posixGroup' 'gidNumber: 20' 'memberUid: ann' 'memberUid: ann' ''
    } > in.ldif
    printf '%s\n' 'dn: uid=ann,dc=example,dc=com' 'changetype: modify' 'replace: uidNumber' 'uidNumber: abc' '' > change.ldif
    echo "slapadd: $(code slapadd -f slapd.conf -l in.ldif)"
    echo "slapschema: $(code slapschema -f slapd.conf)"
    cat "$root/out"
    echo "slapmodify: $(code slapmodify -f slapd.conf -l change.ldif)"
    echo "slapadd -u -o value-check=yes: $(code slapadd -u -o value-check=yes -f slapd.conf -l in.ldif)"
    slapcat -f slapd.conf | grep -E '^(uidNumber|memberUid)'
}

compare observe

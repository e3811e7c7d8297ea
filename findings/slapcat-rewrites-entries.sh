#!/bin/sh
# Subject: OpenLDAP slapadd and slapcat
# Version: 2.5.13 (Debian 12)
# Behaviour: slapcat sorts the parts of a multi-valued RDN, writes an escaped comma as \2C and \2F as a slash, adds the RDN's value, brings apart values of one attribute together at its first place and lower-cases attribute types of the DN.
# For a user of odkit: Compare by meaning, as odkit diff does; a byte comparison of an export with what was loaded shows changes that are none.
# Date: 2026-11-28
# Seen:
#   dn: cn=Ann Example+uid=ann,dc=example,dc=com
#   objectClass: inetOrgPerson
#   sn: Example
#   mail: b@example.com
#   mail: a@example.com
#   description: two
#   description: one
#   uid: ann
#   cn: Ann Example
#   cn;lang-de;lang-en: Anna
#   dn: cn=a/b\2C c,dc=example,dc=com
#   objectClass: organizationalRole
#   cn: a/b, c

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    {
        suffix
        printf '%s\n' 'dn: UID=ann+CN=Ann Example,DC=Example,dc=com' 'objectClass: inetOrgPerson' 'sn: Example' 'mail: b@example.com' \
            'Description: two' 'mail: a@example.com' 'description: one' 'userid: ann' 'cn: Ann Example' 'CN;LANG-EN;LANG-DE: Anna' ''
        printf '%s\n' 'dn: cn=a\2Fb\, c,dc=example,dc=com' 'objectClass: organizationalRole' ''
    } > in.ldif
    slapadd -f slapd.conf -l in.ldif
    slapcat -f slapd.conf -o ldif-wrap=no |
        sed '/^dn: dc=example/,/^$/d' | grep -Ev '^(structuralObjectClass|entryUUID|entryCSN|creatorsName|createTimestamp|modif[a-zA-Z]*):'
}

compare observe

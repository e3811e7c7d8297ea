#!/bin/sh
# Subject: ldbadd (Samba's ldb)
# Version: 2.6.2 (Debian 12)
# Behaviour: A name with a multi-valued RDN ends the reading with "Unable to parse dn" and exit 0; the entries before it are stored and those behind it are missing. A version line at the head is refused with exit 1.
# For a user of odkit: Look for "+" in names before an export goes to Samba, and count what arrived.
# Date: 2026-11-28
# Seen:
#   plus.ldif: 0
#   Error: Unable to parse dn 'cn=bob+uid=bob,dc=example,dc=com'
#   Failed to parse ldif
#   Added 1 records successfully
#   version.ldif: 1
#   Error: First line of ldif must be a dn not 'version'
#   Failed to parse ldif
#   Add failed after processing 0 records
#   dn: cn=ann,dc=example,dc=com

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian ldb-tools=2:2.6.2+samba4.17.12+dfsg-0+deb12u4 libldb2=2:2.6.2+samba4.17.12+dfsg-0+deb12u4 libtalloc2=2.4.0-f2 libtdb1=1.4.8-2 libtevent0=0.14.1-1 libpopt0=1.19+dfsg-1
observe() {
    printf '%s\n' 'dn: cn=ann,dc=example,dc=com' 'cn: ann' '' 'dn: cn=bob+uid=bob,dc=example,dc=com' 'cn: bob' 'uid: bob' '' \
        'dn: cn=dora,dc=example,dc=com' 'cn: dora' '' > plus.ldif
    printf '%s\n' 'version: 1' '' 'dn: cn=carl,dc=example,dc=com' 'cn: carl' '' > version.ldif
    for file in plus.ldif version.ldif; do
        echo "$file: $(code ldbadd -H x.ldb "$file")"
        cat "$root/out"
    done
    ldbsearch -H x.ldb dn | grep '^dn'
}

compare observe

#!/bin/sh
# Subject: ldbadd and ldbsearch (Samba's ldb)
# Version: 2.6.2 (Debian 12)
# Behaviour: A plain ldb takes an entry without a parent and any value; it compares the values of cn without case, but uid in a name with case, so a read of UID=ANN does not find uid=ann.
# For a user of odkit: A scratch ldb is no rehearsal for Samba: it neither refuses nor finds what a domain controller does.
# Date: 2026-11-28
# Seen:
#   Added 1 records successfully
#   dn: uid=ann,ou=none,dc=example,dc=com
#   # returned 1 records
#   dn: uid=ann,ou=none,dc=example,dc=com
#   # returned 1 records
#   dn: uid=ann,ou=none,dc=example,dc=com
#   # returned 1 records
#   # returned 0 records

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian ldb-tools=2:2.6.2+samba4.17.12+dfsg-0+deb12u4 libldb2=2:2.6.2+samba4.17.12+dfsg-0+deb12u4 libtalloc2=2.4.0-f2 libtdb1=1.4.8-2 libtevent0=0.14.1-1 libpopt0=1.19+dfsg-1
observe() {
    printf '%s\n' 'dn: uid=ann,ou=none,dc=example,dc=com' 'cn: Ann' 'uidNumber: abc' '' > in.ldif
    ldbadd -H x.ldb in.ldif
    ldbsearch -H x.ldb '(cn=Ann)' dn | grep '^#\? *\(dn\|returned\)'
    ldbsearch -H x.ldb '(cn=ann)' dn | grep '^#\? *\(dn\|returned\)'
    ldbsearch -H x.ldb -s base -b 'UID=ann,OU=none,DC=example,dc=com' dn | grep '^#\? *\(dn\|returned\)'
    ldbsearch -H x.ldb -s base -b 'uid=ANN,ou=none,dc=example,dc=com' dn | grep '^#\? *\(dn\|returned\)'
}

compare observe

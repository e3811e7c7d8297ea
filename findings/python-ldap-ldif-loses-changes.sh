#!/bin/sh
# Subject: python-ldap, module ldif
# Version: 3.4.3 (Debian 12)
# Behaviour: parse_change_records drops the values of "add: MAIL" when the value lines say "mail:", and raises EOFError for a deletion at the end of a file without an empty line.
# For a user of odkit: A change file that it reads may do less than the file says: spell both lines alike and end the file with an empty line.
# Date: 2026-11-28
# Seen:
#   modify cn=ann,dc=example,dc=com [(0, 'MAIL', None)]
#   EOFError EOF reached after 3 lines (48 bytes)

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian python3-ldap=3.4.3-2+deb12u1
observe() {
    printf '%s\n' 'dn: cn=ann,dc=example,dc=com' 'changetype: modify' 'add: MAIL' 'mail: ann@example.com' '-' '' > add.ldif
    printf '%s\n' 'dn: cn=ann,dc=example,dc=com' 'changetype: delete' > delete.ldif
    PYTHONPATH=$root/debian/usr/lib/python3/dist-packages /usr/bin/python3 -c '
import ldif
class Reader(ldif.LDIFParser):
    def handle_modify(self, dn, modops, controls=None):
        print("modify", dn, modops)
Reader(open("add.ldif")).parse_change_records()
try:
    Reader(open("delete.ldif")).parse_change_records()
except EOFError as error:
    print("EOFError", error)'
}

compare observe

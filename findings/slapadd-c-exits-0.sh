#!/bin/sh
# Subject: OpenLDAP slapadd
# Version: 2.5.13 (Debian 12)
# Behaviour: With -c, slapadd exits 0 although entries with an unknown class or attribute were refused; a DN that is there already makes it 1.
# For a user of odkit: Count the entries after a load with -c; its exit code tells nothing.
# Date: 2026-11-28
# Seen:
#   refused entries: 0
#   slapadd: dn="cn=class,dc=example,dc=com" (line=9): (65) unrecognized objectClass 'madeUpClass'
#   <= str2entry: str2ad(madeUp): attribute type undefined
#   slapadd: could not parse entry (line=13)
#   dn: dc=example,dc=com
#   dn: cn=good,dc=example,dc=com
#   an entry twice: 1

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

entry() { printf 'dn: cn=%s,dc=example,dc=com\nobjectClass: %s\n%s\n\n' "$1" "$2" "$3"; }

observe() {
    slapd_conf
    { suffix; entry good organizationalRole 'cn: good'; entry class madeUpClass 'cn: class'; entry attribute organizationalRole 'madeUp: 1'; } > in.ldif
    echo "refused entries: $(code slapadd -c -f slapd.conf -l in.ldif)"
    sed 's/^[0-9a-f.]* //' "$root/out"
    slapcat -f slapd.conf | grep '^dn'
    entry good organizationalRole 'cn: good' > in.ldif
    echo "an entry twice: $(code slapadd -c -f slapd.conf -l in.ldif)"
}

compare observe

#!/bin/sh
# Subject: ldap3 (PyPI)
# Version: 2.9.1
# Behaviour: A simple bind sends a password given as str through SASLprep, so a password with a soft hyphen or a full-width letter is another one on the wire; given as bytes it is sent as it is.
# For a user of odkit: When a carried user with such a password cannot log in to one program, try it with ldapwhoami before the hash is doubted.
# Date: 2026-11-28
# Seen:
#   ldapwhoami: 0
#   str False
#   bytes True

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

pypi ldap3==2.9.1

observe() {
    slapd_conf
    {
        suffix
        printf '%s\n' 'dn: cn=ann,dc=example,dc=com' 'objectClass: organizationalRole' 'objectClass: simpleSecurityObject' "userPassword:: $(printf 'p\357\274\241ss' | base64)" ''
    } | slapadd -f slapd.conf
    slapd_start
    echo "ldapwhoami: $(code ldapwhoami -x -H "$uri" -D cn=ann,dc=example,dc=com -w "$(printf 'p\357\274\241ss')")"
    "$python" -W ignore -c '
import sys, ldap3
password = "p\uff21ss"
for given in (password, password.encode()):
    print(type(given).__name__, ldap3.Connection(sys.argv[1], "cn=ann,dc=example,dc=com", given).bind())' "$uri"
}

compare observe

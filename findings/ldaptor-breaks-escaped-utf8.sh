#!/bin/sh
# Subject: ldaptor (PyPI)
# Version: 21.2.0
# Behaviour: A name with hex escapes of more than one byte, as RFC 4514 allows, loses its backslashes: cn=\C3\A9 becomes the value C3A9.
# For a user of odkit: The DN that OpenLDAP's tools print for an umlaut names nobody there.
# Date: 2026-11-28
# Seen:
#   cn=\C3\A9,dc=example C3A9 cn=C3A9,dc=example
#   cn=é,dc=example é cn=é,dc=example
#   cn=a\2Cb,dc=example a,b cn=a\,b,dc=example
#   cn=a\,b,dc=example a,b cn=a\,b,dc=example

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi ldaptor==21.2.0
observe() {
    "$python" -W ignore -c '
from ldaptor.protocols.ldap.distinguishedname import DistinguishedName
for name in (r"cn=\C3\A9,dc=example", "cn=é,dc=example", r"cn=a\2Cb,dc=example", r"cn=a\,b,dc=example"):
    read = DistinguishedName(name)
    print(name, [part.value for rdn in read.split() for part in rdn.split()][0], read.getText())'
}

compare observe

#!/bin/sh
# Subject: ldif (PyPI)
# Version: 4.3.0
# Behaviour: Spaces at the end of a value are cut off, a value given by URL ("attr:< file:") becomes an empty string, and a version line with an empty line behind it gives a record whose name is None, all without an error.
# For a user of odkit: Do not pass exports through it: what it writes back has other values.
# Date: 2026-11-28
# Seen:
#   None {}
#   'cn=ann,dc=example,dc=com' {'description': ['Ann'], 'jpegPhoto': ['']}

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi ldif==4.3.0
observe() {
    printf '%s\n' 'version: 1' '' 'dn: cn=ann,dc=example,dc=com' 'description: Ann  ' 'jpegPhoto:< file:///photos/ann.jpg' '' > in.ldif
    "$python" -c '
import ldif
for dn, attributes in ldif.LDIFParser(open("in.ldif", "rb")).parse():
    print(repr(dn), dict(attributes))'
}

compare observe

#!/bin/sh
# Subject: ldif3 (PyPI)
# Version: 3.2.2
# Behaviour: On Python 3.9 and newer the first base64 value ends the reading with an AttributeError: the package calls a function that Python has removed.
# For a user of odkit: Programs that use it stop at the first photo or umlaut of an export; that is no damage of the export.
# Date: 2026-11-28
# Seen:
#   module 'base64' has no attribute 'decodestring'

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

pypi ldif3==3.2.2
observe() {
    printf '%s\n' 'dn: cn=ann,dc=example,dc=com' 'cn:: QW5u' '' > in.ldif
    "$python" -c '
import ldif3
try:
    print(list(ldif3.LDIFParser(open("in.ldif", "rb")).parse()))
except AttributeError as error:
    print(error)'
}

compare observe

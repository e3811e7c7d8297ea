#!/bin/sh
# Subject: @ldapjs/dn (npm)
# Version: 1.1.0
# Behaviour: DN.equals compares attribute types with case, and values too: cn=ann, CN=ann and cn=Ann are three names, while the order in a multi-valued RDN and the form of an escape do not count.
# For a user of odkit: Fold names before they meet a list made by a tool of Node, else records look new.
# Date: 2026-11-28
# Seen:
#   cn=ann CN=ann false cn=ann
#   cn=ann cn=Ann false cn=ann
#   uid=b+cn=a cn=a+uid=b true uid=b+cn=a
#   cn=a\2Cb cn=a\,b true cn=a\2cb

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

npm_packages @ldapjs/dn@1.1.0
observe() {
    printf '%s\n' "const { DN } = require('@ldapjs/dn');" \
        "for (const [one, other] of [['cn=ann', 'CN=ann'], ['cn=ann', 'cn=Ann'], ['uid=b+cn=a', 'cn=a+uid=b'], ['cn=a\\\\2Cb', 'cn=a\\\\,b']])" \
        '    console.log(one, other, DN.fromString(one).equals(DN.fromString(other)), DN.fromString(one).toString());' > read.js
    node read.js
}

compare observe

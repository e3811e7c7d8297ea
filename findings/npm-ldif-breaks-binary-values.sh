#!/bin/sh
# Subject: ldif (npm)
# Version: 0.5.1
# Behaviour: A base64 value is decoded and then read as UTF-8: each byte of a photo that is no UTF-8 becomes U+FFFD, without an error.
# For a user of odkit: Never write back what it read: photos, certificates and keys are destroyed.
# Date: 2026-11-28
# Seen:
#   in:   ffd8ffe0
#   out:  efbfbdefbfbdefbfbdefbfbd

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

npm_packages ldif@0.5.1
observe() {
    printf '%s\n' "const ldif = require('ldif');" \
        "const value = ldif.parse('dn: cn=ann\njpegPhoto:: /9j/4A==\n').entries[0].attributes[0].value.value;" \
        "console.log('in:  ', Buffer.from('/9j/4A==', 'base64').toString('hex'));" \
        "console.log('out: ', Buffer.from(String(value)).toString('hex'));" > read.js
    node read.js
}

compare observe

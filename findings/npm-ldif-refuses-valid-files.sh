#!/bin/sh
# Subject: ldif (npm)
# Version: 0.5.1
# Behaviour: An empty value or a folded comment makes the parser refuse the whole file, with a TypeError or a syntax error at another place; both are allowed by RFC 2849 and usual in exports.
# For a user of odkit: Its error says nothing about the export: take it to odkit inspect, which names real damage by line.
# Date: 2026-11-28
# Seen:
#   "dn: cn=ann\ncn: ann\n" [{"type":"record","dn":"cn=ann","attributes":[{"attribute":{"type":"attribute","options":[],"attribute":"cn"},"value":{"type":"value","value":"ann"}}]}]
#   "dn: cn=ann\nsn:\n" TypeError
#   "dn: cn=ann\n# a comment\n that is folded\ncn: ann\n" SyntaxError

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

npm_packages ldif@0.5.1
observe() {
    printf '%s\n' "const ldif = require('ldif');" \
        "for (const text of ['dn: cn=ann\ncn: ann\n', 'dn: cn=ann\nsn:\n', 'dn: cn=ann\n# a comment\n that is folded\ncn: ann\n'])" \
        '    try { console.log(JSON.stringify(text), JSON.stringify(ldif.parse(text).entries)); }' \
        '    catch (error) { console.log(JSON.stringify(text), error.name); }' > read.js
    node read.js
}

compare observe

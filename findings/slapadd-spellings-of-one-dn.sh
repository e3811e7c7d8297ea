#!/bin/sh
# Subject: OpenLDAP slapadd
# Version: 2.5.13 (Debian 12)
# Behaviour: Spellings of a DN are folded by compatibility (ligature, full width, superscript, Kelvin sign, dotted capital I), yet sharp s and its capital, final sigma and U+2121 stay apart.
# For a user of odkit: Fold DNs as the server does before a load: a comparison in upper case finds twins that slapd keeps apart and misses twins that it refuses.
# Date: 2026-11-28
# Seen:
#   two entries: straße, strasse (sharp s)
#   two entries: STRAẞE, straße (capital sharp s)
#   two entries: ΣΑΣ, σας (final sigma)
#   two entries: ℡, TEL (U+2121)
#   one entry: ﬁn, fin (ligature)
#   one entry: Ａnn, ann (full width)
#   one entry: x², x2 (superscript)
#   one entry: K, k (Kelvin sign)
#   one entry: İ, i (capital I with dot)
#   two entries: ı, i (small i without dot)
#   one entry: a b, a  b (inner spaces)
#   one entry: é, é (combining accent)

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

b64() { printf %s "$1" | base64 -w 0; }

pair() {
    slapd_conf
    {
        suffix
        for name in "$1" "$2"; do
            printf 'dn:: %s\nobjectClass: organizationalRole\ncn:: %s\n\n' "$(b64 "cn=$name,dc=example,dc=com")" "$(b64 "$name")"
        done
    } > in.ldif
    if [ "$(code slapadd -f slapd.conf -l in.ldif)" = 0 ]; then echo "two entries: $1, $2 ($3)"; else echo "one entry: $1, $2 ($3)"; fi
}

observe() {
    pair straße strasse 'sharp s'
    pair STRAẞE straße 'capital sharp s'
    pair ΣΑΣ σας 'final sigma'
    pair '℡' TEL 'U+2121'
    pair ﬁn fin 'ligature'
    pair Ａnn ann 'full width'
    pair x² x2 'superscript'
    pair K k 'Kelvin sign'
    pair İ i 'capital I with dot'
    pair ı i 'small i without dot'
    pair 'a b' 'a  b' 'inner spaces'
    pair "$(printf 'e\314\201')" é 'combining accent'
}

compare observe

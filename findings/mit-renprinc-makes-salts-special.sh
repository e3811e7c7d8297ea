#!/bin/sh
# Subject: MIT kadmin.local renprinc
# Version: 1.20.1 (Debian 12)
# Behaviour: Renaming a principal keeps its password: each key gets the salt of the old name as an explicit "special" salt, also in another realm of the same database.
# For a user of odkit: A salt that names another person or realm is no damage; a rebuilt one would lock the user out.
# Date: 2026-11-28
# Seen:
#   name	keyindex	kvno	enctype	salttype	salt
#   anna@OTHER.EXAMPLE.COM	0	1	aes256-cts-hmac-sha1-96	special	4558414d504c452e434f4d616e6e
#   anna@OTHER.EXAMPLE.COM	1	1	aes128-cts-hmac-sha1-96	special	4558414d504c452e434f4d616e6e
#   as text: EXAMPLE.COMann

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addprinc -pw Secret-1 ann
    kadmin_local renprinc -force ann anna@OTHER.EXAMPLE.COM
    kdb5_util tabdump keyinfo | grep -E '^(name|ann)'
    echo "as text: $(printf '\105\130\101\115\120\114\105\056\103\117\115\141\156\156')"
}

compare observe

#!/bin/sh
# Subject: MIT ktutil addent -password
# Version: 1.20.1 (Debian 12)
# Behaviour: addent -password makes a key from the name's usual salt: for a renamed principal the entry looks right in every column and its key differs from the one in the database.
# For a user of odkit: A keytab made by hand proves nothing by name, kvno and enctype; compare the keys.
# Date: 2026-11-28
# Seen:
#   ann@EXAMPLE.COM:    1 ann@EXAMPLE.COM (aes256-cts-hmac-sha1-96)
#   same key
#   bob@EXAMPLE.COM:    1 bob@EXAMPLE.COM (aes256-cts-hmac-sha1-96)
#   another key

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

keys() { klist -e -k -K "$1" | sed 1,3d; }

same() {
    rm -f made.keytab real.keytab
    kadmin_local ktadd -norandkey -k real.keytab -e aes256-cts:normal "$1" || true
    kadmin_local ktadd -norandkey -k real.keytab "$1"
    printf 'addent -password -p %s -k 1 -e aes256-cts\nSecret-1\nwkt made.keytab\nquit\n' "$1" | ktutil > "$root/log" 2>&1
    made=$(keys made.keytab | sed 's/.*(0x/0x/')
    echo "$1: $(keys made.keytab | sed 's/ *(0x.*//')"
    if keys real.keytab | grep -q "$made"; then echo "same key"; else echo "another key"; fi
}

observe() {
    kadmin_local addprinc -pw Secret-1 ann
    kadmin_local addprinc -pw Secret-1 robert
    kadmin_local renprinc -force robert bob
    same ann@EXAMPLE.COM
    same bob@EXAMPLE.COM
}

compare observe

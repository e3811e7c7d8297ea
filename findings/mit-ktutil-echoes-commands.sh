#!/bin/sh
# Subject: MIT ktutil
# Version: 1.20.1 (Debian 12)
# Behaviour: ktutil, fed from a file and writing to a file, puts each command with its prompt into its output, so the output is no list alone.
# For a user of odkit: Give odkit the output of klist -ket; lines of ktutil's prompt in a saved list are no entries.
# Date: 2026-11-28
# Seen:
#   ktutil:  rkt ann.keytab
#   ktutil:  list -e
#   slot KVNO Principal
#   ---- ---- ---------------------------------------------------------------------
#      1    1                          ann@EXAMPLE.COM (aes256-cts-hmac-sha1-96)
#      2    1                          ann@EXAMPLE.COM (aes128-cts-hmac-sha1-96)
#   ktutil:  quit

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addprinc -pw Secret-1 ann
    kadmin_local ktadd -norandkey -k ann.keytab ann
    printf 'rkt ann.keytab\nlist -e\nquit\n' | TERM=xterm ktutil > list 2>&1
    cat -v list
}

compare observe

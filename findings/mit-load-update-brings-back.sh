#!/bin/sh
# Subject: MIT kdb5_util load -update
# Version: 1.20.1 (Debian 12)
# Behaviour: Loading the same dump a second time with -update exits 0 and brings back a principal deleted since, and the old key version, that is the old password, of one that was changed.
# For a user of odkit: Never load a carried dump a second time by hand.
# Date: 2026-11-28
# Seen:
#   before: ann@EXAMPLE.COM  Key: vno 2, aes256-cts-hmac-sha1-96
#   load -update: 0
#   after: ann@EXAMPLE.COM root/admin@EXAMPLE.COM  Key: vno 1, aes256-cts-hmac-sha1-96

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addprinc -pw Secret-1 ann
    kadmin_local addprinc -pw Secret-1 root/admin
    kdb5_util dump first ann@EXAMPLE.COM root/admin@EXAMPLE.COM
    kadmin_local cpw -pw Secret-2 ann
    kadmin_local delprinc -force root/admin
    echo "before: $(kadmin.local listprincs | grep -E '^(ann|root)' | tr '\n' ' ') $(kadmin.local getprinc ann | grep -m 1 'Key: ')"
    echo "load -update: $(code kdb5_util load -update first)"
    echo "after: $(kadmin.local listprincs | grep -E '^(ann|root)' | tr '\n' ' ') $(kadmin.local getprinc ann | grep -m 1 'Key: ')"
}

compare observe

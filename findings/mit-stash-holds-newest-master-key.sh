#!/bin/sh
# Subject: MIT kdb5_util add_mkey, use_mkey, stash
# Version: 1.20.1 (Debian 12)
# Behaviour: After the master key was changed the stash holds the newest key alone, while principals that were not sealed anew stay under the older one; their keys are given out all the same, since the record of K/M holds the older master keys.
# For a user of odkit: Bring the whole dump with K/M in it: a stash and a dump of users alone open only what was sealed since the change.
# Date: 2026-11-28
# Seen:
#   in the stash: 2
#   ann: MKey: vno 1
#   bob: MKey: vno 2
#   ktadd -norandkey: ann bob

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addprinc -pw Secret-1 ann
    printf 'made-up-second\nmade-up-second\n' | kdb5_util add_mkey -s > "$root/log" 2>&1
    kdb5_util use_mkey 2
    kadmin_local addprinc -pw Secret-1 bob
    echo "in the stash: $(klist -k stash | sed -n 's/^ *\([0-9]*\) K\/M@.*/\1/p' | sort -u | tr '\n' ' ' | sed 's/ $//')"
    for name in ann bob; do echo "$name: $(kadmin.local getprinc "$name" | grep '^MKey')"; done
    kadmin_local ktadd -norandkey -k keytab ann bob
    echo "ktadd -norandkey: $(klist -k keytab | sed -n 's/^ *[0-9]* \(.*\)@.*/\1/p' | sort -u | tr '\n' ' ' | sed 's/ $//')"
}

compare observe

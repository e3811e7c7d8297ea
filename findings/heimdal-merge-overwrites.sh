#!/bin/sh
# Subject: Heimdal kadmin merge
# Version: 7.8 (Debian 12)
# Behaviour: merge puts the older key of the file in the place of a newer one and brings deleted principals back, says nothing and exits 0.
# For a user of odkit: Never merge a file a second time by hand: who has changed the password since then has the old one again.
# Date: 2026-11-28
# Seen:
#   version 2
#   merge: 0, it says:
#   version 1
#   there again: bob

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/heimdal.sh
. "$here/lib/heimdal.sh"

version() { kadmin_l get ann | sed -n 's/ *Kvno: */version /p'; }

observe() {
    for name in ann bob; do kadmin_l add --use-defaults --password=Secret-1 "$name"; done
    kadmin_l dump all
    kadmin_l cpw --password=Secret-2 ann
    kadmin_l delete bob
    version
    echo "merge: $(code kadmin_l merge all), it says: $(cat "$root/out")"
    version
    echo "there again: $(kadmin_l list bob)"
}

compare observe

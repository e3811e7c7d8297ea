#!/bin/sh
# Subject: MIT kadmin.local addprinc
# Version: 1.20.1 (Debian 12)
# Behaviour: An expiry in 2100 is stored 32 days early, one from 2101 on a day late, and one from 6 February 2106 on as a date of 1970, so that the account has expired; the exit code is 0 each time.
# For a user of odkit: Read back what was stored before a date far away is used for "never".
# Date: 2026-11-28
# Seen:
#   2040-01-01: 0
#   Expiration date: Sun Jan 01 12:00:00 UTC 2040
#   2099-12-31: 0
#   Expiration date: Thu Dec 31 12:00:00 UTC 2099
#   2100-06-01: 0
#   Expiration date: Fri Apr 30 12:00:00 UTC 2100
#   2101-06-01: 0
#   Expiration date: Thu Jun 02 12:00:00 UTC 2101
#   2106-02-07: 0
#   Expiration date: Fri Jan 02 05:31:44 UTC 1970

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    for date in 2040-01-01 2099-12-31 2100-06-01 2101-06-01 2106-02-07; do
        echo "$date: $(code kadmin.local addprinc -pw Secret-1 -expire "$date 12:00:00 UTC" "p$date")"
        kadmin.local getprinc "p$date" | grep 'Expiration date'
    done
}

compare observe

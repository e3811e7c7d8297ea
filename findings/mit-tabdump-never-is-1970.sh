#!/bin/sh
# Subject: MIT kdb5_util tabdump
# Version: 1.20.1 (Debian 12)
# Behaviour: "Never" is written as 1970-01-01T00:00:00Z in all columns of times: an account without an end, a login that never was and a password that was never set look alike, as a date.
# For a user of odkit: Take times from the dump itself; a spreadsheet made from tabdump shows every account as expired.
# Date: 2026-11-28
# Seen:
#   name	expiration	pw_expiration	max_life	max_renew_life
#   ann@EXAMPLE.COM	1970-01-01T00:00:00Z	1970-01-01T00:00:00Z	86400	0
#   name	last_success	last_failed	fail_count
#   ann@EXAMPLE.COM	1970-01-01T00:00:00Z	1970-01-01T00:00:00Z	0
#   name	lastpwd
#   K/M@EXAMPLE.COM	1970-01-01T00:00:00Z

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addprinc -pw Secret-1 ann
    kdb5_util tabdump princ_tktpolicy | grep -E '^(name|ann)'
    kdb5_util tabdump princ_lockout | grep -E '^(name|ann)'
    kdb5_util tabdump princ_meta | grep -E '^(name|K/M)' | cut -f 1,4
}

compare observe

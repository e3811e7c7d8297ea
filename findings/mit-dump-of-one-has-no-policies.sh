#!/bin/sh
# Subject: MIT kdb5_util dump
# Version: 1.20.1 (Debian 12)
# Behaviour: A dump of chosen principals holds no policy at all, yet the principal in it still names its policy; loaded elsewhere, the name stands for nothing until somebody makes a policy of that name.
# For a user of odkit: Read policies from a whole dump only; in a chosen one their absence says nothing.
# Date: 2026-11-28
# Seen:
#   whole: 1 policies; one: 0 policies
#   Policy: strict [does not exist]
#   Policy: strict

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addpol -maxfailure 5 strict
    kadmin_local addprinc -policy strict -pw Secret-1 ann
    kdb5_util dump whole
    kdb5_util dump one ann@EXAMPLE.COM
    echo "whole: $(grep -c '^policy' whole) policies; one: $(grep -c '^policy' one) policies"
    kadmin_local delprinc -force ann
    kadmin_local delpol -force strict
    kdb5_util load -update one
    kadmin.local getprinc ann | grep Policy
    kadmin_local addpol -maxfailure 1 strict
    kadmin.local getprinc ann | grep Policy
}

compare observe

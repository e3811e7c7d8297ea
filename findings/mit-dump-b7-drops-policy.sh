#!/bin/sh
# Subject: MIT kdb5_util dump
# Version: 1.20.1 (Debian 12)
# Behaviour: dump -b7 leaves out which policy a principal has and its old keys; string attributes and the policies themselves stay. After a load of it the user has no policy and an old password is taken again.
# For a user of odkit: Make dumps without -b7: odkit cannot show a policy that the dump has not.
# Date: 2026-11-28
# Seen:
#   dump -r13: kdb5_util load_dump version 5
#   Policy: strict
#   note: made-up
#   policies: strict
#   old password again: 1
#   dump -b7: kdb5_util load_dump version 4
#   Policy: [none]
#   note: made-up
#   policies: strict
#   old password again: 0

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addpol -history 3 strict
    kadmin_local addprinc -policy strict -pw Secret-1 ann
    kadmin_local cpw -pw Secret-2 ann
    kadmin_local setstr ann note made-up
    for version in -r13 -b7; do kdb5_util dump "$version" "dump$version"; done
    for version in -r13 -b7; do
        echo "dump $version: $(head -n 1 "dump$version")"
        kdb5_util load "dump$version"
        kadmin.local getprinc ann | grep Policy
        kadmin.local getstrs ann
        echo "policies: $(kadmin.local listpols)"
        echo "old password again: $(code kadmin.local cpw -pw Secret-1 ann)"
    done
}

compare observe

#!/bin/sh
# Subject: MIT kdb5_util dump and load
# Version: 1.20.1 (Debian 12)
# Behaviour: A principal whose name begins with a blank comes back from its own dump under another name, without the blank and with a tab at its end; dump and load exit 0.
# For a user of odkit: Rename such a principal before the KDC is moved or put back from a dump; carry --to mit leaves it out.
# Date: 2026-11-28
# Seen:
#   before: " ann@EXAMPLE.COM"
#   before: "ben@EXAMPLE.COM"
#   dump: 0, load: 0
#   after: "ann@EXAMPLE.COM\t"
#   after: "ben@EXAMPLE.COM"
#   getprinc ann: 1

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

names() { kadmin.local listprincs | grep -E '^ ?(ann|ben)' | sed "s/.*/$1: \"&\"/"; }

observe() {
    kadmin_local addprinc -randkey ' ann'
    kadmin_local addprinc -randkey ben
    names before
    echo "dump: $(code kdb5_util dump whole), load: $(code kdb5_util load whole)"
    names after
    kadmin.local getprinc ann > out 2>&1
    echo "getprinc ann: $?"
}

compare observe

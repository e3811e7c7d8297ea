#!/bin/sh
# Subject: MIT kadmin.local
# Version: 1.20.1 (Debian 12)
# Behaviour: "kadmin.local -q COMMAND" exits 0 when the command failed (1 only for an unknown command); the same command given as arguments exits 1.
# For a user of odkit: Scripts that use -q have to read the database afterwards.
# Date: 2026-11-28
# Seen:
#   -q 'getprinc nobody': 0
#   -q 'delprinc -force nobody': 0
#   -q 'madeup': 1
#   getprinc nobody: 1
#   delprinc -force nobody: 1

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    echo "-q 'getprinc nobody': $(code kadmin.local -q 'getprinc nobody')"
    echo "-q 'delprinc -force nobody': $(code kadmin.local -q 'delprinc -force nobody')"
    echo "-q 'madeup': $(code kadmin.local -q 'madeup')"
    echo "getprinc nobody: $(code kadmin.local getprinc nobody)"
    echo "delprinc -force nobody: $(code kadmin.local delprinc -force nobody)"
}

compare observe

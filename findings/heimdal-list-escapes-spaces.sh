#!/bin/sh
# Subject: Heimdal kadmin list, dump, load
# Version: 7.8 (Debian 12)
# Behaviour: A name with a space is printed with a backslash by list and by dump but given to kadmin without one; load reads the dump back.
# For a user of odkit: Undo the backslash when names of a Heimdal list are compared with those of the directory.
# Date: 2026-11-28
# Seen:
#   ann\ example
#   ann\ example@EXAMPLE.COM
#   load: 0
#   ann\ example

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/heimdal.sh
. "$here/lib/heimdal.sh"

observe() {
    kadmin_l add --use-defaults --password=Secret-1 'ann example'
    kadmin_l list 'ann*'
    kadmin_l dump | grep -a '^ann' | cut -d ' ' -f 1-2
    kadmin_l dump > whole
    echo "load: $(code kadmin.heimdal -l load whole)"
    cat "$root/out"
    kadmin_l list 'ann*'
}

compare observe

#!/bin/sh
# Subject: Heimdal kadmin
# Version: 7.8 (Debian 12)
# Behaviour: kadmin finds an alias neither by get nor by delete and list shows none, though the alias is stored; modify --alias replaces the whole set.
# For a user of odkit: "Principal does not exist" is no proof that a name is free in a Heimdal KDC; get of the owner shows its aliases.
# Date: 2026-11-28
# Seen:
#                 Aliases: annie@EXAMPLE.COM anna@EXAMPLE.COM
#   get annie: 1
#   kadmin.heimdal: get annie: Principal does not exist
#   delete annie: 1
#   list 'ann*': ann
#                 Aliases: another@EXAMPLE.COM

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/heimdal.sh
. "$here/lib/heimdal.sh"

observe() {
    kadmin_l add --use-defaults --password=Secret-1 ann
    kadmin_l modify --alias=annie@EXAMPLE.COM --alias=anna@EXAMPLE.COM ann
    kadmin_l get ann | grep Aliases
    echo "get annie: $(code kadmin.heimdal -l get annie)"
    cat "$root/out"
    echo "delete annie: $(code kadmin.heimdal -l delete annie)"
    echo "list 'ann*': $(kadmin_l list 'ann*')"
    kadmin_l modify --alias=another@EXAMPLE.COM ann
    kadmin_l get ann | grep Aliases
}

compare observe

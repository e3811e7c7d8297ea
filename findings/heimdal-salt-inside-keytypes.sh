#!/bin/sh
# Subject: Heimdal kadmin get, list --long
# Version: 7.8 (Debian 12)
# Behaviour: For a renamed principal the column Keytypes holds the old salt in second brackets inside the first ones; other principals show "pw-salt" alone.
# For a user of odkit: Read such a list by nesting of brackets: the salt holds the old name as it is.
# Date: 2026-11-28
# Seen:
#                Keytypes: aes256-cts-hmac-sha1-96(pw-salt)[1], des3-cbc-sha1(pw-salt)[1], arcfour-hmac-md5(pw-salt)[1]
#                Keytypes: aes256-cts-hmac-sha1-96(pw-salt(EXAMPLE.COMbob))[1], des3-cbc-sha1(pw-salt(EXAMPLE.COMbob))[1], arcfour-hmac-md5(pw-salt(EXAMPLE.COMbob))[1]

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/heimdal.sh
. "$here/lib/heimdal.sh"

observe() {
    kadmin_l add --use-defaults --password=Secret-1 ann
    kadmin_l add --use-defaults --password=Secret-1 bob
    kadmin_l rename bob robert
    kadmin_l get ann | grep Keytypes
    kadmin_l list --long robert | grep Keytypes
}

compare observe

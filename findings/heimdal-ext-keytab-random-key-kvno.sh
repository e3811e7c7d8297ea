#!/bin/sh
# Subject: Heimdal kadmin ext_keytab
# Version: 7.8 (Debian 12)
# Behaviour: ext_keytab --random-key on a principal at version 2 leaves the database at version 3 and writes version 1 into the keytab.
# For a user of odkit: A key version in a keytab that differs from the KDC is not always a stale keytab: compare the keys as well.
# Date: 2026-11-28
# Seen:
#                    Kvno: 2
#     1  aes256-cts-hmac-sha1-96  host/files.example.com@EXAMPLE.COM
#     1  des3-cbc-sha1            host/files.example.com@EXAMPLE.COM
#     1  arcfour-hmac-md5         host/files.example.com@EXAMPLE.COM
#                    Kvno: 3

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/heimdal.sh
. "$here/lib/heimdal.sh"

observe() {
    kadmin_l add --use-defaults --password=Secret-1 host/files.example.com
    kadmin_l passwd --random-key host/files.example.com
    kadmin_l get host/files.example.com | grep Kvno
    kadmin_l ext_keytab --random-key --keytab="$PWD/new.keytab" host/files.example.com
    ktutil.heimdal -k "$PWD/new.keytab" list | sed 1,3d
    kadmin_l get host/files.example.com | grep Kvno
}

compare observe

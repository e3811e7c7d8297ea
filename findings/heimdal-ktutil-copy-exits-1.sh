#!/bin/sh
# Subject: Heimdal ktutil copy
# Version: 7.8 (Debian 12)
# Behaviour: ktutil copy exits 1 in silence although it copied every entry.
# For a user of odkit: Judge a copied keytab by reading it, not by the exit code.
# Date: 2026-11-28
# Seen:
#   copy: 1
#     1  aes256-cts-hmac-sha1-96  host/files.example.com@EXAMPLE.COM
#     1  des3-cbc-sha1            host/files.example.com@EXAMPLE.COM
#     1  arcfour-hmac-md5         host/files.example.com@EXAMPLE.COM

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/heimdal.sh
. "$here/lib/heimdal.sh"

observe() {
    kadmin_l add --use-defaults --random-key host/files.example.com
    kadmin_l ext_keytab --keytab="$PWD/old.keytab" host/files.example.com
    echo "copy: $(code ktutil.heimdal copy "$PWD/old.keytab" "$PWD/new.keytab")"
    cat "$root/out"
    ktutil.heimdal -k "$PWD/new.keytab" list | sed 1,3d
}

compare observe

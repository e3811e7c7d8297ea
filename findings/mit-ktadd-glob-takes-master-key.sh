#!/bin/sh
# Subject: MIT kadmin.local ktadd
# Version: 1.20.1 (Debian 12)
# Behaviour: ktadd -norandkey -glob '*' writes the keys of the master principal K/M, of the history and of krbtgt into the keytab, beside those of every user.
# For a user of odkit: Never make a keytab of all: who reads it can be everyone.
# Date: 2026-11-28
# Seen:
#      1 K/M@EXAMPLE.COM
#      1 ann@EXAMPLE.COM
#      1 kadmin/admin@EXAMPLE.COM
#      1 kadmin/changepw@EXAMPLE.COM
#      1 krbtgt/EXAMPLE.COM@EXAMPLE.COM

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

observe() {
    kadmin_local addprinc -pw Secret-1 ann
    kadmin_local ktadd -norandkey -k all.keytab -glob '*'
    klist -k all.keytab | sed 1,3d | sort -u
}

compare observe

#!/bin/sh
# Subject: OpenLDAP slaptest, slapcat
# Version: 2.5.13 (Debian 12)
# Behaviour: slaptest -f conf -F folder needs databases that were filled before: with an empty folder of data it ends with 1, and yet leaves a configuration that slapcat -n 0 reads; a directory given by a relative path stays relative in olcDbDirectory, so the same configuration has its data from one working directory and none from another.
# For a user of odkit: Do not take a converted slapd.d for good because it can be read: look at the status of slaptest; and give whole paths as directory.
# Date: 2026-11-28
# Seen:
#   slaptest, nothing in data: 1
#   olcDbDirectory: data
#   slaptest, data filled: 0
#   olcDbDirectory: data
#   slapcat here: 1
#   slapcat elsewhere: 1

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

observe() {
    slapd_conf
    sed "s|^directory.*|directory data|" slapd.conf > relative.conf
    mkdir -p data converted again elsewhere
    echo "slaptest, nothing in data: $(code slaptest -f relative.conf -F converted)"
    slapcat -F converted -n 0 | grep '^olcDbDirectory'
    suffix | slapadd -f relative.conf
    echo "slaptest, data filled: $(code slaptest -f relative.conf -F again)"
    slapcat -F again -n 0 | grep '^olcDbDirectory'
    echo "slapcat here: $(slapcat -F "$PWD/again" -n 1 2> /dev/null | grep -c '^dn:')"
    folder=$PWD/again
    cd elsewhere
    echo "slapcat elsewhere: $(code slapcat -F "$folder" -n 1)"
}

compare observe

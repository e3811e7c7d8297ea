#!/bin/sh
# Subject: Heimdal kadmin modify
# Version: 7.8 (Debian 12)
# Behaviour: A date without a time means the last second of that day (23:59:59); MIT's kadmin takes the same text as its first second.
# For a user of odkit: Carry times with seconds: the same date in words is a day apart in the two KDCs.
# Date: 2026-11-28
# Seen:
#       Principal expires: 2040-01-01 23:59:59 UTC

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/heimdal.sh
. "$here/lib/heimdal.sh"

observe() {
    kadmin_l add --use-defaults --password=Secret-1 ann
    kadmin_l modify --expiration-time=2040-01-01 ann
    kadmin_l get ann | grep 'Principal expires'
}

compare observe

#!/bin/sh
# Subject: plistutil (libplist), a date before the year 1000
# Version: 2.2.0 (Debian 12)
# Behaviour: The year of a date is written without its leading zeros, as 1-01-01T00:00:00Z, by a conversion to the binary format and back, which exits 0. Macs read that, but Python's plistlib, which reads the same date in the original and in the binary file, refuses the whole document.
# For a user of odkit: odkit reads both spellings, as Macs do; a script of yours with plistlib stops at a document that came through plistutil, and that is no damage of it.
# Date: 2026-11-29
# Seen:
#   exit code 0, in 0001-01-01T00:00:00Z, out 1-01-01T00:00:00Z
#   in.plist: 1
#   binary.plist: 1
#   out.plist: refused
#   exit code 0, in 0999-12-31T00:00:00Z, out 999-12-31T00:00:00Z
#   in.plist: 999
#   binary.plist: 999
#   out.plist: refused
#   exit code 0, in 1000-01-01T00:00:00Z, out 1000-01-01T00:00:00Z
#   in.plist: 1000
#   binary.plist: 1000
#   out.plist: 1000

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian libplist-utils=2.2.0-6+b2 libplist3=2.2.0-6+b2

cat > dates.py << 'END'
import plistlib
import sys

for name in sys.argv[1:]:
    try:
        with open(name, "rb") as file:
            print(f"{name}: {plistlib.load(file).year}")
    except (AttributeError, ValueError):
        print(f"{name}: refused")
END

observe() {
    for date in 0001-01-01T00:00:00Z 0999-12-31T00:00:00Z 1000-01-01T00:00:00Z; do
        printf '%s\n' '<?xml version="1.0" encoding="UTF-8"?>' "<plist version=\"1.0\"><date>$date</date></plist>" > in.plist
        plistutil -i in.plist -f bin -o binary.plist
        plistutil -i binary.plist -f xml -o out.plist
        echo "exit code $?, in $date, out $(sed -n 's/.*<date>\(.*\)<.date>.*/\1/p' out.plist)"
        python3 dates.py in.plist binary.plist out.plist
    done
}

compare observe

#!/bin/sh
# Subject: Readers of property lists, an integer in hexadecimal or with a zero in front
# Version: plist 5.0.0 and fast-plist 0.1.3 (npm); libplist 2.2.0, GNUstep base 1.28.0, Ruby's CFPropertyList 2.2.8 and plist 3.6.0 (Debian 12)
# Behaviour: Of an integer in hexadecimal, which Macs take (files of Mac OS X itself have some), plistutil alone gives the number; the five others give 0 without a word. Of one with a zero in front, which is decimal to Macs, plistutil gives the octal number, also without a word, and the others have it right.
# For a user of odkit: A setting that is 0 after it went through such a tool may have been another number: compare by odkit verify-mcx, which reads both forms as Macs do.
# Date: 2026-11-29
# Seen:
#   plistutil: [31]
#   plser (GNUstep): [0]
#   CFPropertyList (Ruby): [0]
#   plist (Ruby): [0]
#   plist (npm): [0]
#   fast-plist (npm): [0]
#   plistutil: [488]
#   plser (GNUstep): [750]
#   CFPropertyList (Ruby): [750]
#   plist (Ruby): [750]
#   plist (npm): [750]
#   fast-plist (npm): [750]

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/plist.sh
. "$here/lib/plist.sh"

observe() {
    ask_all '<integer>0x1F</integer>'
    ask_all '<integer>0750</integer>'
}

compare observe

#!/bin/sh
# Subject: Readers of property lists, a text with CDATA
# Version: plist 5.0.0 and fast-plist 0.1.3 (npm); libplist 2.2.0, GNUstep base 1.28.0, Ruby's CFPropertyList 2.2.8 and plist 3.6.0 (Debian 12)
# Behaviour: Of a text with a CDATA section, which XML and Macs take, CFPropertyList gives what stands before the section, GNUstep what stands around it, and fast-plist gives its markup as text; where the section comes first, CFPropertyList gives nothing else. None says a word; the other three have it right.
# For a user of odkit: A banner or a script in an MCX setting may be written so: look at what a tool made of it by odkit mcx show and odkit verify-mcx before it is written back.
# Date: 2026-11-29
# Seen:
#   plistutil: [Staff of Smith & Jones only]
#   plser (GNUstep): [Staff of  only]
#   CFPropertyList (Ruby): [Staff of ]
#   plist (Ruby): [Staff of Smith & Jones only]
#   plist (npm): [Staff of Smith & Jones only]
#   fast-plist (npm): [Staff of <![CDATA[Smith & Jones]]> only]
#   plistutil: [Smith & Jones only]
#   plser (GNUstep): [ only]
#   CFPropertyList (Ruby): [Smith & Jones]
#   plist (Ruby): [Smith & Jones only]
#   plist (npm): [Smith & Jones only]
#   fast-plist (npm): [<![CDATA[Smith & Jones]]> only]

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/plist.sh
. "$here/lib/plist.sh"

observe() {
    ask_all '<string>Staff of <![CDATA[Smith & Jones]]> only</string>'
    ask_all '<string><![CDATA[Smith & Jones]]> only</string>'
}

compare observe

#!/bin/sh
# Subject: ldapx of tcllib (Tcl)
# Version: 1.2 (tcllib 1.21, Debian 12)
# Behaviour: A comment between two lines of an entry is a syntax error, a value given by URL becomes the text "< http:...", and an error is told by a count of 0, the same as the end of the file.
# For a user of odkit: Ask its "error" after each read: a script that looks at the count takes a cut export for a whole one.
# Date: 2026-11-28
# Seen:
#   count 1, error <>
#   url: {< http://example.com/}
#   count 0, error <6: invalid syntax>

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian tcllib=1.21+dfsg-1
observe() {
    command -v tclsh > /dev/null || cannot "tclsh is missing"
    printf '%s\n' 'dn: cn=ann' 'url:< http://example.com/' '' 'dn: cn=bob' '# a comment' 'cn: bob' '' > in.ldif
    # shellcheck disable=SC2016 # Tcl's variables
    printf '%s\n' "set auto_path [linsert \$auto_path 0 $root/debian/usr/share/tcltk/tcllib1.21]" 'package require ldapx' \
        '::ldapx::ldif create reader' 'reader channel [open in.ldif r]' \
        'foreach round {1 2} {' ' ::ldapx::entry create record' ' puts "count [reader read record], error <[reader error]>"' \
        ' foreach name [record getattr] { puts "$name: [record get $name]" }' ' record destroy' '}' > read.tcl
    tclsh read.tcl
}

compare observe

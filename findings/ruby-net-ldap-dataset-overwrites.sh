#!/bin/sh
# Subject: net-ldap (Ruby)
# Version: 0.17.0 (Debian 12)
# Behaviour: Dataset.read_ldif keeps only the last of two entries of one DN, takes "DN:" in other case of the name as another entry, and gives the text "< file:..." as the value of a URL.
# For a user of odkit: A file joined of two exports is halved there without a word.
# Date: 2026-11-28
# Seen:
#   cn=ann {:sn=>["second"], :photo=>["< file:///photos/ann.jpg"]}
#   CN=ann {:sn=>["third"]}

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian ruby-net-ldap=0.17.0-1 ruby3.1=3.1.2-7+deb12u1 libruby3.1=3.1.2-7+deb12u1
observe() {
    printf '%s\n' 'dn: cn=ann' 'sn: first' '' 'dn: cn=ann' 'sn: second' 'photo:< file:///photos/ann.jpg' '' 'dn: CN=ann' 'sn: third' '' > in.ldif
    ruby3.1 --disable-gems -I "$root/debian/usr/lib/ruby/vendor_ruby" -I "$root/debian/usr/lib/ruby/3.1.0" \
        -I "$(dirname "$(find "$root/debian" /usr/lib -name rbconfig.rb 2> /dev/null | head -n 1)")" -e '
require "net/ldap"
Net::LDAP::Dataset.read_ldif(File.open("in.ldif")).each { |dn, attributes| puts "#{dn} #{attributes}" }'
}

compare observe

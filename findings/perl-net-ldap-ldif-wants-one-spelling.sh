#!/bin/sh
# Subject: Net::LDAP::LDIF (Perl)
# Version: 0.68 (Debian 12)
# Behaviour: "version:1" without a space, "DN:" in capitals and a change whose "add: MAIL" and "mail:" differ in case are refused; RFC 2849 allows all three.
# For a user of odkit: Bring a file to this one spelling before scripts in Perl get it; its refusal is no damage of the file.
# Date: 2026-11-28
# Seen:
#   version.ldif: First line of LDIF entry does not begin with "dn:"
#   capitals.ldif: First line of LDIF entry does not begin with "dn:"
#   change.ldif: LDAP entry is not valid
#   plain.ldif: cn=ann

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian libnet-ldap-perl=1:0.6800+dfsg-1 libconvert-asn1-perl=0.33-1
observe() {
    printf '%s\n' 'version:1' 'dn: cn=ann' 'cn: ann' '' > version.ldif
    printf '%s\n' 'DN: cn=ann' 'cn: ann' '' > capitals.ldif
    printf '%s\n' 'dn: cn=ann' 'changetype: modify' 'add: MAIL' 'mail: ann@example.com' '-' '' > change.ldif
    printf '%s\n' 'version: 1' 'dn: cn=ann' 'cn: ann' '' > plain.ldif
    # shellcheck disable=SC2016 # Perl's variables
    for file in version.ldif capitals.ldif change.ldif plain.ldif; do
        perl -I "$root/debian/usr/share/perl5" -MNet::LDAP::LDIF -e '
            my $ldif = Net::LDAP::LDIF->new($ARGV[0], "r", onerror => undef);
            my $entry = $ldif->read_entry;
            print "$ARGV[0]: ", $ldif->error || $entry->dn, "\n";' "$file"
    done
}

compare observe

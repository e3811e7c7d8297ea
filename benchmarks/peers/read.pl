# Reads every entry and value through Net::LDAP::LDIF, as its manual page does.
use strict;
use warnings;
use Net::LDAP::LDIF;

my $ldif = Net::LDAP::LDIF->new($ARGV[0], "r", onerror => "die");
my ($entries, $values) = (0, 0);
while (not $ldif->eof) {
    my $entry = $ldif->read_entry or next;
    $entries++;
    foreach my $name ($entry->attributes) {
        my @found = $entry->get_value($name);
        $values += @found;
    }
}
print "$entries entries, $values values\n";

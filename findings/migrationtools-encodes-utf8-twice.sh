#!/bin/sh
# Subject: MigrationTools migrate_passwd.pl
# Version: 48-1 (Debian 12)
# Behaviour: A name in UTF-8 is encoded twice (u umlaut becomes two characters) while gecos gets "ue", and the x and the * of passwd become the values {crypt}x and {crypt}* of userPassword.
# For a user of odkit: Names with pairs of odd characters and {crypt} values of one character come from an old filling of the directory, not from the export.
# Date: 2026-11-28
# Seen:
#   dn: uid=ann,ou=People,dc=example,dc=com
#   cn: Ann Example
#   userPassword: {crypt}x
#   gecos: Ann Example,Room 1,555
#   dn: uid=bob,ou=People,dc=example,dc=com
#   cn:: Qm9iIE3Dg8K8bGxlcg==
#   userPassword: {crypt}*
#   gecos: Bob Mueller,,
#   Bob MÃ¼ller

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian migrationtools=48-1

observe() {
    printf '%s\n' 'ann:x:501:20:Ann Example,Room 1,555:/Users/ann:/bin/bash' 'bob:*:502:20:Bob Müller,,:/Users/bob:/bin/zsh' > passwd
    cp "$root/debian/etc/migrationtools/migrate_common.ph" .
    LDAP_BASEDN=dc=example,dc=com perl "$root/debian/usr/share/migrationtools/migrate_passwd.pl" passwd > out.ldif
    grep -E '^(dn|cn|userPassword|gecos):' out.ldif
    sed -n 's/^cn:: //p' out.ldif | base64 -d
    echo
}

compare observe

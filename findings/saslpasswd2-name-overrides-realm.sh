#!/bin/sh
# Subject: saslpasswd2, sasldblistusers2 (Cyrus SASL)
# Version: 2.1.28 (Debian 12)
# Behaviour: A name with an at sign overrides -u: "-u example.com ann@other.example.com" makes a user of the other realm; deleting a user who is not there, also one of the realm in capitals, exits 0 and changes nothing.
# For a user of odkit: Read the list after each change, and give short names only: a record name with an at sign lands in a realm of its own.
# Date: 2026-11-28
# Seen:
#   ann@example.com: userPassword
#   ann@other.example.com: userPassword
#   bob@other.example.com: userPassword
#   carl example@example.com: userPassword
#   delete nobody: 0
#   delete ann of EXAMPLE.COM: 0
#   ann@example.com: userPassword
#   ann@other.example.com: userPassword
#   bob@other.example.com: userPassword
#   carl example@example.com: userPassword

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian sasl2-bin=2.1.28+dfsg-10+deb12u1 libsasl2-2=2.1.28+dfsg-10+deb12u1

observe() {
    printf Secret-1 | saslpasswd2 -p -c -f "$PWD/db" -u example.com ann
    printf Secret-1 | saslpasswd2 -p -c -f "$PWD/db" -u example.com ann@other.example.com
    printf Secret-1 | saslpasswd2 -p -c -f "$PWD/db" bob@other.example.com
    printf Secret-1 | saslpasswd2 -p -c -f "$PWD/db" -u example.com 'carl example'
    sasldblistusers2 -f "$PWD/db" | sort
    echo "delete nobody: $(code saslpasswd2 -d -f "$PWD/db" -u example.com nobody)"
    echo "delete ann of EXAMPLE.COM: $(code saslpasswd2 -d -f "$PWD/db" -u EXAMPLE.COM ann)"
    sasldblistusers2 -f "$PWD/db" | sort
}

compare observe

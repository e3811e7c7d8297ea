#!/bin/sh
# Subject: minikerberos (PyPI), a keytab of which an entry was removed
# Version: 0.4.9, with MIT krb5 1.20.1 (Debian 12)
# Behaviour: MIT's ktremove leaves a hole where the entry was. The reading ends at the hole without a word: the entries behind it are missing, and written back the file has only those in front of it. A key version above 255 is read modulo 256 (300 as 44), since the field of 32 bits is not looked at.
# For a user of odkit: A keytab out of which old principals were purged has holes: count the entries by klist -k, or read it by odkit principals, before a list made by a tool with this library is believed.
# Date: 2026-11-29
# Seen:
#   all:
#   klist: 1 host/a.example.com
#   klist: 2 host/b.example.com
#   klist: 300 host/c.example.com
#   minikerberos: 1 host/a.example.com
#   minikerberos: 2 host/b.example.com
#   minikerberos: 44 host/c.example.com
#   b removed:
#   klist: 1 host/a.example.com
#   klist: 300 host/c.example.com
#   minikerberos: 1 host/a.example.com
#   b removed, written back:
#   klist: 1 host/a.example.com
#   minikerberos: 1 host/a.example.com

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/mit.sh
. "$here/lib/mit.sh"

pypi minikerberos==0.4.9

cat > entries.py << 'END'
import sys

from minikerberos.common.keytab import Keytab

keytab = Keytab.from_file(sys.argv[1])
for entry in keytab.entries:
    print("minikerberos:", entry.key_version, entry.to_pname())
keytab.to_file(sys.argv[2])
END

both() {
    klist -k "$1" | sed -n 's/^ *\([0-9]* .*\)@.*/klist: \1/p'
    "$python" entries.py "$1" "$2"
}

observe() {
    for entry in 'a 1' 'b 2' 'c 300'; do
        printf 'addent -password -p host/%s.example.com@EXAMPLE.COM -k %s -e aes256-cts\nSecret-1\nwkt all.keytab\nquit\n' "${entry% *}" "${entry#* }" |
            ktutil > "$root/log" 2>&1
    done
    cp all.keytab purged.keytab
    echo "all:"
    both all.keytab all-again.keytab
    kadmin_local ktremove -k purged.keytab host/b.example.com all
    echo "b removed:"
    both purged.keytab again.keytab
    echo "b removed, written back:"
    both again.keytab once-more.keytab
}

compare observe

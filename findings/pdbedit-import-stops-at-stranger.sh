#!/bin/sh
# Subject: Samba pdbedit, import of an smbpasswd file
# Version: 4.17.12 (Debian 12)
# Behaviour: The import ends at the first account whose name the system does not know: pdbedit calls the file corrupt, exits 0, and the accounts behind it are missing, while those in front of it are stored. A listing of such a file ends there, too, also with 0.
# For a user of odkit: Bring the users into the system's own lookup (getent passwd) before their NT hashes go to Samba, and count by pdbedit -L afterwards; the message is no damage of the file.
# Date: 2026-11-29
# Seen:
#   known: import exits 0
#     stored: daemon bin games
#     listed: daemon bin games , 0
#   mixed: import exits 0
#   smbpasswd database is corrupt!  username a-stranger with uid 1025 is not in unix passwd database!
#     stored: daemon
#     listed: daemon , 0

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

samba=2:4.17.12+dfsg-0+deb12u4
debian samba=$samba samba-common-bin=$samba samba-libs=$samba libwbclient0=$samba libldb2=2:2.6.2+samba4.17.12+dfsg-0+deb12u4 \
    libtalloc2=2.4.0-f2 libtdb1=1.4.8-2 libtevent0=0.14.1-1

# account NAME UID: a line of smbpasswd
account() {
    echo "$1:$2:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:0123456789ABCDEF0123456789ABCDEF:[U          ]:LCT-4D76B2C0:"
}

# names STORE: the accounts of a listing
names() {
    pdbedit -s smb.conf -b "$1" -L 2> /dev/null | cut -d : -f 1 | tr '\n' ' '
}

observe() {
    mkdir lock state cache private
    printf '%s\n' '[global]' "lock directory = $PWD/lock" "state directory = $PWD/state" "cache directory = $PWD/cache" "private dir = $PWD/private" > smb.conf
    { account daemon 1; account bin 2; account games 5; } > known
    { account daemon 1; account a-stranger 1025; account bin 2; account games 5; } > mixed
    for file in known mixed; do
        echo "$file: import exits $(code pdbedit -s smb.conf -i "smbpasswd:$PWD/$file" -e "tdbsam:$PWD/$file.tdb")"
        sed -n 's/^build_sam_account: //p' "$root/out"
        echo "  stored: $(names "tdbsam:$PWD/$file.tdb")"
        echo "  listed: $(names "smbpasswd:$PWD/$file"), $(code pdbedit -s smb.conf -b "smbpasswd:$PWD/$file" -L)"
    done
}

compare observe

#!/bin/sh
# Subject: Samba smbd, smbclient
# Version: 4.17.12 (Debian 12)
# Behaviour: A share of a folder that is called Homes, in whatever case, is the section [homes]: a guest gets NT_STATUS_BAD_NETWORK_NAME for it although path and guest ok are set, where the same folder under another name is given; testparm says nothing.
# For a user of odkit: Homes is the usual AFP share of Open Directory's homes: give it another name on Samba, and say so in the share map of odkit afp --rewrite-to smb.
# Date: 2026-11-28
# Seen:
#   testparm: 0
#   Homes: NT_STATUS_BAD_NETWORK_NAME
#   homes: NT_STATUS_BAD_NETWORK_NAME
#   HOMES2: ann
#   Homedirs: ann

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

samba=2:4.17.12+dfsg-0+deb12u4
debian samba=$samba smbclient=$samba samba-common-bin=$samba samba-libs=$samba libsmbclient=$samba libwbclient0=$samba \
    libldb2=2:2.6.2+samba4.17.12+dfsg-0+deb12u4 libtalloc2=2.4.0-f2 libtdb1=1.4.8-2 libtevent0=0.14.1-1

observe() {
    mkdir data data/ann lock state cache private pid ncalrpc
    port=$(free_port)
    {
        printf '%s\n' '[global]' 'map to guest = Bad User' "guest account = $(id -un)" 'interfaces = 127.0.0.1/8' 'bind interfaces only = yes' \
            'disable netbios = yes' 'load printers = no' 'disable spoolss = yes' 'server min protocol = SMB2' "log file = $PWD/log" \
            "lock directory = $PWD/lock" "state directory = $PWD/state" "cache directory = $PWD/cache" "private dir = $PWD/private" \
            "pid directory = $PWD/pid" "ncalrpc dir = $PWD/ncalrpc"
        for share in Homes HOMES2 Homedirs; do printf '%s\n' "[$share]" "path = $PWD/data" 'guest ok = yes' "force user = $(id -un)"; done
    } > smb.conf
    echo "testparm: $(code testparm -s smb.conf)"
    smbd -F -s "$PWD/smb.conf" -p "$port" > out 2>&1 &
    echo $! >> "$root/servers"
    until_ready smbclient -N -I 127.0.0.1 -p "$port" -s "$PWD/smb.conf" //files.example.com/Homedirs -c ls
    for share in Homes homes HOMES2 Homedirs; do
        echo "$share: $(smbclient -N -I 127.0.0.1 -p "$port" -s "$PWD/smb.conf" "//files.example.com/$share" -c ls 2>&1 |
            sed -n 's/.*\(NT_STATUS_[A-Z_]*\).*/\1/p; s/^  \(ann\) .*/\1/p')"
    done
}

compare observe

# overrides: take

usage() {
    say "usage: sh load.sh [--apply] [--config FILE-OR-FOLDER] [--principals FILE] [--rehearsal]"
    say "--config: slapd.conf, or the folder slapd.d; /etc/ldap/slapd.d by default.  --principals: listprincs of the KDC, where it"
    say "is not on this machine.  Without --apply nothing is changed."
}

take() {
    case $1 in
        --config) CONFIG=$2 ;;
        --principals) LISTING=$2 ;;
        *) return 1 ;;
    esac
}

# dry_load: the server's own check of every value; it does not see twins and missing parents, which the plan has looked for
dry_load() {
    slap slapadd -u -o value-check=yes -b "$SUFFIX" -l "$HERE/directory.ldif" > err 2>&1 || {
        show err >&2
        die 3 "stopped: slapd does not take directory.ldif; has it the schema of this folder (schema/)? Nothing was changed."
    }
}

make_empty() {
    printf '%s' "Remove $PLACE/data.mdb and $PLACE/lock.mdb"
}

load() {
    SENT="the database was being filled; it was empty before: remove what is in $PLACE, and start again"
    slap slapadd -q -b "$SUFFIX" -l "$HERE/directory.ldif" > err 2>&1
    code=$?
    slap slapcat -b "$SUFFIX" > raw 2> /dev/null || fresh raw
    content raw present
    if [ "$code" != 0 ] || ! cmp -s present planned; then
        show err >&2
        cmp present planned >&2
        rm -f "$PLACE/data.mdb" "$PLACE/lock.mdb"
        SENT=''
        die 1 "failed: what arrived is not what was planned (slapadd ends with $code); the database is empty again"
    fi
    owned "$PLACE"
    SENT=''
}

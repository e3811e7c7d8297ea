# overrides: main take usage

usage() {
    say "usage: sh ${SELF##*/} [--apply] [--admin NAME] [--rehearsal]"
    say "Takes a Mac off the domain's servers${SERVER:+ and binds it to $SERVER}. Without --apply it shows what it would do."
}

take() {
    case $1 in
        --admin) ADMIN=$2 ;;
        *) return 1 ;;
    esac
}

# kept_accounts: those that the directory has made on this Mac; without it nobody says who they are
kept_accounts() {
    dscl . -list /Users OriginalNodeName < /dev/null > said 2> err || {
        show err >&2
        die 2 "stopped: dscl does not tell which accounts are kept from the directory"
    }
    awk 'NF > 1 { print $1 }' said > kept || die 2 "stopped: awk fails"
    if [ ! -s kept ]; then return; fi
    say "  accounts kept from the directory:"
    show kept
    if [ -z "$SERVER" ] && [ "$APPLY" = yes ]; then die 3 "stopped: make them this Mac's own first (make-local.sh). Nothing was changed."; fi
}

# join SERVER: bound without a computer's account, and searched; a server that is no Open Directory knows no trusted binding
join() {
    if bound_to "$1"; then
        say "  bound already"
    else
        changing dsconfigldap -v -a "$1"
    fi
    for policy in /Search /Search/Contacts; do
        if [ "$own_policy" = yes ] || searched "$policy" "$1"; then continue; fi
        changing dscl "$policy" -create / SearchPolicy CSPSearchPath
        changing dscl "$policy" -append / CSPSearchPath "/LDAPv3/$1"
    done
}

steps() {
    release
    if [ "$RELEASED" != yes ]; then die 2 "stopped: the release is not known"; fi
    heading "as it is"
    reading dscl localhost -list /LDAPv3
    reading dscl /Search -read / CSPSearchPath
    kept_accounts
    heading "off the domain's servers (confidence: medium)"
    leave_retired
    if [ -n "$SERVER" ]; then
        heading "bind to $SERVER (confidence: low)"
        reading host "$SERVER"
        join "$SERVER"
    fi
    changing killall "$daemon"
    if [ "$APPLY" = yes ]; then
        heading "as it is now"
        reading dscl /Search -read / CSPSearchPath
    fi
    by_hand "Kerberos: what names the old realm in /Library/Preferences/edu.mit.Kerberos and /etc/krb5.conf; then restart this Mac"
}

main() {
    set -u
    LC_ALL=C
    export LC_ALL
    options "$@"
    need awk cat dscl dsconfigldap grep host id killall mktemp rm sed sw_vers tr
    workplace
    check_root
    fresh troubles
    steps
    SENT=''
    if [ -s troubles ]; then exit 1; fi
    exit 0
}

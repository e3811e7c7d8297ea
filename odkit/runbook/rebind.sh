# overrides: main take usage

take() {
    case $1 in
        --admin) ADMIN=$2 ;;
        --name) COMPUTER=$2 ;;
        *) return 1 ;;
    esac
}

usage() {
    say "usage: sh ${SELF##*/} [--apply] [--admin NAME] [--name COMPUTER] [--rehearsal]"
    say "Takes a Mac off retired servers and binds it to $SERVER. Without --apply it shows what it would do."
}

steps() {
    release
    if [ -z "$COMPUTER" ]; then COMPUTER=$(hostname | sed 's/\..*//'); fi
    case $COMPUTER in '' | -* | *[!A-Za-z0-9-]*) die 2 "stopped: '$COMPUTER' is no name for a computer record; give one with --name" ;; esac
    heading "as it is"
    reading dscl localhost -list /LDAPv3
    reading dscl /Search -read / CSPSearchPath
    heading "off the retired servers"
    leave_retired
    heading "bind to $SERVER, as $COMPUTER"
    reading host "$SERVER"
    bind_to "$SERVER" "$COMPUTER"
    if [ "$APPLY" = yes ]; then
        heading "as it is now"
        reading dscl /Search -read / CSPSearchPath
        reading id "$ADMIN"
    fi
    by_hand "log in with a user of this office; then sh check-client.sh"
}

main() {
    set -u
    LC_ALL=C COMPUTER=''
    export LC_ALL
    options "$@"
    need awk cat dscl dsconfigldap grep host hostname id killall mktemp rm sed sw_vers tr
    workplace
    check_root
    fresh troubles
    steps
    SENT=''
    if [ -s troubles ]; then exit 1; fi
    exit 0
}

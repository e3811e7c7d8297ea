# overrides: take

usage() {
    say "usage: sh unload.sh [--apply] [--config FILE-OR-FOLDER] [--rehearsal]"
    say "--config: slapd.conf, or the folder slapd.d; /etc/ldap/slapd.d by default.  Without --apply nothing is changed."
}

take() {
    case $1 in
        --config) CONFIG=$2 ;;
        *) return 1 ;;
    esac
}

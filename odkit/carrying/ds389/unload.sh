# overrides: take

usage() {
    say "usage: sh unload.sh [--apply] [--instance NAME-OR-FOLDER] [--rehearsal]"
    say "--instance: of 389-DS; the only one of this machine by default.  Without --apply nothing is changed."
    say "The schema stays: other records may use it."
}

take() {
    case $1 in
        --instance) CONFIG=$2 ;;
        *) return 1 ;;
    esac
}

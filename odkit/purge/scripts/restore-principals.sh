# overrides: word

usage() {
    say "usage: sh restore-principals.sh [--apply] [--rehearsal] BACKUP-FOLDER"
    say "Puts back the principals that purge-principals.sh deleted, and no others. Without --apply it changes nothing."
}

word() {
    BACKUP=$(cd "$1" && pwd) || die 2 "stopped: no folder $1"
}

# check_backup: it must be one, and of this plan
check_backup() {
    if [ -z "$BACKUP" ]; then
        usage >&2
        die 2 "stopped: give the backup folder that purge-principals.sh has made (backup-1, backup-2, ...)"
    fi
    for name in kdc.dump deleted.txt plan-id; do
        [ -f "$BACKUP/$name" ] || die 2 "stopped: $BACKUP/$name is missing"
    done
    [ "$(cat "$BACKUP/plan-id")" = "$PLAN" ] || die 3 "stopped: $BACKUP belongs to another plan than $PLAN"
}

main() {
    set -u
    own_folder ..
    LC_ALL=C SS_READLINE_PATH=none BACKUP=''
    export LC_ALL SS_READLINE_PATH
    options "$@"
    check_backup
    need awk cat cmp comm cp grep mktemp rm sed sort
    need_kdc
    workplace
    surroundings
    check_kdc
    one_plan
    list now
    encode < now > lines || die 2 "stopped: awk fails"
    arrange lines now.all
    arrange "$BACKUP/deleted.txt" deleted
    [ -s deleted ] || die 2 "stopped: $BACKUP/deleted.txt is empty"
    compare -12 deleted now.all present
    compare -23 deleted now.all todo
    if [ ! -s todo ]; then
        say "nothing to put back: $(count present) are in the KDC"
        exit 0
    fi
    cp "$BACKUP/kdc.dump" dump || die 2 "stopped: cannot read $BACKUP/kdc.dump"
    # only the lines of these principals: a password that somebody else has changed since stays as it is
    saved=$(extract todo dump load) || saved=''
    counted todo
    [ "$saved" = "$N" ] || die 3 "stopped: the backup holds $saved of $N names; nothing was changed"
    try_load load dump "$N"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would put back these $(count todo) principals of $REALM:"
        show todo
        exit 0
    fi
    SENT="the load was started, and what came of it is not known"
    load_kdc load || {
        show err >&2
        cure
    }
    list after
    encode < after > lines || die 2 "stopped: awk fails"
    arrange lines after.all
    compare -23 todo after.all failed
    if [ -s failed ]; then
        warn "not put back:"
        show failed >&2
    fi
    results "put back" todo "there already" present failed
    if [ -s failed ]; then exit 1; fi
    exit 0
}

# overrides: flag take

# awk: multi(name) tells whether a name has more than one component: a slash that is not escaped, before the realm
MULTI='
function multi(t) { gsub(/\\./, "", t); sub(/@.*/, "", t); return index(t, "/") }
'

usage() {
    say "usage: sh purge-principals.sh [--apply] [--backup FOLDER] [--max N] [--skip-changed] [--undated] [--rehearsal]"
    say "Without --apply it shows what it would do and changes nothing."
    say "--skip-changed leaves hosts alone of which a name has changed since the plan saw it, and goes on with the others."
    say "--undated goes on where it is not known whether a name has changed."
}

flag() {
    case $1 in
        --skip-changed) SKIP=yes ;;
        --undated) UNDATED=yes ;;
        *) return 1 ;;
    esac
}

take() {
    case $1 in
        --max) MAX=$2 ;;
        --backup) PARENT=$(cd "$2" && pwd) || die 2 "stopped: no folder $2" ;;
        *) return 1 ;;
    esac
}

# encoded_multi LIST TO: the names of more than one component, encoded and sorted
encoded_multi() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC$MULTI"'multi($0) { print enc($0) }' "$1" > several || die 2 "stopped: awk fails"
    [ -s several ] || die 2 "stopped: awk loses lines"
    arrange several "$2"
}

# the KDC must be the one that the plan was made from: the same names of more than one component, less those to delete
same_kdc() {
    planned > lines || die 2 "stopped: cannot write to $WORK"
    arrange lines planned.multi
    [ "$N" -eq "$NAMES" ] || die 2 "stopped: this script is damaged: it does not hold its $NAMES names"
    compare -23 now.multi planned.multi new
    compare -13 now.multi planned.multi missing
    compare -23 missing wanted missing.others
    if [ -s new ] || [ -s missing.others ]; then
        warn "the KDC of $REALM is not the one that the plan was made from."
        if [ -s new ]; then
            warn "in the KDC, not in the plan:"
            show new >&2
        fi
        if [ -s missing.others ]; then
            warn "in the plan, no longer in the KDC:"
            show missing.others >&2
        fi
        die 3 "stopped: nothing was deleted. Make a new list and a new plan."
    fi
}

# without an inventory the plan holds unverified names: a cap, and what else bears the hosts' names
cap() {
    counted now.multi
    total=$N
    [ -n "$MAX" ] || MAX=$((total / 2))
    counted todo
    [ "$N" -le "$MAX" ] ||
        die 3 "stopped: $N of $total names would go, more than $MAX; nothing was deleted. Raise it with --max N if that is meant."
    stale > hosts
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC$MULTI"'
        FILENAME == "hosts" { host[$0] = 1; next }
        FILENAME == "wanted" { want[$0] = 1; next }
        multi($0) {
            t = $0; sub(/@[^@]*$/, "", t); sub(/^[^\/]*\//, "", t); t = tolower(t); sub(/\.$/, "", t)
            if ((enc(t) in host) && !(enc($0) in want)) print enc($0)
        }' hosts wanted now > spellings || die 2 "stopped: awk fails"
    if [ -s spellings ]; then
        say "not touched, although they bear the name of a retired host in another spelling or under another service:"
        show spellings
    fi
}

# judge: every name of todo as "WHAT|WHY|NAME" into judged. WHAT is changed (another state than the plan saw), later (changed or used
# after the list was made), unknown or same; those of each into the file of that name
judge() {
    states now.states
    as_seen > seen.states
    fresh judged changed later unknown same
    # shellcheck disable=SC2016 # awk's own $
    awk -v asof="$ASOF" '
        function when(t) {
            return substr(t, 1, 4) "-" substr(t, 5, 2) "-" substr(t, 7, 2) " " substr(t, 9, 2) ":" substr(t, 11, 2) ":" substr(t, 13, 2) "Z"
        }
        FILENAME != "todo" { name = $0; sub(/^[^ ]* [^ ]* [^ ]* /, "", name); state = $1 " " $2 " " $3 }
        FILENAME == "seen.states" { was[name] = state; next }
        FILENAME == "now.states" { is[name] = state; next }
        {
            if (split(is[$0], n, " ") != 3) { print "lost||" $0 > "judged"; next }
            if (split(was[$0], w, " ") != 3) split("- - -", w, " ")
            what = "same"; why = ""
            if (w[1] != "-" && n[1] != "-") {
                if (n[1] + 0 != w[1] + 0) { what = "changed"; why = why ", changed " when(n[1]) " and not " when(w[1]) }
            } else if (asof != "-" && n[1] != "-") {
                if (n[1] + 0 > asof + 0) { what = "later"; why = why ", changed " when(n[1]) }
            } else what = "unknown"
            if (w[2] != "-" && n[2] != "-" && n[2] + 0 != w[2] + 0) { what = "changed"; why = why ", key version " n[2] " and not " w[2] }
            if (n[3] + 0 > 0 && w[3] != "-") {
                if (n[3] + 0 > w[3] + 0) { what = "changed"; why = why ", used " when(n[3]) }
            } else if (n[3] + 0 > 0 && asof != "-" && n[3] + 0 > asof + 0) {
                if (what != "changed") what = "later"
                why = why ", used " when(n[3])
            }
            line = what "|" substr(why, 3) "|" $0
            print line > "judged"
            print line > what
        }' seen.states now.states todo || die 2 "stopped: awk fails"
    as_many judged todo || die 2 "stopped: awk loses lines"
    as_many todo changed later unknown same || die 2 "stopped: the KDC does not show the state of every name; nothing was deleted"
}

# reasons WHAT: its names, each with the reason
reasons() {
    # shellcheck disable=SC2016 # awk's own $
    awk '{ split($0, part, "|"); sub(/^[^|]*\|[^|]*\|/, ""); print $0 (part[2] == "" ? "" : ": " part[2]) }' "$1" > shown
    show shown >&2
}

# leave_hosts: of a server that came back no name goes, also where another name of it has changed; what stays into left
leave_hosts() {
    # shellcheck disable=SC2016 # awk's own $
    awk '
        function host(s) { sub(/@[^@]*$/, "", s); sub(/^[^\/]*\//, "", s); s = tolower(s); sub(/\.$/, "", s); return s }
        { name = $0; sub(/^[^|]*\|[^|]*\|/, "", name) }
        FILENAME == "stopping" { back[host(name)] = 1; next }
        { print ((host(name) in back) ? "left" : "goes") " " name }' stopping judged > lines || die 2 "stopped: awk fails"
    as_many lines judged || die 2 "stopped: awk loses lines"
    sed -n 's/^left //p' lines > left
    sed -n 's/^goes //p' lines > goes
    as_many todo left goes || die 2 "stopped: sed loses lines"
    arrange goes todo
    say "left as they are, with every other name of the same hosts:"
    show left
}

# scratch_kdc: a rehearsal whose KDC was made after the list
scratch_kdc() {
    # shellcheck disable=SC2016 # awk's own $
    [ "$REHEARSAL" = yes ] && awk -v asof="$ASOF" '$1 != "-" && $1 + 0 <= asof + 0 { print }' now.states > older && [ ! -s older ]
}

# returned: a server that came back has new keys, or uses its old ones: then nothing is deleted
returned() {
    fresh left
    judge
    cat changed later > stopping || die 2 "stopped: cat fails"
    if [ -s changed ]; then
        warn "no longer as the plan saw them:"
        reasons changed
    fi
    if [ -s later ]; then
        warn "changed or used after the list was made that the plan comes from ($LISTED):"
        reasons later
    fi
    if [ -s unknown ]; then
        warn "not known whether these have changed since: neither the plan nor the KDC has a date of them"
        reasons unknown
        if [ "$UNDATED$REHEARSAL" = nono ]; then
            die 3 "stopped: nothing was deleted. Make the plan from a dump or from a file that has a date, or give --undated."
        fi
    fi
    if [ ! -s stopping ]; then return; fi
    if scratch_kdc; then
        warn "nothing in this KDC is as old as the plan's list: it was made for this rehearsal. A real run would stop here."
        return
    fi
    if [ "$SKIP" != yes ]; then
        warn "stopped: $(count stopping) of $(count todo) names have changed, their servers may have come back; nothing was deleted."
        die 3 "Make a new list and a new plan, or give --skip-changed, which leaves all names of these servers and deletes the others."
    fi
    leave_hosts
}

backup() {
    n=1
    while [ -e "$PARENT/backup-$n" ]; do n=$((n + 1)); done
    BACKUP=$PARENT/backup-$n
    mkdir "$BACKUP" || die 2 "stopped: cannot make $BACKUP; nothing was deleted"
    dump_kdc "$BACKUP/kdc.dump" || {
        show err >&2
        die 2 "stopped: the KDC of $REALM cannot be dumped; nothing was deleted"
    }
    saved=$(held "$BACKUP/kdc.dump") || saved=''
    counted now
    [ "$saved" = "$N" ] || die 3 "stopped: the backup holds $saved principals and the list $N; nothing was deleted. Run it again."
    cp todo "$BACKUP/deleted.txt" || die 2 "stopped: cannot write $BACKUP/deleted.txt; nothing was deleted"
    printf '%s\n' "$PLAN" > "$BACKUP/plan-id" || die 2 "stopped: cannot write $BACKUP/plan-id; nothing was deleted"
    say "backup: $BACKUP/kdc.dump ($saved principals; it holds keys, keep it secret)"
}

delete() {
    commands todo now deletes
    as_many deletes todo || die 3 "stopped: $(count deletes) commands for $(count todo) names; nothing was deleted"
    fresh out err
    SENT="deletions were sent, and what came of them is not known. The backup: $BACKUP; to put back: restore/restore-principals.sh"
    send deletes
    list after
    encode < after > lines || die 2 "stopped: awk fails"
    arrange lines after.all
    encoded_multi after after.multi
    compare -12 todo after.all failed
    compare -23 now.multi after.multi lost
    compare -23 lost todo lost.others
}

main() {
    set -u
    own_folder .
    LC_ALL=C SS_READLINE_PATH=none MAX='' PARENT=$HERE SKIP=no UNDATED=no
    export LC_ALL SS_READLINE_PATH
    options "$@"
    case $MAX in *[!0-9]*) die 2 "stopped: --max takes a number" ;; esac
    need awk cat comm cp grep mkdir mktemp rm sed sort
    need_kdc
    workplace
    surroundings
    check_kdc
    one_plan
    list now
    encoded_multi now now.multi
    deletions > lines || die 2 "stopped: cannot write to $WORK"
    arrange lines wanted
    [ "$N" -eq "$DELETIONS" ] || die 2 "stopped: this script is damaged: it does not hold its $DELETIONS deletions"
    compare -12 wanted now.multi todo
    compare -23 wanted now.multi absent
    as_many wanted todo absent || die 2 "stopped: the list of the KDC could not be compared with the plan; nothing was deleted"
    if [ "$INVENTORY" = yes ]; then same_kdc; else cap; fi
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed"
        exit 0
    fi
    unshared todo
    returned
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed, $(count left) left because their servers may have come back"
        exit 1
    fi
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would make a backup and delete these $(count todo) principals of $REALM:"
        show todo
        say "would be: $(count todo) deleted, $(count absent) absent. Nothing was changed."
        exit 0
    fi
    backup
    delete
    if [ -s failed ]; then
        warn "not deleted:"
        show failed >&2
        show err >&2
    fi
    if [ -s lost.others ]; then
        warn "gone in the meantime, and not by this script:"
        show lost.others >&2
    fi
    results deleted todo absent absent failed
    say "to put them back: sh restore/restore-principals.sh --apply '$BACKUP'"
    if [ -s left ]; then warn "$(count left) left because their servers may have come back; make a new list and a new plan for them"; fi
    if [ -s failed ] || [ -s lost.others ] || [ -s left ]; then exit 1; fi
    exit 0
}

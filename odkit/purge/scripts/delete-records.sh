usage() {
    say "usage: sh delete-records.sh [--apply] [--admin NAME] [--node NODE] [--rehearsal]"
    say "Without --apply it compares the directory with the plan and changes nothing."
}

# look_record NUMBER PATH KEYS: every key of the record must be as the plan knows it
look_record() {
    if ! fetch "$2" "$3 ModificationTimestamp"; then
        echo "$1" >> absent
        return
    fi
    # absent is only what dscl says is not there; a record without a name means that its answer was not understood
    [ -s named ] || die 2 "stopped: dscl does not tell the name of $2"
    arrange found now
    if cmp -s now "wanted.$1"; then
        if same_stamp "$1" "$2"; then echo "$1" >> todo; fi
    else
        echo "$1" >> changed
        warn "no longer as planned: $2"
        comm -3 now "wanted.$1" > differs
        show differs >&2
    fi
}

# look: sort the steps into todo, absent and changed
look() {
    : > todo
    : > absent
    : > changed
    : > undated
    : > compared
    : > touched
    while IFS='|' read -r number what target read_path keys; do
        decoded "$read_path"
        read_path=$DECODED
        [ -s "wanted.$number" ] || die 2 "stopped: this script is damaged: step $number expects nothing"
        if [ "$what" = record ]; then
            look_record "$number" "$read_path" "$keys"
        elif fetch "$read_path" "$keys"; then
            arrange found now
            compare -12 now "wanted.$number" same
            if [ -s same ]; then echo "$number" >> todo; else echo "$number" >> absent; fi
        else
            echo "$number" >> absent
        fi
    done < table
    stamped
    all_seen
}

# batch_lines: one dscl command a step, written for its batch mode: quotes only at the start of a word
batch_lines() {
    rows_of todo
    while IFS='|' read -r number what target read_path keys; do
        decoded "$target"
        printf 'delete %s' "$DECODED"
        if [ "$what" != record ]; then
            printf ' %s' "$keys"
            one_value "$number" wanted
            quoted "$DECODED"
        fi
        printf '\n'
    done < picked
}

# one_by_one: 10.4 has no batch; each command asks for the password again
one_by_one() {
    rows_of planned
    while IFS='|' read -r number what target read_path keys <&3; do
        decoded "$target"
        target=$DECODED
        if [ "$what" = record ]; then
            dscl -u "$ADMIN" -p "$NODE" -delete "$target" < /dev/null >> out 2>> err
        else
            one_value "$number" wanted
            dscl -u "$ADMIN" -p "$NODE" -delete "$target" "$keys" "$DECODED" < /dev/null >> out 2>> err
        fi
    done 3< picked
}

main() {
    set -u
    HERE=$(cd "$(dirname "$SELF")" && pwd) || exit 2
    LC_ALL=C ADMIN=diradmin NODE=/LDAPv3/127.0.0.1
    export LC_ALL
    options "$@"
    case $NODE in
        /LDAPv3/?*) ;;
        *) die 2 "stopped: '$NODE' is no node like /LDAPv3/127.0.0.1" ;;
    esac
    need awk cat cmp comm cp dirname dscl grep id mktemp rm sed slapconfig sort sw_vers tr
    workplace
    surroundings
    one_plan
    steps > table
    expected > expectations
    stamps > seen.stamps
    steps_there
    by_step expectations wanted
    by_step seen.stamps was
    check_way_back
    check_node
    look
    if [ -s changed ]; then
        die 3 "stopped: $(count changed) of $(count table) records are no longer as planned; nothing was changed. Make a new plan."
    fi
    undated_steps
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed"
        exit 0
    fi
    counted todo
    if [ "$TARGET" = 10.4 ] && [ "$N" -gt 10 ]; then
        die 3 "stopped: dscl of 10.4 would ask for the password $N times; use delete-records-ldif.sh. Nothing was changed."
    fi
    batch_lines > deletes
    as_many deletes todo || die 2 "stopped: $(count deletes) commands for $(count todo) steps; nothing was changed"
    echo quit >> deletes
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would give these commands to dscl at $NODE:"
        show deletes
        say "would be: $(count todo) deleted, $(count absent) absent. Nothing was changed."
        exit 0
    fi
    cp todo planned
    cp absent before
    say "dscl asks for the password of $ADMIN"
    : > out
    : > err
    SENT="deletions were sent, and what came of them is not known; compare again: sh delete-records.sh"
    printf '%s' "$MARK"
    if [ "$TARGET" = 10.4 ]; then
        one_by_one
    else
        # the status of a batch says nothing: what counts is what the reads find
        dscl -q -u "$ADMIN" -p "$NODE" < deletes > out 2> err
    fi
    cp err complaints
    look
    outcome
    if [ -s failed ]; then
        cat out complaints > notes
        show notes >&2
    fi
    results deleted planned absent before failed
    way_back || exit 1
    if [ -s failed ]; then exit 1; fi
    exit 0
}

usage() {
    say "usage: sh delete-records.sh [--apply] [--admin NAME] [--node NODE] [--rehearsal]"
    say "Without --apply it compares the directory with the plan and changes nothing."
}

# look: sort the steps into todo, absent and changed: every key of a record must be as the plan knows it
look() {
    fresh gone asked rows
    last=''
    while IFS='|' read -r number what target read_path keys; do
        if [ "$what" = record ]; then keys="$keys ModificationTimestamp"; fi
        # several values of one record are steps behind each other: it is read once
        if [ "$read_path $keys" != "$last" ]; then
            decoded "$read_path"
            if ask "$number" "$DECODED" "$keys"; then answer=$number; else answer=''; fi
            last="$read_path $keys"
        fi
        printf '%s %s %s\n' "$number" "$what" "$read_path" >> rows
        if [ -n "$answer" ]; then
            echo "$number $answer $what $keys" >> asked
        else
            echo "$number" >> gone
        fi
    done < table
    answers
    # absent is only what dscl says is not there; a record without a name means that its answer was not understood
    if [ -s nameless ]; then
        read -r number < nameless
        decoded "$(sed -n "s/^$number record //p" rows)"
        die 2 "stopped: dscl does not tell the name of $DECODED"
    fi
    judge rows decoded
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
    own_folder .
    LC_ALL=C ADMIN=diradmin NODE=/LDAPv3/127.0.0.1
    export LC_ALL
    options "$@"
    case $NODE in
        /LDAPv3/?*) ;;
        *) die 2 "stopped: '$NODE' is no node like /LDAPv3/127.0.0.1" ;;
    esac
    need awk cat comm cp dscl grep id mktemp rm sed slapconfig sort sw_vers tr
    workplace
    surroundings
    one_plan
    steps > table
    expected > expectations
    stamps > seen.stamps
    steps_there
    by_step expectations wanted
    arrange expectations expected.all
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
    fresh out err
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

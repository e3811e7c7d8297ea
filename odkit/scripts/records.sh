# decode: %XX back to bytes; the names of a plan come in no other way
decode() {
    awk '{
        o = ""
        while ((i = index($0, "%")) > 0) {
            h = index("0123456789ABCDEF", substr($0, i + 1, 1)) - 1
            l = index("0123456789ABCDEF", substr($0, i + 2, 1)) - 1
            o = o substr($0, 1, i - 1) sprintf("%c", h * 16 + l)
            $0 = substr($0, i + 3)
        }
        print o $0
    }'
}

# decoded TEXT: %XX back to bytes, into DECODED; nothing that came out empty may reach a command
decoded() {
    DECODED=$(printf '%s\n' "$1" | decode) || DECODED=''
    [ -n "$DECODED" ] || die 2 "stopped: awk fails"
}

# not_there STATUS: whether dscl's status says that a record is not there; it differs by release
not_there() {
    case $TARGET:$1 in
        10.4:56 | 10.4:71 | 10.4:200 | 10.5:56 | 10.5:185 | 10.6:56 | 10.6:185 | 10.7+:56 | 10.7+:185) return 0 ;;
    esac
    return 1
}

# steps_there: the script holds all steps that it was written with
steps_there() {
    counted table
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: this script is damaged: it does not hold its $STEPS steps"
}

# all_seen: every step is in exactly one list; a tool that failed on the way must not pass for "nothing to do"
all_seen() {
    cat todo absent changed > lines || die 2 "stopped: cat fails"
    counted lines
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: the directory could not be compared with the plan"
}

# way_back: what this run has deleted, out of the file that puts back all, into a file of its own
way_back() {
    compare -23 first failed done.steps
    [ -s done.steps ] || return 0
    whole=$HERE/restore/restore-records.ldif
    if [ ! -f "$whole" ]; then
        warn "$whole is missing: what was deleted can be put back from the plan's own folder only"
        return 0
    fi
    n=1
    while [ -e "$HERE/restore/restore-records-$n.ldif" ]; do n=$((n + 1)); done
    # shellcheck disable=SC2016 # awk's own $
    awk 'BEGIN { while ((getline line < "done.steps") > 0) want["# step " line] = 1; RS = ""; FS = "\n" }
        ($1 in want) { print; print "" }' "$whole" > restored || die 2 "stopped: awk fails"
    grep '^# step ' restored > found
    as_many found done.steps || die 2 "stopped: $whole does not hold the $(count done.steps) steps that were done; it belongs to another plan"
    cp restored "$HERE/restore/restore-records-$n.ldif" || die 2 "stopped: cannot write $HERE/restore/restore-records-$n.ldif"
    say "to put back what this run has deleted: restore/restore-records-$n.ldif, see the head of restore-records.ldif"
}

# outcome: which of the planned steps are still to be done after the change
outcome() {
    arrange planned first
    cat todo changed > lines || die 2 "stopped: cat fails"
    arrange lines left
    compare -12 first left failed
}

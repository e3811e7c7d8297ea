# Steps of a plan of records: names decoded, all steps seen, the way back.
#
# needs: arrange as_many count counted die fresh say show warn HERE N REHEARSAL STEPS TARGET
# provides: decode decoded not_there steps_there by_step rows_of judge stamped undated_steps all_seen check_way_back way_back outcome
# writes: absent at changed compared damaged differs done.steps failed first found left lines n name odd picked restored shown.all todo touched
#     undated DECODED WHOLE

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
    case $1 in
        *%*) DECODED=$(printf '%s\n' "$1" | decode) || DECODED='' ;;
        *) DECODED=$1 ;; # most names have nothing to decode
    esac
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

# by_step FILE NAME: its lines "NUMBER TEXT" into a file for each step, NAME.NUMBER, sorted: all at once, and not anew for every record
by_step() {
    arrange "$1" lines
    awk -v NAME="$2" '
        $1 != last {
            if ($1 ~ /[^0-9]/ || $1 == "") exit 1
            if (last != "") close(to)
            last = $1; to = NAME "." last
        }
        { print substr($0, length(last) + 2) > to }' lines || die 2 "stopped: awk fails"
}

# rows_of STEPS: the rows of the table whose steps are in this file, into picked
rows_of() {
    awk -F '|' 'FILENAME == ARGV[1] { want[$0] = 1; next } ($1 in want) { print }' "$1" table > picked || die 2 "stopped: awk fails"
    as_many "$1" picked || die 2 "stopped: awk loses lines"
}

# judge ROWS [decoded]: the steps by what the directory shows of them, into todo, absent and changed. ROWS has a line for each step,
# "NUMBER WHAT NAME", and WHAT is record, or another word where one value is to go; shown what the directory shows, "NUMBER TEXT", encoded,
# and "NUMBER" behind all of a step: one without is not judged; gone the steps whose record is not there; expected.all what the plan has
# seen, sorted. A record that was changed and reads the same
# belongs to a server that came back: now.stamps and seen.stamps are the times of the last change, "NUMBER TIME"; where the plan or the
# directory shows none, the step goes into undated. With the word decoded, names are said as the directory has them
judge() {
    fresh todo absent changed undated compared touched damaged odd
    arrange shown shown.all
    # a record is as planned when every line of the plan is among those that both have, and the directory shows no other one; not by comm,
    # which takes a line of more than 2,048 bytes for several up to 10.6
    awk '
        FILENAME == "expected.all" { planned[$1]++; copies[$0]++; next }
        FILENAME == "shown.all" && NF == 1 { answered[$1] = 1; next }
        FILENAME == "shown.all" { there[$1]++; if (($0 in copies) && met[$0]++ < copies[$0]) both[$1]++; next }
        FILENAME == "gone" { gone[$1] = answered[$1] = 1; next }
        { text = substr($0, length($1) + 2) }
        FILENAME == "seen.stamps" { was[$1] = text; next }
        FILENAME == "now.stamps" { at[$1] = times[$1]++ ? at[$1] " " text : text; next }
        !($1 in planned) { print $1 > "damaged"; next }
        !($1 in answered) { next }
        $2 != "record" { if (both[$1] + 0 > 0) print $1 > "todo"; else print $1 > "absent"; next }
        $1 in gone { print $1 > "absent"; next }
        { name = substr(text, length($2) + 2) }
        there[$1] + 0 != planned[$1] || both[$1] + 0 != planned[$1] { print $1 > "changed"; print $1 "||" name > "odd"; next }
        was[$1] == "" || at[$1] == "" { print $1 > "undated"; print $1 > "todo"; next }
        { print $1 > "compared" }
        times[$1] == 1 && at[$1] == was[$1] { print $1 > "todo"; next }
        { print $1 > "touched"; print $1 "|" at[$1] ", and the plan saw " was[$1] "|" name > "odd" }
        ' expected.all shown.all gone seen.stamps now.stamps "$1" || die 2 "stopped: awk fails"
    if [ -s damaged ]; then
        read -r n < damaged
        die 2 "stopped: this script is damaged: step $n expects nothing"
    fi
    while IFS='|' read -r n at name; do
        if [ "${2-}" = decoded ]; then
            decoded "$name"
            name=$DECODED
        fi
        if [ -n "$at" ]; then
            warn "changed since the plan saw it, although it reads the same: $name ($at)"
            continue
        fi
        warn "no longer as planned: $name"
        sed -n "s/^$n //p" shown.all > first
        sed -n "s/^$n //p" expected.all > left
        comm -3 first left > differs
        show differs >&2
    done < odd
    stamped
    all_seen
}

# stamped: what came of the times of change; a rehearsal's directory may have been filled after the export
stamped() {
    [ -s touched ] || return 0
    counted compared
    if [ "$REHEARSAL" = yes ] && [ "$N" -gt 1 ] && as_many touched compared; then
        warn "every record is younger than the plan: this directory was filled for this rehearsal. A real run would stop here."
        cat touched >> todo
    else
        cat touched >> changed
    fi
}

# undated_steps: what is not known is said
undated_steps() {
    [ -s undated ] || return 0
    say "$(count undated) of $(count table) records were compared by their values alone: the plan or the directory shows no time of change"
}

# all_seen: every step is in exactly one list; a tool that failed on the way must not pass for "nothing to do"
all_seen() {
    counted todo absent changed
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: the directory could not be compared with the plan"
}

# check_way_back: before anything is deleted
check_way_back() {
    WHOLE=$HERE/restore/restore-records.ldif
    [ -f "$WHOLE" ] || die 2 "stopped: $WHOLE is missing; copy the whole folder of the plan here. Nothing was changed."
    grep '^# step ' "$WHOLE" > found
    counted found
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: $WHOLE does not hold the $STEPS steps of this plan. Nothing was changed."
    [ -w "$HERE/restore" ] || die 2 "stopped: $HERE/restore cannot be written. Nothing was changed."
}

# way_back: what this run has deleted, out of the file that puts back all, into a file of its own
way_back() {
    # what was sent is known here, so that a tool that fails is no reason to say that nothing was deleted
    if ! awk 'FILENAME == "failed" { left[$0] = 1; next } !($0 in left) { print }' failed planned > done.steps; then
        warn "awk fails: what was deleted stands in $WHOLE, with all that the plan deletes"
        return 1
    fi
    [ -s done.steps ] || return 0
    n=1
    while [ -e "$HERE/restore/restore-records-$n.ldif" ]; do n=$((n + 1)); done
    # with its head, which says what it holds and whose it is
    # shellcheck disable=SC2016 # awk's own $
    awk 'BEGIN { while ((getline line < "done.steps") > 0) want["# step " line] = 1; RS = ""; FS = "\n" }
        NR == 1 || ($1 in want) { print; print "" }' "$WHOLE" > restored || fresh restored
    if [ ! -s restored ] || ! cp restored "$HERE/restore/restore-records-$n.ldif"; then
        warn "cannot write $HERE/restore/restore-records-$n.ldif: what was deleted stands in $WHOLE, with all that the plan deletes"
        return 1
    fi
    say "to put back what this run has deleted: restore/restore-records-$n.ldif, see the head of restore-records.ldif"
}

# outcome: which of the planned steps are still to be done after the change
outcome() {
    awk 'FILENAME != "planned" { left[$0] = 1; next } ($0 in left) { print }' todo changed planned > failed || die 2 "stopped: awk fails"
}

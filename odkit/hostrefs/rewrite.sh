usage() {
    say "usage: sh ${SELF##*/} [--apply] [--admin NAME] [--node NODE] [--rehearsal]"
    say "Without --apply it compares the directory with the plan and changes nothing."
}

# look: sort the steps into todo, absent (done already) and changed; half are mounts that stand under both names
look() {
    fresh todo absent changed half gone asked damaged odd
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        decoded "$read_path"
        if ask "$number" "$DECODED" "$keys"; then echo "$number $number value $keys" >> asked; else echo "$number" >> gone; fi
        [ "$what" = mount ] || continue
        decoded "$old_read"
        if ask "old.$number" "$DECODED" "$keys"; then echo "old.$number old.$number value $keys" >> asked; else echo "old.$number" >> gone; fi
    done < table
    answers
    # of a value the record must hold all that the plan names; of a mount the record must hold this and nothing else
    awk '
        function all_of(planned, met) { return planned + 0 > 0 && met + 0 == planned + 0 }
        function stands(step, planned, met) {
            if (step in gone) return "no"
            return (all_of(planned, met) && there[step] + 0 == planned + 0) ? "yes" : "odd"
        }
        function one_of(which, planned) { return used[which, $1, line]++ < planned[line] + 0 }
        FILENAME == "olds" { olds[$1]++; old[$0]++; next }
        FILENAME == "news" { news[$1]++; new[$0]++; next }
        FILENAME == "gone" { gone[$1] = 1; next }
        FILENAME == "shown" && NF == 1 { next }
        FILENAME == "shown" {
            there[$1]++; line = $0; sub(/^old\./, "", line)
            if (one_of("old", old)) met["old", $1]++
            if (one_of("new", new)) met["new", $1]++
            next
        }
        { split($0, field, "|"); n = field[1]; what = field[2] }
        what == "mount" {
            if (!(n in olds) || !(n in news)) { print n > "damaged"; next }
            now = stands("old." n, olds[n], met["old", "old." n]) ":" stands(n, news[n], met["new", n])
            if (now == "yes:no" || now == "yes:yes") print n > "todo"
            if (now == "yes:yes") print n > "half"
            if (now == "no:yes") print n > "absent"
            if (now !~ /^(yes:no|yes:yes|no:yes)$/) { print n > "changed"; print "mount|" $0 > "odd" }
            next
        }
        n in gone { print n > "changed"; print "gone|" $0 > "odd"; next }
        {
            now = (all_of(olds[n], met["old", n]) ? "yes" : "no") ":" (all_of(news[n], met["new", n]) ? "yes" : "no")
            first = what == "drop" ? "yes:yes" : "yes:no"; last = what == "add" ? "yes:yes" : "no:yes"
            if (now == first) print n > "todo"
            else if (now == last) print n > "absent"
            else { print n > "changed"; print "value|" $0 > "odd" }
        }' olds news gone shown table || die 2 "stopped: awk fails"
    if [ -s damaged ]; then
        read -r number < damaged
        die 2 "stopped: this script is damaged: step $number expects nothing"
    fi
    while IFS='|' read -r what number last target read_path keys old_target old_read; do
        decoded "$read_path"
        target=$DECODED
        case $what in
            gone) warn "no longer there: $target" ;;
            value) warn "no longer as planned: $target $keys" ;;
            mount)
                decoded "$old_read"
                warn "no longer as planned: $DECODED, or $target is another record"
                ;;
        esac
    done < odd
    all_seen
}

# value_lines: the changes of values, one dscl command each
value_lines() {
    rows_of todo
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        [ "$what" != mount ] || continue
        decoded "$target"
        case $what in
            value) printf 'change %s %s' "$DECODED" "$keys" ;;
            drop) printf 'delete %s %s' "$DECODED" "$keys" ;;
            add) printf 'merge %s %s' "$DECODED" "$keys" ;;
        esac
        if [ "$what" != add ]; then
            one_value "$number" olds
            quoted "$DECODED"
        fi
        if [ "$what" != drop ]; then
            one_value "$number" news
            quoted "$DECODED"
        fi
        printf '\n'
    done < picked
}

# mount_lines: mounts under their new name, with all that they hold
mount_lines() {
    fresh making
    rows_of todo
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        [ "$what" = mount ] || continue
        if grep -x "$number" half > /dev/null; then continue; fi
        decoded "$target"
        target=$DECODED
        echo "$number" >> making
        printf 'create %s\n' "$target"
        sed -n -e "/^$number RecordName /d" -e "s/^$number //p" news > values || die 2 "stopped: sed fails"
        [ -s values ] || die 2 "stopped: this script is damaged: step $number expects nothing"
        last=''
        while IFS= read -r line; do
            key=${line%% *}
            decoded "${line#* }"
            if [ "$key" != "$last" ]; then
                if [ -n "$last" ]; then printf '\n'; fi
                printf 'create %s %s' "$target" "$key"
                last=$key
            fi
            quoted "$DECODED"
        done < values
        printf '\n'
    done < picked
}

# old_lines: mounts under their old name go, where the new one stands as planned
old_lines() {
    rows_of half
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        decoded "$old_target"
        printf 'delete %s\n' "$DECODED"
    done < picked
}

# still_named: who in the directory has a home on the mounts that are to go, those that the export did not have among them
still_named() {
    fresh homes
    for list in "/Users NFSHomeDirectory" "/Users HomeDirectory" "/Groups HomeDirectory" "/ComputerGroups HomeDirectory"; do
        dscl "$NODE" -list "${list%% *}" "${list#* }" < /dev/null > found 2> err
        code=$?
        if not_there "$code"; then continue; fi
        if [ "$code" != 0 ]; then
            show err >&2
            die 2 "stopped: dscl -list ${list%% *} ends with $code; the old mounts stay"
        fi
        cat found >> homes || die 2 "stopped: cat fails"
    done
    fresh marks
    while IFS= read -r number; do
        home_marks > found || die 2 "stopped: cat fails"
        sed -n "s/^$number //p" found > lines || die 2 "stopped: sed fails"
        [ -s lines ] || die 2 "stopped: this script is damaged: step $number names no home"
        decode < lines > decoded.marks || die 2 "stopped: awk fails"
        as_many lines decoded.marks || die 2 "stopped: awk loses lines"
        cat decoded.marks >> marks || die 2 "stopped: cat fails"
    done < half
    [ -s marks ] || die 2 "stopped: the homes on the old mounts could not be looked for; the mounts stay"
    grep -F -i -f marks homes > lines
    if [ $? -gt 1 ]; then die 2 "stopped: grep fails; the old mounts stay"; fi
    # the name of the record alone: a home may hold what is nobody else's business
    sed 's/[[:space:]].*//' lines > named || die 2 "stopped: sed fails"
}

# batch FILE: dscl asks for the password; the status of a batch says nothing, what counts is what the reads find
batch() {
    [ -s "$1" ] || return 0
    echo quit >> "$1"
    say "dscl asks for the password of $ADMIN"
    printf '%s' "$MARK"
    dscl -q -u "$ADMIN" -p "$NODE" < "$1" > out 2> err
    cat out err >> notes
    look
}

# stop_here WHY: what was sent stands, nothing is deleted
stop_here() {
    show notes >&2
    die 1 "$1"
}

main() {
    set -u
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
    say "plan $PLAN"
    steps > table
    before_values > olds
    after_values > news
    steps_there
    by_step olds olds
    by_step news news
    check_node
    look
    if [ -s changed ]; then
        die 3 "stopped: $(count changed) of $(count table) steps are no longer as planned; nothing was changed. Make a new plan."
    fi
    if [ ! -s todo ]; then
        say "nothing to change: 0 changed, $(count absent) as wanted, 0 failed"
        exit 0
    fi
    mount_lines > creates
    value_lines > changes
    sed -n 's/^\([0-9]*\)|mount|.*/\1/p' table > mounts || die 2 "stopped: sed fails"
    arrange mounts mounts.all
    arrange todo left
    compare -23 left mounts.all values
    as_many changes values || die 2 "stopped: $(count changes) commands for $(count values) values; nothing was changed"
    arrange half half.all
    compare -12 left mounts.all lines
    compare -23 lines half.all new
    as_many making new || die 2 "stopped: $(count making) of $(count new) mounts would be made; nothing was changed"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would give these commands to dscl at $NODE:"
        show creates
        show changes
        say "and then delete the mounts under their old names. Nothing was changed."
        say "would be: $(count todo) changed, $(count absent) as wanted."
        exit 0
    fi
    cp todo planned
    cp absent done.before
    fresh notes
    SENT="changes were sent, and what came of them is not known; compare again: sh $SELF"
    batch creates
    arrange planned left
    compare -12 mounts.all left waiting
    cat half absent > lines || die 2 "stopped: cat fails"
    arrange lines made
    compare -23 waiting made failed
    if [ -s failed ]; then stop_here "stopped: a mount could not be made as planned; no value was changed, and nothing deleted"; fi
    batch changes
    cat todo changed > lines || die 2 "stopped: cat fails"
    arrange lines left
    compare -23 left mounts.all failed
    if [ -s failed ]; then stop_here "stopped: $(count failed) values could not be changed; no mount was deleted"; fi
    if [ -s half ]; then
        still_named
        if [ -s named ]; then
            show named >&2
            stop_here "stopped: $(count named) homes are still on mounts of $OLD, which stay. Apply the -rest.ldif file, or move them; then run this again"
        fi
    fi
    old_lines > deletes
    as_many deletes half || die 2 "stopped: $(count deletes) commands for $(count half) mounts; the old mounts stay"
    batch deletes
    outcome
    if [ -s failed ]; then show notes >&2; fi
    results changed planned "were as wanted" done.before failed
    if [ -s failed ]; then exit 1; fi
    exit 0
}

# takes out of a stopped server what the plan has loaded and nobody has changed since; usage and take are the server's own

# rows FILE TO: a line for each record, its lines joined by a control character, which no line of LDIF holds; sorted
rows() {
    awk 'BEGIN { RS = ""; FS = "\n" } { line = $1; for (i = 2; i <= NF; i++) line = line "\001" $i; print line }' "$1" > lines ||
        die 2 "stopped: awk fails"
    arrange lines "$2"
}

# names_of WHAT.rows...: of each the lines that name its records, into WHAT.names, sorted; none is lost
names_of() {
    for list in "$@"; do fresh "$list.names"; done
    awk '{ sub(/\001.*/, ""); print > (FILENAME ".names") }' "$@" || die 2 "stopped: awk fails"
    named=0
    for list in "$@"; do
        arrange "$list.names" "${list%.rows}.names"
        named=$((named + N))
    done
    counted "$@"
    [ "$named" -eq "$N" ] || die 2 "stopped: awk loses lines"
}

# needed: the records above those that stay, without which the server would not find these; a name in base64 tells no parent, so that with one
# every record stays that has a record below it
needed() {
    awk '
        function above(name) { return index(name, ",") ? "dn: " substr(name, index(name, ",") + 1) : "" }
        FILENAME == "planned.names" { up[above($0)] = 1; next }
        FILENAME == "present.names" { there[$0] = 1; up[above($0)] = 1; next }
        /^dn::/ { every = 1; next }
        { for (name = above($0); name != "" && !(name in stay); name = above(name)) stay[name] = 1 }
        END {
            if (every) for (name in up) stay[name] = 1
            for (name in stay) if (name in there) print name
        }' planned.names present.names kept.names > lines || die 2 "stopped: awk fails"
    arrange lines above.names
}

# sort_records: same (as planned), changed (planned, and others now), added (by somebody else), absent; and what goes
sort_records() {
    rows present present.rows
    rows planned planned.rows
    compare -12 planned.rows present.rows same.rows
    compare -13 planned.rows present.rows kept.rows
    names_of present.rows planned.rows same.rows kept.rows
    compare -12 planned.names kept.names changed
    compare -13 planned.names kept.names added
    compare -23 planned.names present.names absent
    needed
    compare -12 same.names above.names below
    compare -23 same.names above.names going
}

# stays TO: the records that stay, with all that the server wrote into them
stays() {
    unfolded raw > whole.ldif
    cat kept.names below > staying || die 2 "stopped: cat fails"
    awk 'BEGIN { while ((getline line < "staying") > 0) stay[line] = 1; RS = ""; FS = "\n" } ($1 in stay) { print; print "" }' \
        whole.ldif > "$1" || die 2 "stopped: awk fails"
    dns "$1" stay.names
    as_many stay.names staying || die 2 "stopped: awk loses records"
}

backup() {
    n=1
    while [ -e "$HERE/before-$n.ldif" ]; do n=$((n + 1)); done
    cp raw "$HERE/before-$n.ldif" || die 2 "stopped: cannot write $HERE/before-$n.ldif; nothing was changed"
    cmp -s raw "$HERE/before-$n.ldif" || die 2 "stopped: $HERE/before-$n.ldif is not whole; nothing was changed"
    say "backup: $HERE/before-$n.ldif (it holds passwords, keep it secret)"
}

unload() {
    SENT="the database was being made anew; what it held before is in $HERE/before-$n.ldif"
    if ! filled stay.ldif; then
        show err >&2
        filled "$HERE/before-$n.ldif" || die 1 "failed, and the database could not be put back"
        given_back
        SENT=''
        die 1 "failed: $SERVER does not take the records that stay; the database is as it was"
    fi
    given_back
    SENT=''
}

main() {
    set -u
    own_folder .
    LC_ALL=C CONFIG=''
    export LC_ALL
    options "$@"
    look
    held
    if [ ! -s present ]; then
        say "nothing to take out: the database is empty"
        exit 0
    fi
    sort_records
    if [ -s changed ]; then
        say "kept, because somebody has changed them since:"
        show changed
    fi
    if [ -s added ]; then
        say "kept, because this plan has not loaded them:"
        show added
    fi
    if [ -s below ]; then say "kept, because a record below them stays: $(count below)"; fi
    counted going
    if [ "$N" = 0 ]; then
        say "nothing to take out: 0 of $ENTRIES records are there as they were loaded and can go, $(count absent) absent"
        exit 0
    fi
    stays stay.ldif
    server_stopped
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would take $(count going) of $ENTRIES records out of $PLACE. Nothing was changed."
        exit 0
    fi
    backup
    unload
    say "$(count going) records taken out, $(count staying) stay, $(count absent) were absent, 0 failed."
    exit 0
}

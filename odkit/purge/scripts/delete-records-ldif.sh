usage() {
    say "usage: sh delete-records-ldif.sh [--apply] [--uri URI] [--bind DN] [--rehearsal]"
    say "Without --apply it compares the directory with the plan and changes nothing."
}

# fetch DN: the entry as sorted, unfolded lines in the form of the plan, into the file entry; an empty file when it is not there. The
# time of its last change into the file stamp
fetch() {
    ldapsearch -x -LLL -H "$URI" -s base -b "$1" '(objectClass=*)' '*' modifyTimestamp < /dev/null > found 2> err
    code=$?
    case $code in
        0) ;;
        32) ;; # noSuchObject
        *)
            show err >&2
            die 2 "stopped: ldapsearch ends with $code"
            ;;
    esac
    : > stamp
    awk "$ENC"'
        function take(   i, name, bare) {
            if (line !~ /^[A-Za-z0-9]/) return
            i = index(line, ":"); name = tolower(substr(line, 1, i - 1)); bare = name; sub(/;.*/, "", bare)
            if (name == "modifytimestamp") { if (substr(line, i, 2) == ": ") print enc(substr(line, i + 2)) > "stamp" }
            else if (!(bare in hide)) print enc(name substr(line, i))
        }
        FILENAME == "hidden" { hide[$0] = 1; next }
        /^ / { line = line substr($0, 2); next }
        { take(); line = $0 }
        END { take() }' hidden found > lines || die 2 "stopped: awk fails"
    arrange lines entry
    if [ "$code" = 0 ] && [ ! -s entry ]; then die 2 "stopped: $URI shows nothing of an entry that is there"; fi
}

# look: sort the steps into todo, absent and changed
look() {
    : > todo
    : > absent
    : > changed
    : > undated
    : > compared
    : > touched
    while read -r number what name; do
        decoded "$name"
        fetch "$DECODED"
        [ -s "wanted.$number" ] || die 2 "stopped: this script is damaged: step $number expects nothing"
        if [ "$what" = record ]; then
            if [ "$code" = 32 ]; then
                echo "$number" >> absent
            elif cmp -s entry "wanted.$number"; then
                if same_stamp "$number" "$name"; then echo "$number" >> todo; fi
            else
                echo "$number" >> changed
                warn "no longer as planned: $name"
                comm -3 entry "wanted.$number" > differs
                show differs >&2
            fi
        else
            compare -12 entry "wanted.$number" same
            if [ -s same ]; then echo "$number" >> todo; else echo "$number" >> absent; fi
        fi
    done < table
    stamped
    all_seen
}

main() {
    set -u
    HERE=$(cd "$(dirname "$SELF")" && pwd) || exit 2
    LC_ALL=C URI=ldap://127.0.0.1
    export LC_ALL
    options "$@"
    need awk cat cmp comm cp dirname grep id ldapmodify ldapsearch mktemp mv rm sed slapconfig sort sw_vers tr
    workplace
    surroundings
    one_plan
    [ -f "$HERE/delete-records.ldif" ] || die 2 "stopped: $HERE/delete-records.ldif is missing"
    steps > table
    expected > expectations
    masked > hidden
    stamps > seen.stamps
    steps_there
    by_step expectations wanted
    by_step seen.stamps was
    check_way_back
    # a server of another domain would have none of the entries, and all would seem to be done
    decoded "$SUFFIX"
    ldapsearch -x -LLL -H "$URI" -s base -b "$DECODED" '(objectClass=*)' objectClass < /dev/null > found 2> err ||
        die 2 "stopped: $URI does not hold $SUFFIX, or does not show it; nothing was changed"
    grep -i '^objectClass:' found > /dev/null || die 2 "stopped: $URI does not show $SUFFIX; nothing was changed"
    look
    if [ -s changed ]; then
        die 3 "stopped: $(count changed) of $(count table) records are no longer as planned; nothing was changed. Make a new plan."
    fi
    undated_steps
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed"
        exit 0
    fi
    pick "$HERE/delete-records.ldif"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would run ldapmodify with:"
        grep -v '^control: ' changes > shown
        show shown
        say "would be: $(count todo) deleted, $(count absent) absent. Nothing was changed."
        exit 0
    fi
    modify
    results deleted planned absent before failed
    way_back || exit 1
    if [ -s failed ]; then exit 1; fi
    exit 0
}

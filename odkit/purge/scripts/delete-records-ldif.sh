usage() {
    say "usage: sh delete-records-ldif.sh [--apply] [--uri URI] [--bind DN] [--rehearsal]"
    say "Without --apply it compares the directory with the plan and changes nothing."
}

# fetch NUMBER DN: the entry as ldapsearch prints it, into the file found.NUMBER, with the time of its last change; code is 32 when it is
# not there
fetch() {
    ldapsearch -x -LLL -H "$URI" -s base -b "$2" '(objectClass=*)' '*' modifyTimestamp < /dev/null > "found.$1" 2> err
    code=$?
    case $code in
        0) ;;
        32) ;; # noSuchObject
        *)
            show err >&2
            die 2 "stopped: ldapsearch ends with $code"
            ;;
    esac
}

# entries: what was found, for each step of answers ("NUMBER FOUND"), as unfolded lines in the form of the plan, into shown, and "NUMBER"
# behind all of them; the times of the last change into now.stamps
entries() {
    fresh now.stamps silent
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        function take(   i, name, bare) {
            if (line !~ /^[A-Za-z0-9]/) return
            i = index(line, ":"); name = tolower(substr(line, 1, i - 1)); bare = name; sub(/;.*/, "", bare)
            if (name == "modifytimestamp") { if (substr(line, i, 2) == ": ") print step " " enc(substr(line, i + 2)) > "now.stamps" }
            else if (!(bare in hide)) { print step " " enc(name substr(line, i)); says = 1 }
        }
        FILENAME == "hidden" { hide[$0] = 1; next }
        FILENAME == "gone" { gone[$1] = 1; next }
        {
            step = $1; from = "found." $2; line = ""; says = 0
            while ((got = (getline text < from)) > 0) {
                if (text ~ /^ /) line = line substr(text, 2)
                else { take(); line = text }
            }
            if (got < 0) exit 1
            take(); close(from)
            if (!says && !(step in gone)) print step > "silent"
            print step
        }' hidden gone answers > shown || die 2 "stopped: awk fails"
    if [ -s silent ]; then die 2 "stopped: $URI shows nothing of an entry that is there"; fi
}

# look: sort the steps into todo, absent and changed
look() {
    fresh gone answers
    asked=''
    while read -r number name; do
        name=${name#* }
        # several values of one entry are steps behind each other: it is asked for once
        if [ "$name" != "$asked" ]; then
            decoded "$name"
            fetch "$number" "$DECODED"
            asked=$name
            answer=$number
        fi
        echo "$number $answer" >> answers
        if [ "$code" = 32 ]; then echo "$number" >> gone; fi
    done < table
    entries
    judge table
}

main() {
    set -u
    own_folder .
    LC_ALL=C URI=ldap://127.0.0.1
    export LC_ALL
    options "$@"
    need awk cat comm cp grep id ldapmodify ldapsearch mktemp mv rm sed slapconfig sort sw_vers tr
    workplace
    surroundings
    one_plan
    [ -f "$HERE/delete-records.ldif" ] || die 2 "stopped: $HERE/delete-records.ldif is missing"
    steps > table
    expected > expectations
    masked > hidden
    stamps > seen.stamps
    steps_there
    arrange expectations expected.all
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

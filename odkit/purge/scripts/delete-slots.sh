# overrides: take

usage() {
    say "usage: sh delete-slots.sh [--apply] [--uri URI] [--rehearsal]"
    say "Without --apply it shows which Password Server slots it would delete and changes nothing."
}

take() {
    case $1 in
        --uri) URI=$2 ;;
        *) return 1 ;;
    esac
}

# held TO: the slots that the Password Server lists; the form of the list is not documented, the slot in it is
held() {
    mkpassdb -list < /dev/null > raw 2> err
    code=$?
    if [ "$code" != 0 ]; then
        show err >&2
        die 2 "stopped: mkpassdb -list ends with $code"
    fi
    # shellcheck disable=SC2016 # awk's own $
    awk '{
        s = tolower($0)
        while ((i = index(s, "0x")) > 0) {
            s = substr(s, i + 2); slot = substr(s, 1, 32)
            if (length(slot) == 32 && slot !~ /[^0-9a-f]/) print "0x" slot
        }
    }' raw > lines || die 2 "stopped: awk fails"
    [ -s lines ] || die 2 "stopped: mkpassdb -list shows no slot; nothing was deleted"
    sort -u < lines > "$1" || die 2 "stopped: sort fails"
}

# gone PATH: the record must not be there any more; a slot whose record lives is somebody's password
gone() {
    dscl "$NODE" -read "$1" RecordName < /dev/null > said 2> err
    code=$?
    if not_there "$code"; then return 0; fi
    if [ "$code" = 0 ]; then return 1; fi
    show said >&2
    show err >&2
    die 2 "stopped: dscl -read ends with $code"
}

# unclaimed SLOT: no record of the directory may point at it; a server that shows nothing at all would look as if none did
unclaimed() {
    digits=${1#0x}
    upper=$(printf '%s\n' "$digits" | tr '[:lower:]' '[:upper:]')
    ldapsearch -x -LLL -H "$URI" -b "$SUFFIX" "(|(authAuthority=*0x$digits*)(authAuthority=*0x$upper*))" dn < /dev/null > said 2> err || {
        show err >&2
        die 2 "stopped: ldapsearch cannot ask $URI for records with the slot $1; nothing was deleted"
    }
    if grep '^dn:' said > /dev/null; then
        show said >&2
        die 3 "stopped: this record points at the slot $1; nothing was deleted. Make a new plan."
    fi
}

main() {
    set -u
    own_folder .
    LC_ALL=C NODE=/LDAPv3/127.0.0.1 URI=ldap://127.0.0.1
    export LC_ALL
    options "$@"
    need awk cat comm cp dscl grep id ldapsearch mkpassdb mktemp rm sed slapconfig sort sw_vers tr
    workplace
    surroundings
    one_plan
    # a verb that the man page has, but no manual explains: only where this mkpassdb knows it
    mkpassdb -help > raw 2>&1 < /dev/null
    grep -e '-deleteslot' raw > /dev/null || die 3 "stopped: this mkpassdb does not know -deleteslot; delete the slots in Workgroup Manager"
    slots > table || die 2 "stopped: cannot write to $WORK"
    counted table
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: this script is damaged: it does not hold its $STEPS slots"
    ldapsearch -x -LLL -H "$URI" -b "$SUFFIX" '(authAuthority=*)' dn < /dev/null > said 2> err
    grep '^dn:' said > /dev/null || {
        show err >&2
        die 2 "stopped: $URI shows no authAuthority of any record, so that nobody can tell whose a slot is; nothing was deleted"
    }
    fresh wanted
    while read -r slot name; do
        decoded "$name"
        if gone "$DECODED"; then
            unclaimed "$slot"
            echo "$slot" >> wanted
        else
            die 3 "stopped: the record $name is still there; run delete-records.sh first. Nothing was deleted."
        fi
    done < table
    arrange wanted first
    held now
    compare -12 first now todo
    compare -23 first now absent
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed"
        exit 0
    fi
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would delete these $(count todo) slots, which cannot be put back:"
        show todo
        exit 0
    fi
    SENT="slots were deleted, and what came of it is not known; run it again without --apply"
    while read -r slot; do
        mkpassdb -deleteslot "$slot" < /dev/null > out 2> err || show err >&2
    done < todo
    held after
    compare -12 todo after failed
    results deleted todo absent absent failed
    if [ -s failed ]; then exit 1; fi
    exit 0
}

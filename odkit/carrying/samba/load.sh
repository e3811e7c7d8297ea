# collisions: what the domain has of what the plan would make, named; nothing of it is ever changed
collisions() {
    fresh taken
    claims > wanted
    while IFS='|' read -r where filter; do
        case $where in
            anywhere) asked "$filter" -b "$BASE" dn ;;
            deleted) asked "$filter" -b "$BASE" --show-deleted --show-recycled dn ;;
            *) asked "$filter" -b "$where,$BASE" -s one dn ;;
        esac
        awk '/^dn:/' found.ldif >> taken || die 2 "stopped: awk fails"
    done < wanted
    sort -u taken > lines || die 2 "stopped: sort fails"
    [ -s lines ] || return 0
    warn "the domain has what the plan would make, or remains of it (a name, number, GUID, principal or service name):"
    show lines >&2
    die 3 "stopped: nothing was loaded. Make an ldbsearch of the domain and a new plan with --target-export: what it has is left out then."
}

# not_outdated: the passwords count as set when the plan was made; the domain must not take them all for too old
not_outdated() {
    asked '(objectClass=domainDNS)' -b "$BASE" -s base maxPwdAge
    seconds=$(date +%s) || die 2 "stopped: date does not tell the time"
    # 100 nanoseconds, below zero; the lowest number is "never"
    awk -v "now=$seconds" -v "made=$MOMENT" '
        $1 == "maxPwdAge:" { longest = -$2 / 10000000 }
        END { exit (longest > 0 && longest < 900000000000 && now - made > longest) }' found.ldif ||
        die 3 "stopped: the plan is older than the domain lets a password be (maxPwdAge), so that everybody would have to change his at once;" \
            "make a new plan from the same inputs"
}

# both DATABASE: the two files, each in one transaction of its own
both() {
    ldbadd -H "$1" --relax "$HERE/add.ldif" > out 2> err < /dev/null || return 1
    [ "$SECRETS" = 0 ] || ldbmodify -H "$1" --controls="$CONTROL" "$HERE/secrets.ldif" > out 2> err < /dev/null || return 2
}

# arrived WHERE: the database holds what the files say
arrived() {
    present there.lines
    cmp -s plan.lines there.lines
}

# on_a_copy: the server's own tools take both files, and store what they say
on_a_copy() {
    real=$SAM
    mkdir copy || die 2 "stopped: cannot make a folder for a copy of the database"
    cp -R "$PRIVATE"/*.ldb "$PRIVATE/sam.ldb.d" copy || die 2 "stopped: cannot copy the database"
    if [ -f "$PRIVATE/encrypted_secrets.key" ]; then
        cp "$PRIVATE/encrypted_secrets.key" copy || die 2 "stopped: cannot copy the database"
    fi
    SAM=$WORK/copy/sam.ldb
    both "$SAM" || {
        show err >&2
        die 3 "stopped: Samba does not take the files into a copy of its database; nothing was changed"
    }
    arrived || die 3 "stopped: a copy of the database does not hold what was loaded into it; nothing was changed"
    SAM=$real
    rm -r copy
    say "loaded into a copy of the database: all $OBJECTS objects arrive"
}

# undo: nothing of the plan stays
undo() {
    asked "(adminDescription=$OWNED*)" objectGUID
    guids found.ldif objects
    gone objects
    if [ "$LEFT" != 0 ]; then
        show err >&2
        die 1 "failed: $LEFT objects of this plan are still in the domain; run sh unload.sh --apply"
    fi
}

load() {
    SENT="the load was started, and what came of it is not known: run sh load.sh --apply again, or sh unload.sh --apply for the way back"
    both "$SAM"
    code=$?
    if [ "$code" = 0 ] && arrived; then return 0; fi
    show err >&2
    if [ "$code" = 1 ]; then
        SENT=''
        die 1 "failed: ldbadd does not take add.ldif; it is one transaction, and nothing was changed"
    fi
    undo
    SENT=''
    die 1 "failed: the passwords were not stored; all objects of the plan were taken back, and nothing of it is in the domain"
}

main() {
    set -u
    own_folder .
    NAME=load.sh WHAT="Brings the users and groups of the plan into the domain of this controller."
    # everything that holds keys stays in this folder, also after kill -9
    LC_ALL=C TMPDIR=$HERE CONFIG=/etc/samba/smb.conf
    export LC_ALL TMPDIR
    options "$@"
    need awk cmp comm cp date grep id ldbadd ldbdel ldbmodify ldbsearch mkdir mktemp rm samba sort tail testparm tr xargs
    check_root
    workplace
    one_plan
    whole
    database
    number "(adminDescription=$OWNED*)" dn
    there=$N
    number "(adminDescription=$OWNED: with password)" dn
    if [ "$there" != 0 ]; then
        if [ "$N" != 0 ] || [ "$SECRETS" = 0 ]; then
            say "nothing to load: $there of $OBJECTS objects are there from an earlier run; what was changed or deleted since is left as it is"
            exit 0
        fi
        say "an earlier run was ended between the two files: its $there objects have no password"
        [ "$APPLY" = yes ] || die 1 "--apply takes them back and loads again"
        undo
    fi
    not_outdated
    collisions
    on_a_copy
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would make these $OBJECTS objects in $BASE. Nothing was changed."
        exit 0
    fi
    load
    SENT=''
    say "$OBJECTS loaded and compared, 0 failed; $SECRETS of them with a password"
    say "the way back: sh unload.sh"
    exit 0
}

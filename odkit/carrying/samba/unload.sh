main() {
    set -u
    own_folder .
    NAME=unload.sh WHAT="Takes the objects of the plan out of the domain again, but those whose password or state somebody has changed since."
    LC_ALL=C TMPDIR=$HERE CONFIG=/etc/samba/smb.conf
    export LC_ALL TMPDIR
    options "$@"
    need awk cmp comm cp grep id ldbdel ldbsearch mktemp rm samba sort tail testparm tr xargs
    check_root
    workplace
    one_plan
    whole
    database
    present there.lines
    if [ ! -s there.lines ]; then
        say "nothing to take out: 0 deleted, $OBJECTS absent, 0 failed"
        exit 0
    fi
    # an object stays when one of its lines is not that of the plan; one without a password when it has got one
    compare -13 plan.lines there.lines other
    awk '{ print $1 }' other > lines || die 2 "stopped: awk fails"
    sort -u lines > kept || die 2 "stopped: sort fails"
    asked "(&(adminDescription=$OWNED)(unicodePwd=*))" sAMAccountName
    canonical found.ldif > first
    awk '$1 == "samaccountname::" { print $2 }' first >> kept || die 2 "stopped: awk fails"
    asked "(adminDescription=$OWNED*)" sAMAccountName objectGUID
    canonical found.ldif > first
    awk '
        FILENAME == "kept" { kept[$1] = 1; next }
        $1 == "samaccountname::" { name = $2 }
        $1 == "objectguid::" { n++ }
        $1 == "" && name != "" { if (!(name in kept)) print n; name = "" }' kept first > todo || die 2 "stopped: awk fails"
    awk '
        FILENAME == "todo" { todo[$1] = 1; next }
        /^objectGUID: / { n++; if (n in todo) print }' todo found.ldif > todo.guids || die 2 "stopped: awk fails"
    number "(adminDescription=$OWNED*)" dn
    there=$N
    as_many todo todo.guids || die 2 "stopped: awk loses lines"
    todo=$(count todo)
    [ "$todo" = "$there" ] || say "kept, because somebody has changed the password, the state or the members since: $((there - todo))"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would delete $todo objects of this plan. Nothing was changed."
        exit 0
    fi
    SENT="deletions were sent, and what came of them is not known"
    guids todo.guids objects
    gone objects
    SENT=''
    say "$((todo - LEFT)) deleted, $((OBJECTS - there)) absent, $LEFT failed"
    [ "$LEFT" = 0 ] || exit 1
    exit 0
}

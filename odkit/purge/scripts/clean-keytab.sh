usage() {
    say "usage: sh ${SELF##*/} [--apply] [--keytab FILE]$MORE [--rehearsal]"
    say "Without --apply it shows which keys it would remove and changes nothing."
}

# names TO: the names in the keytab, encoded, each once
names() {
    list_keytab found
    encode < found > lines || die 2 "stopped: awk fails"
    as_many found lines || die 2 "stopped: awk loses lines"
    sort -u < lines > "$1" || die 2 "stopped: sort fails"
}

main() {
    set -u
    own_folder .
    LC_ALL=C SS_READLINE_PATH=none KEYTAB=/etc/krb5.keytab
    export LC_ALL SS_READLINE_PATH
    options "$@"
    case $KEYTAB in
        /*) ;;
        *) die 2 "stopped: --keytab takes a whole path, and $KEYTAB is none" ;;
    esac
    case $KEYTAB in *[!A-Za-z0-9/._-]*) die 2 "stopped: a path with other than letters, digits and /._- cannot be given to these tools" ;; esac
    [ -f "$KEYTAB" ] || die 2 "stopped: $KEYTAB is not there"
    need awk cat comm cp grep mktemp rm sed sort
    need_keytab
    workplace
    member
    opened || die 2 "stopped: kadmin.local cannot open the database of $REALM here; give the realm of this machine's Local KDC with --realm (10.4 members have none)"
    one_plan
    names now
    [ -s now ] || die 3 "stopped: $KEYTAB holds no key; nothing was changed"
    keys > lines || die 2 "stopped: cannot write to $WORK"
    arrange lines wanted
    [ "$N" -eq "$KEYS" ] || die 2 "stopped: this script is damaged: it does not hold its $KEYS names"
    planned > lines || die 2 "stopped: cannot write to $WORK"
    arrange lines planned.all
    [ "$N" -eq "$NAMES" ] || die 2 "stopped: this script is damaged: it does not hold its $NAMES names"
    compare -12 wanted now todo
    compare -23 wanted now absent
    compare -23 now planned.all new
    compare -13 now planned.all missing
    compare -23 missing wanted missing.others
    if [ -s new ] || [ -s missing.others ]; then
        warn "$KEYTAB is not the keytab that the plan was made from."
        show new >&2
        show missing.others >&2
        die 3 "stopped: nothing was removed. Give the right one with --keytab, or make a new plan."
    fi
    if [ ! -s todo ]; then
        say "nothing to remove: 0 removed, $(count absent) absent, 0 failed"
        exit 0
    fi
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would keep a copy of $KEYTAB and remove the keys of these $(count todo) names:"
        show todo
        say "would be: $(count todo) removed, $(count absent) absent. Nothing was changed."
        exit 0
    fi
    n=1
    while [ -e "$KEYTAB.odkit-$n" ]; do n=$((n + 1)); done
    cp -p "$KEYTAB" "$KEYTAB.odkit-$n" || die 2 "stopped: cannot copy $KEYTAB; nothing was removed"
    say "the keytab as it was: $KEYTAB.odkit-$n (it holds keys, keep it secret)"
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        FILENAME == "todo" { want[$0] = 1; next }
        (enc($0) in want) && !($0 in seen) { seen[$0] = 1; print }' todo found > exact
    as_many exact todo || die 3 "stopped: $(count exact) names for $(count todo); nothing was removed"
    SENT="keys were removed, and what came of it is not known. The keytab as it was: $KEYTAB.odkit-$n"
    remove_keys
    names after
    compare -12 todo after failed
    compare -23 now after lost
    compare -23 lost todo lost.others
    if [ -s failed ]; then
        warn "not removed:"
        show failed >&2
        show err >&2
    fi
    if [ -s lost.others ]; then
        warn "gone as well, and not meant:"
        show lost.others >&2
    fi
    results removed todo absent absent failed
    say "to put them back: cp -p $KEYTAB.odkit-$n $KEYTAB"
    if [ -s failed ] || [ -s lost.others ]; then exit 1; fi
    exit 0
}

# only what nobody has made since the plan: load -update overwrites without a word
none_taken() {
    [ -s taken ] || return 0
    warn "these names have appeared in $REALM, or were changed, since the plan was made, and not by this script:"
    show taken >&2
    die 3 "stopped: nothing was loaded. Make a new dump of the target and a new plan: names that it has are left out then."
}

# same KEYS DUMP WHERE: the database holds exactly these keys
same() {
    keys_of "$2" found.keys
    cmp -s "$1" found.keys || die 3 "stopped: $3 does not hold what was loaded into it; nothing was changed"
}

copy_refused() {
    show err >&2
    die 3 "stopped: kdb5_util cannot load the file into a copy of the database; nothing was changed"
}

# a refused load -update can leave a database that no KDC opens; so the file is loaded into a database of its own first, then into a copy
rehearse_load() {
    part todo plan.dump todo.dump
    keys_of todo.dump todo.keys
    # kdb5_util opens no database without a master key
    awk -F '\t' -v "name=$MASTER" "$ENC"'$1 == "princ" && enc($7) == name' now.dump > master.part || die 2 "stopped: awk fails"
    cat todo.dump master.part > scratch.in || die 2 "stopped: cat fails"
    keys_of scratch.in scratch.keys
    kdb5_util -r "$REALM" -d "$WORK/scratch" load scratch.in > out 2> err || {
        show err >&2
        die 3 "stopped: kdb5_util refuses the file; nothing was changed"
    }
    dump_kdc scratch.dump "$WORK/scratch" || die 3 "stopped: the scratch database cannot be dumped; nothing was changed"
    same scratch.keys scratch.dump "a scratch database"
    kdb5_util -r "$REALM" -d "$WORK/copy" load now.dump > out 2> err || copy_refused
    kdb5_util -r "$REALM" -d "$WORK/copy" load -update todo.dump > out 2> err || copy_refused
    dump_kdc copy.dump "$WORK/copy" || die 3 "stopped: the copy cannot be dumped; nothing was changed"
    cat now.keys todo.keys > lines || die 2 "stopped: cat fails"
    arrange lines both.keys
    same both.keys copy.dump "a copy of the database"
    say "loaded into a scratch database and into a copy of this one: $(count todo) principals arrive, all others stay as they are"
}

backup() {
    n=1
    while [ -e "$HERE/before-$n.dump" ]; do n=$((n + 1)); done
    cp now.dump "$HERE/before-$n.dump" || die 2 "stopped: cannot write $HERE/before-$n.dump; nothing was changed"
    cmp -s now.dump "$HERE/before-$n.dump" || die 2 "stopped: $HERE/before-$n.dump is not whole; nothing was changed"
    say "backup: $HERE/before-$n.dump (it holds keys, keep it secret)"
}

# remember: written whole or not at all, so that a second run knows what a first one has brought
remember() {
    if ! sort -u ledger arrived > "$HERE/.loaded.txt" || ! mv "$HERE/.loaded.txt" "$HERE/loaded.txt"; then
        warn "cannot write $HERE/loaded.txt: a second run will take changed passwords for names of somebody else, and stop"
    fi
}

# bring: the load itself; what came of it is seen afterwards
bring() {
    kdb5_util -r "$REALM" load -update todo.dump > out 2> err || {
        show err >&2
        warn "kdb5_util failed. If the KDC answers now that no service is available, make the lock file again that it lost:"
        warn "touch DATABASE.kadm5.lock, where DATABASE is database_name of kdc.conf (mostly principal)"
    }
}

load() {
    SENT="the load was started, and what came of it is not known. Backup: $HERE/before-$n.dump"
    bring
    dump_kdc after.dump || die 1 "the KDC cannot be dumped after the load"
    keys_of after.dump after.keys
    compare -12 todo.keys after.keys arrived.keys
    names_of arrived.keys arrived
    arrange todo todo.sorted
    compare -23 todo.sorted arrived failed
    compare -23 now.keys after.keys lost.keys
    names_of lost.keys lost
    remember
}

main() {
    set -u
    own_folder .
    NAME=load.sh WHAT="Brings the carried principals into the KDC of $REALM."
    # everything that holds keys stays in this folder, also after kill -9
    LC_ALL=C SS_READLINE_PATH=none TMPDIR=$HERE
    export LC_ALL SS_READLINE_PATH TMPDIR
    options "$@"
    need_kdc
    check_root
    workplace
    check_file
    read_kdc
    sort_names
    none_taken
    counted loaded
    [ "$N" = 0 ] || say "$N are there from an earlier run of this plan, unchanged"
    if [ -s changed ]; then say "changed since an earlier run, and left as they are: $(count changed)"; fi
    if [ -s gone ]; then say "deleted since an earlier run, and not brought back: $(count gone)"; fi
    if [ ! -s todo ]; then
        say "nothing to load: 0 loaded, $(($(count loaded) + $(count changed) + $(count gone))) known, 0 failed"
        exit 0
    fi
    rehearse_load
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would load these $(count todo) principals into $REALM:"
        show todo
        exit 0
    fi
    backup
    load
    if [ -s failed ]; then
        warn "not loaded:"
        show failed >&2
    fi
    if [ -s lost ]; then
        warn "changed or deleted in the meantime, and not by this script:"
        show lost >&2
    fi
    cat loaded changed gone > known || die 2 "stopped: cat fails"
    results loaded todo "known from an earlier run" known failed
    say "the way back: sh unload.sh"
    if [ -s failed ] || [ -s lost ]; then exit 1; fi
    exit 0
}

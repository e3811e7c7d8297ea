# listed TO: the KDC's own spelling of its names, from which the commands are made
listed() {
    kadmin.local -r "$REALM" -q listprincs < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: kadmin.local cannot list the realm $REALM"
    }
    sed -e '1{' -e '/^Authenticating as principal .* with .*\.$/d' -e '}' raw > "$1"
}

unload() {
    listed all
    commands loaded all deletes
    as_many deletes loaded || die 3 "stopped: $(count deletes) commands for $(count loaded) names; nothing was deleted"
    SENT="deletions were sent, and what came of them is not known"
    send deletes
    dump_kdc after.dump || die 1 "the KDC cannot be dumped after the deletion"
    keys_of after.dump after.keys
    names_of after.keys after
    arrange loaded loaded.sorted
    compare -12 loaded.sorted after failed
    compare -23 now.keys after.keys lost.keys
    names_of lost.keys lost
    compare -23 lost loaded.sorted lost.others
}

main() {
    set -u
    own_folder .
    NAME=unload.sh WHAT="Takes the carried principals out of the KDC of $REALM again, those alone whose keys nobody has changed since."
    LC_ALL=C SS_READLINE_PATH=none TMPDIR=$HERE
    export LC_ALL SS_READLINE_PATH TMPDIR
    options "$@"
    need_kdc
    check_root
    workplace
    check_file
    read_kdc
    sort_names
    cat changed taken > kept || die 2 "stopped: cat fails"
    if [ -s kept ]; then
        say "kept, because their keys are not those of this plan any more:"
        show kept
    fi
    cat todo gone > absent || die 2 "stopped: cat fails"
    if [ ! -s loaded ]; then
        say "nothing to take out: 0 deleted, $(count absent) absent, 0 failed"
        exit 0
    fi
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would delete these $(count loaded) principals of $REALM:"
        show loaded
        exit 0
    fi
    unload
    if [ -s failed ]; then
        warn "not deleted:"
        show failed >&2
        show err >&2
    fi
    if [ -s lost.others ]; then
        warn "changed or deleted in the meantime, and not by this script:"
        show lost.others >&2
    fi
    # what is out again may be loaded again
    if [ -f "$HERE/loaded.txt" ]; then
        arrange ledger ledger.sorted
        compare -23 ledger.sorted loaded.sorted left
        if ! cp left "$HERE/.loaded.txt" || ! mv "$HERE/.loaded.txt" "$HERE/loaded.txt"; then warn "cannot write $HERE/loaded.txt"; fi
    fi
    results deleted loaded absent absent failed
    if [ -s failed ] || [ -s lost.others ]; then exit 1; fi
    exit 0
}

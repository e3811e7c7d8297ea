# loads the directory into the empty database of a stopped server
#
# the server's own part has: usage, take, dry_load (the server's own check of every value), load,
# make_empty (what a person does to empty the database)

# names_at_kdc: every principal that the plan has the KDC asked about has to be there, or its user could never log in
names_at_kdc() {
    principals > wanted
    [ -s wanted ] || return 0
    if [ -n "$LISTING" ]; then
        cp "$LISTING" listed || die 2 "stopped: $LISTING cannot be read"
    elif command -v kadmin.local > /dev/null 2>&1; then
        kadmin.local -r "$REALM" listprincs > listed 2> err < /dev/null ||
            die 2 "stopped: kadmin.local does not list the principals of $REALM: $(tail -1 err)"
    else
        die 2 "stopped: give --principals with the output of 'kadmin.local listprincs' of the KDC of $REALM"
    fi
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'{ sub(/\r$/, ""); print enc($0) }' listed > found || die 2 "stopped: awk fails"
    sort -u found > there.names || die 2 "stopped: sort fails"
    sort -u wanted > wanted.names || die 2 "stopped: sort fails"
    compare -23 wanted.names there.names absent
    if [ -s absent ]; then
        show absent >&2
        die 3 "stopped: $(count absent) of $(count wanted) principals are not at the KDC of $REALM; carry the realm first. Nothing was changed."
    fi
    say "all $(count wanted) principals of the plan are at the KDC of $REALM"
}

# target_state: what the database holds: into STATE empty, same, loaded (all records, some changed since), other
target_state() {
    held
    if [ ! -s present ]; then
        STATE=empty
        return 0
    fi
    if cmp -s present planned; then
        STATE=same
        return 0
    fi
    dns present present.dns
    dns planned planned.dns
    compare -23 planned.dns present.dns missing
    if [ -s missing ]; then STATE=other; else STATE=loaded; fi
}

# secrets_before, secrets_after: what a plan with secrets of another mechanism adds
secrets_before() {
    return 0
}

secrets_after() {
    return 0
}

main() {
    set -u
    own_folder .
    LC_ALL=C CONFIG='' LISTING=''
    export LC_ALL
    options "$@"
    whole "$LISTING"
    LISTING=$WHOLE
    look
    target_state
    case $STATE in
        same)
            say "nothing to do: all $ENTRIES records are there as planned"
            exit 0
            ;;
        loaded)
            say "nothing to do: all $ENTRIES records are there, and some were changed since; what was changed is left as it is"
            exit 0
            ;;
        other)
            counted present
            head -n "$N" planned > beginning || die 2 "stopped: head fails"
            if cmp -s beginning present; then
                die 3 "stopped: the database holds a part of this plan alone: an earlier run was ended in the middle. $(make_empty), and start again"
            fi
            die 3 "stopped: the database of $SUFFIX is not empty, and $(count missing) planned records are not in it; odkit loads over nothing"
            ;;
    esac
    names_at_kdc
    dry_load
    server_stopped
    secrets_before
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would load $ENTRIES records into $PLACE. Nothing was changed."
        exit 0
    fi
    load
    secrets_after
    say "$ENTRIES records loaded and compared, 0 failed. Start $SERVER now."
    exit 0
}

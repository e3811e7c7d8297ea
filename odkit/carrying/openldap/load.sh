# overrides: take

usage() {
    say "usage: sh load.sh [--apply] [--config FILE-OR-FOLDER] [--principals FILE] [--rehearsal]"
    say "--config: slapd.conf, or the folder slapd.d; /etc/ldap/slapd.d by default.  --principals: listprincs of the KDC, where it"
    say "is not on this machine.  Without --apply nothing is changed."
}

take() {
    case $1 in
        --config) CONFIG=$2 ;;
        --principals) LISTING=$2 ;;
        *) return 1 ;;
    esac
}

# names_at_kdc: every principal that a {SASL} value names has to be at the KDC, or its user could never log in
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
    if [ ! -e "$PLACE/data.mdb" ]; then # slapcat cannot open what was never filled
        STATE=empty
        return 0
    fi
    slap slapcat -b "$SUFFIX" > raw 2> err || die 2 "stopped: slapcat cannot read the database of $SUFFIX: $(tail -1 err)"
    content raw present
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

# dry_load: the server's own check of every value; it does not see twins and missing parents, which the plan has looked for
dry_load() {
    slap slapadd -u -o value-check=yes -b "$SUFFIX" -l "$HERE/directory.ldif" > err 2>&1 || {
        show err >&2
        die 3 "stopped: slapd does not take directory.ldif; has it the schema of this folder (schema/)? Nothing was changed."
    }
}

load() {
    SENT="the database was being filled; it was empty before: remove what is in $PLACE, and start again"
    slap slapadd -q -b "$SUFFIX" -l "$HERE/directory.ldif" > err 2>&1
    code=$?
    slap slapcat -b "$SUFFIX" > raw 2> /dev/null || : > raw
    content raw present
    if [ "$code" != 0 ] || ! cmp -s present planned; then
        show err >&2
        cmp present planned >&2
        rm -f "$PLACE/data.mdb" "$PLACE/lock.mdb"
        SENT=''
        die 1 "failed: what arrived is not what was planned (slapadd ends with $code); the database is empty again"
    fi
    owned "$PLACE"
    SENT=''
}

# secrets_before, secrets_after: what a plan with CRAM-MD5 secrets adds
secrets_before() {
    return 0
}

secrets_after() {
    return 0
}

main() {
    set -u
    HERE=$(cd "$(dirname "$SELF")" && pwd) || exit 2
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
            ! cmp -s beginning present || die 3 "stopped: the database holds a part of this plan alone: an earlier run was ended in the middle. Remove" \
                "$PLACE/data.mdb and $PLACE/lock.mdb, and start again"
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
    say "$ENTRIES records loaded and compared, 0 failed. Start slapd now."
    exit 0
}

# overrides: take

usage() {
    say "usage: sh load.sh [--apply] [--instance NAME-OR-FOLDER] [--principals FILE] [--rehearsal]"
    say "--instance: of 389-DS; the only one of this machine by default.  --principals: listprincs of the KDC, where it is not on this"
    say "machine.  Without --apply nothing is changed."
}

take() {
    case $1 in
        --instance) CONFIG=$2 ;;
        --principals) LISTING=$2 ;;
        *) return 1 ;;
    esac
}

# copied: the configuration of the instance in a folder of the workplace, with every path there, and the schema of the plan
copied() {
    rm -rf copy
    mkdir copy copy/aside copy/db || die 2 "stopped: cannot make a folder for a copy of the configuration"
    cp -R "$CONFIG" copy/slapd-copy || die 2 "stopped: cannot copy $CONFIG"
    cp "$HERE/schema.ldif" "copy/slapd-copy/schema/$SCHEMA" || die 2 "stopped: cannot copy the schema"
    user=$(id -un) || die 2 "stopped: id does not tell who runs this"
    awk -v here="$WORK/copy" -v user="$user" '
        function moved(to) { print substr($0, 1, index($0, ": ")) " " to; next }
        { key = tolower(substr($0, 1, index($0, ": ") - 1)) }
        key == "nsslapd-schemadir" { moved(here "/slapd-copy/schema") }
        key == "nsslapd-certdir" { moved(here "/slapd-copy") }
        key ~ /^nsslapd-(lock|tmp|ldif|bak|run|instance)dir$/ { moved(here "/aside") }
        key ~ /^nsslapd-(access|error|audit|auditfail|security)log$/ { moved(here "/aside/" key) }
        key == "nsslapd-db-home-directory" || key == "nsslapd-db-logdirectory" { moved(here "/db") }
        key == "nsslapd-directory" { n++; moved(here "/db" (n > 1 ? "/" n : "")) }
        key == "nsslapd-changelogdir" { moved(here "/aside/changelog") }
        key == "nsslapd-ldapifilepath" { moved("/nowhere") } # it may be 103 signs long, and is not made here
        key == "nsslapd-localuser" { moved(user) }
        { print }' settings > dse.copy || die 2 "stopped: awk fails"
    cp dse.copy copy/slapd-copy/dse.ldif || die 2 "stopped: cannot write the copy of the configuration"
}

# dry_load: an instance of its own with the server's configuration takes the schema and every record
dry_load() {
    copied
    ldif2db "$WORK/copy/slapd-copy" "$HERE/directory.ldif" || :
    db2ldif "$WORK/copy/slapd-copy" raw || fresh raw
    content raw present
    if ! cmp -s present planned; then
        complaints copy/aside/nsslapd-errorlog
        cmp present planned >&2
        die 3 "stopped: an instance with the configuration of this one does not hold what it was given. Nothing was changed."
    fi
    rm -r copy
    say "loaded into a copy of the instance: all $ENTRIES records arrive"
}

# complaints LOG: what 389-DS says itself
complaints() {
    show err >&2
    [ -f "$1" ] || return 0
    grep -E ' - (WARN|ERR) - ' "$1" > said
    tail -n 20 said > last || :
    show last >&2
}

make_empty() {
    printf '%s' "Empty $PLACE"
}

load() {
    fresh nothing
    SENT="$PLACE was being filled; it was empty before: empty it, and start again"
    added=no
    if [ ! -f "$CONFIG/schema/$SCHEMA" ]; then
        added=yes
        cp "$HERE/schema.ldif" "$CONFIG/schema/$SCHEMA" || die 1 "failed: cannot write $CONFIG/schema/$SCHEMA"
        # the user of the instance must read it
        chmod 644 "$CONFIG/schema/$SCHEMA" || die 1 "failed: chmod $CONFIG/schema/$SCHEMA"
        owner=$(stat -c %u:%g "$CONFIG/schema") || die 1 "failed: stat does not tell the owner of $CONFIG/schema"
        chown "$owner" "$CONFIG/schema/$SCHEMA" || die 1 "failed: chown $owner $CONFIG/schema/$SCHEMA"
    fi
    fresh found.content
    if ! filled "$HERE/directory.ldif"; then
        complaints "$(setting nsslapd-errorlog)"
        cmp found.content planned >&2
        if [ "$added" = yes ]; then rm -f "$CONFIG/schema/$SCHEMA"; fi
        filled nothing || die 1 "failed: what arrived is not what was planned, and the backend could not be emptied"
        SENT=''
        die 1 "failed: what arrived is not what was planned; the backend is empty again"
    fi
    SENT=''
}

# overrides: outcome take

usage() {
    say "usage: sh lkdc-teardown.sh [--apply --confirm REALM] [--admin NAME] [--rehearsal]"
    say "Without --apply it shows what stands here of the Local KDC and changes nothing."
}

take() {
    case $1 in
        --confirm) CONFIRM=$2 ;;
        --admin) ADMIN=$2 ;;
        --top) TOP=$2 ;;
        *) return 1 ;;
    esac
}

# run WORDS: shown, and with --apply done; what fails is counted, and the next step still runs
run() {
    say "  $*"
    if [ "$APPLY" != yes ]; then return; fi
    plainly "$@" > said 2>&1
    code=$?
    if [ "$code" != 0 ]; then
        show said >&2
        warn "  it ends with a status of $code"
        echo "$*" >> troubles
    fi
}

# here: what stands on this machine of the realm, into the files named, keys and identity
here() {
    fresh files
    if [ -d "$TOP/var/db/krb5kdc" ]; then
        # names that carry the realm, whole; zsh stops at a pattern that matches nothing
        # shellcheck disable=SC2012,SC2016 # other names are of no interest; awk's own $
        ls -a "$TOP/var/db/krb5kdc" | FOLDER=$TOP/var/db/krb5kdc REALM=$REALM awk '
            BEGIN { r = ENVIRON["REALM"]; p = "principal." r }
            $0 == ".k5." r || $0 == p || index($0, p ".") == 1 { print ENVIRON["FOLDER"] "/" $0 }' > files || die 2 "stopped: awk fails"
    fi
    fresh keys
    if [ -f "$TOP/etc/krb5.keytab" ]; then
        list_keytab raw.keys
        # shellcheck disable=SC2016 # awk's own $
        REALM=$REALM awk 'substr($0, length($0) - length(ENVIRON["REALM"])) == "@" ENVIRON["REALM"]' raw.keys | sort -u > keys ||
            die 2 "stopped: awk fails"
    fi
    dscl . -read /Config/KerberosKDC RealName < /dev/null > said 2> err
    code=$?
    NAMED=''
    if [ "$code" = 0 ]; then
        NAMED=$(sed -n 's/^\(dsAttrTypeStandard:\)*RealName: //p' said)
        [ -n "$NAMED" ] || die 2 "stopped: dscl does not tell one RealName of /Config/KerberosKDC; look at it by hand"
    elif ! not_there "$code"; then
        show err >&2
        die 2 "stopped: dscl -read ends with $code"
    fi
    # a keychain that cannot be looked through may hold it
    CERTIFICATE=yes
    if security find-certificate -a -Z "$TOP/Library/Keychains/System.keychain" < /dev/null > said 2> err; then
        grep -i -F -e "$HASH" said > /dev/null || CERTIFICATE=no
    fi
}

# nothing: of the realm nothing stands here any more
nothing() {
    [ -z "$NAMED" ] && [ "$CERTIFICATE" = no ] && [ ! -s files ] && [ ! -s keys ]
}

# keep_copies: all that can be kept
keep_copies() {
    n=1
    while [ -e "$HERE/lkdc-backup-$n" ]; do n=$((n + 1)); done
    BACKUP=$HERE/lkdc-backup-$n
    mkdir "$BACKUP" || die 2 "stopped: cannot make $BACKUP; nothing was changed"
    if [ -f "$KEYTAB" ]; then cp -p "$KEYTAB" "$BACKUP/krb5.keytab" || die 2 "stopped: cannot copy $KEYTAB; nothing was changed"; fi
    while IFS= read -r file; do
        cp -p "$file" "$BACKUP/" || die 2 "stopped: cannot copy $file; nothing was changed"
    done < files
    say "kept: $BACKUP (it holds keys, keep it secret)"
}

# tear_down: the steps, each where there is still something for it; without --apply only shown
tear_down() {
    say "1. keys of the realm in the keytab (medium confidence), while its database can still be opened"
    if [ -s keys ]; then
        say "  remove the keys of $(count keys) names from $KEYTAB"
        cp keys exact || die 2 "stopped: cp fails"
        if [ "$APPLY" = yes ] && [ "$OPENED" = yes ]; then
            remove_keys
            here
            if [ -s keys ]; then
                show err >&2
                die 1 "stopped: keys of the realm are still in $KEYTAB; they need its database, so that nothing else was removed"
            fi
        elif [ "$APPLY" = yes ]; then
            echo "ktutil: remove the keys of $REALM from $KEYTAB by hand" >> troubles
        fi
    fi
    say "2. sso_util removes the realm; it asks for the password of $ADMIN (its prompt is not documented: low confidence)"
    if [ -s files ] || [ -n "$NAMED" ]; then
        say "  sso_util remove -k -a $ADMIN -r $REALM"
        if [ "$APPLY" = yes ]; then
            plainly sso_util remove -k -a "$ADMIN" -r "$REALM" || echo sso_util >> troubles
            here
        fi
    fi
    say "3. files of the realm that are left, moved to $BACKUP (high confidence: only names that carry the realm)"
    while IFS= read -r file; do
        run mv "$file" "$BACKUP/"
    done < files
    say "4. the certificate, by its own hash (medium confidence)"
    if [ "$CERTIFICATE" = yes ]; then run security delete-certificate -Z "$HASH" "$TOP/Library/Keychains/System.keychain"; fi
    say "5. the record that names the realm (medium confidence)"
    if [ -n "$NAMED" ]; then run dscl . -delete /Config/KerberosKDC; fi
    keep_away
}

# outcome: what is left, and what a later run has to know
outcome() {
    here
    if [ -s troubles ]; then
        cp troubles "$HERE/lkdc-unfinished"
    elif [ -f "$HERE/lkdc-unfinished" ]; then
        rm "$HERE/lkdc-unfinished"
    fi
    counted files keys
    left=$N
    if [ -n "$NAMED" ]; then left=$((left + 1)); fi
    if [ "$CERTIFICATE" = yes ]; then left=$((left + 1)); fi
    counted troubles
    say "$left of it left, $N steps with trouble"
    SENT=''
    say "a new Local KDC, with a new name: sudo /usr/libexec/configureLocalKDC"
    say "the old one again: see restore/RESTORE-LKDC.txt"
}

main() {
    set -u
    own_folder .
    LC_ALL=C SS_READLINE_PATH=none ADMIN=admin CONFIRM='' TOP=''
    export LC_ALL SS_READLINE_PATH
    options "$@"
    if [ -n "$TOP" ] && [ "$REHEARSAL" != yes ]; then die 2 "stopped: --top is for a rehearsal"; fi
    case $ADMIN in '' | -* | *[!A-Za-z0-9._-]*) die 2 "stopped: --admin takes the short name of an administrator" ;; esac
    need awk cat cp dscl grep ls mkdir mktemp mv rm security sed slapconfig sort sso_util tr
    need_keytab
    need_era
    workplace
    KEYTAB=$TOP/etc/krb5.keytab
    member
    one_plan
    role=$(slapconfig -getstyle 2>&1 | tr '[:upper:]' '[:lower:]') || die 2 "stopped: tr fails"
    say "role: $role"
    here
    if [ -n "$NAMED" ] && [ "$NAMED" != "$REALM" ]; then
        die 3 "stopped: the Local KDC of this machine is $NAMED; make a script with --realm $NAMED. Nothing was changed."
    fi
    if [ -f "$HERE/lkdc-unfinished" ]; then
        warn "steps of an earlier run that failed:"
        show "$HERE/lkdc-unfinished" >&2
    elif nothing; then
        say "nothing of $REALM stands here: 0 removed, 0 failed"
        exit 0
    fi
    OPENED=yes
    if [ -s keys ] && ! opened; then
        OPENED=no
        warn "the database of $REALM cannot be opened here: its keys have to be removed with ktutil, by hand"
    fi
    say "of $REALM here: $(count files) files, $(count keys) names in the keytab, $([ -n "$NAMED" ] && echo a || echo no) KerberosKDC record"
    show files
    show keys
    case $role in
        *master* | *replica*) say "this server holds the network realm, too: nothing of /var/db/krb5kdc is touched but the files above, no daemon is stopped" ;;
    esac
    fresh troubles
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply --confirm $REALM would do this:"
        BACKUP=$HERE/lkdc-backup
        tear_down
        say "Nothing was changed."
        exit 0
    fi
    if [ "$CONFIRM" != "$REALM" ]; then
        die 3 "stopped: this cannot be undone altogether; give --confirm $REALM if that is the realm to remove. Nothing was changed."
    fi
    keep_copies
    SENT="the removal was begun. What was there: $BACKUP"
    tear_down
    outcome
    if [ "$left" -gt 0 ] || [ -s troubles ]; then exit 1; fi
    exit 0
}

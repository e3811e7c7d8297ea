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

# run WORDS: shown, then done; what fails is counted, and the next step still runs
run() {
    say "  $*"
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
    : > files
    if [ -d "$TOP/var/db/krb5kdc" ]; then
        # names that carry the realm, whole; zsh stops at a pattern that matches nothing
        # shellcheck disable=SC2012,SC2016 # other names are of no interest; awk's own $
        ls -a "$TOP/var/db/krb5kdc" | FOLDER=$TOP/var/db/krb5kdc REALM=$REALM awk '
            BEGIN { r = ENVIRON["REALM"]; p = "principal." r }
            $0 == ".k5." r || $0 == p || index($0, p ".") == 1 { print ENVIRON["FOLDER"] "/" $0 }' > files || die 2 "stopped: awk fails"
    fi
    : > keys
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
}

main() {
    set -u
    HERE=$(cd "$(dirname "$SELF")" && pwd) || exit 2
    LC_ALL=C SS_READLINE_PATH=none ADMIN=admin CONFIRM='' TOP=''
    export LC_ALL SS_READLINE_PATH
    options "$@"
    if [ -n "$TOP" ] && [ "$REHEARSAL" != yes ]; then die 2 "stopped: --top is for a rehearsal"; fi
    case $ADMIN in '' | -* | *[!A-Za-z0-9._-]*) die 2 "stopped: --admin takes the short name of an administrator" ;; esac
    need awk cat cp dirname dscl grep ls mkdir mktemp mv rm security sed slapconfig sort sso_util tr
    need_keytab
    need_era
    workplace
    KEYTAB=$TOP/etc/krb5.keytab
    member
    one_plan
    role=$(slapconfig -getstyle 2>&1 | tr '[:upper:]' '[:lower:]')
    say "role: $role"
    here
    if [ -n "$NAMED" ] && [ "$NAMED" != "$REALM" ]; then
        die 3 "stopped: the Local KDC of this machine is $NAMED; make a script with --realm $NAMED. Nothing was changed."
    fi
    if [ -f "$HERE/lkdc-unfinished" ]; then
        warn "steps of an earlier run that failed, to be done by hand; delete $HERE/lkdc-unfinished afterwards:"
        show "$HERE/lkdc-unfinished" >&2
    fi
    if [ -z "$NAMED" ] && [ ! -s files ] && [ ! -s keys ]; then
        if [ -f "$HERE/lkdc-unfinished" ]; then die 1 "nothing else of $REALM stands here"; fi
        say "nothing of $REALM stands here: 0 removed, 0 failed"
        exit 0
    fi
    say "of $REALM here: $(count files) files, $(count keys) names in the keytab, $([ -n "$NAMED" ] && echo a || echo no) KerberosKDC record"
    show files
    show keys
    case $role in
        *master* | *replica*) say "this server holds the network realm, too: nothing of /var/db/krb5kdc is touched but the files above, no daemon is stopped" ;;
    esac
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply --confirm $REALM would do this:"
        plan_lines > lines
        show lines
        say "Nothing was changed."
        exit 0
    fi
    if [ "$CONFIRM" != "$REALM" ]; then
        die 3 "stopped: this cannot be undone altogether; give --confirm $REALM if that is the realm to remove. Nothing was changed."
    fi
    n=1
    while [ -e "$HERE/lkdc-backup-$n" ]; do n=$((n + 1)); done
    BACKUP=$HERE/lkdc-backup-$n
    mkdir "$BACKUP" || die 2 "stopped: cannot make $BACKUP; nothing was changed"
    if [ -f "$KEYTAB" ]; then cp -p "$KEYTAB" "$BACKUP/krb5.keytab" || die 2 "stopped: cannot copy $KEYTAB; nothing was changed"; fi
    while IFS= read -r file; do
        cp -p "$file" "$BACKUP/" || die 2 "stopped: cannot copy $file; nothing was changed"
    done < files
    say "kept: $BACKUP (it holds keys, keep it secret)"
    SENT="the removal was begun. What was there: $BACKUP"
    : > troubles
    say "1. sso_util removes the realm; it asks for the password of $ADMIN (its prompt is not documented: low confidence)"
    say "  sso_util remove -k -a $ADMIN -r $REALM"
    sso_util remove -k -a "$ADMIN" -r "$REALM" || echo sso_util >> troubles
    say "2. keys of the realm that are left in the keytab (medium confidence)"
    here
    cat keys > exact
    if [ -s exact ]; then remove_keys; fi
    say "3. files of the realm that are left, moved to $BACKUP (high confidence: only names that carry the realm)"
    while IFS= read -r file; do
        run mv "$file" "$BACKUP/"
    done < files
    say "4. the certificate, by its own hash (medium confidence)"
    run security delete-certificate -Z "$HASH" "$TOP/Library/Keychains/System.keychain"
    say "5. the record that names the realm (medium confidence)"
    if [ -n "$NAMED" ]; then run dscl . -delete /Config/KerberosKDC; fi
    keep_away
    here
    if [ -s troubles ]; then cp troubles "$HERE/lkdc-unfinished"; fi
    SENT=''
    left=$(($(count files) + $(count keys)))
    if [ -n "$NAMED" ]; then left=$((left + 1)); fi
    say "$left of it left, $(count troubles) steps with trouble"
    say "a new Local KDC, with a new name: sudo /usr/libexec/configureLocalKDC"
    say "the old one again: see restore/RESTORE-LKDC.txt"
    if [ "$left" -gt 0 ] || [ -s troubles ]; then exit 1; fi
    exit 0
}

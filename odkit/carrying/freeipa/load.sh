# overrides: take flag one_plan

usage() {
    say "usage: sh load.sh [--apply] [--uri ldap://HOST:PORT] [--password-file FILE] [--with-compat] [--rehearsal]"
    say "--uri: the staging server, ldap://127.0.0.1:3890 by default.  --password-file: that of its administrator, the file that stage.sh"
    say "writes; password beside this script by default.  --with-compat: migrate although the compat plug-in is enabled."
}

take() {
    case $1 in
        --uri) URI=$2 ;;
        --password-file) SECRET=$2 ;;
        *) return 1 ;;
    esac
}

flag() {
    case $1 in
        --with-compat) COMPAT=yes ;;
        *) return 1 ;;
    esac
}

one_plan() {
    [ -f "$HERE/carry.json" ] || die 3 "stopped: $HERE/carry.json is missing"
    grep -F "$PLAN" "$HERE/carry.json" > /dev/null || die 3 "stopped: $HERE/carry.json belongs to another plan than $PLAN"
    planned > plan.names || die 2 "stopped: cat fails"
    words > plan.words || die 2 "stopped: cat fails"
    counted plan.words
    [ "$N" -eq "$WORDS" ] || die 3 "stopped: this script is damaged: it does not hold the $WORDS words of its command"
    counted plan.names
    [ "$N" -eq "$((PEOPLE + TEAMS))" ] || die 3 "stopped: this script is damaged: it does not hold its $PEOPLE users and $TEAMS groups"
    arrange plan.names plan.sorted
    say "plan $PLAN: $PEOPLE users and $TEAMS groups"
}

# found_in KIND ATTRIBUTE: names that the domain has, each behind its kind; what ipa counts has to be what was read
found_in() {
    ipa "$1-find" --pkey-only --raw --sizelimit=0 --timelimit=0 < /dev/null > out 2> err || {
        show err >&2
        die 2 "stopped: ipa $1-find fails; has this session the ticket of an administrator (kinit admin)?"
    }
    sed -n "s/^  $2: /$1 /p" out > names || die 2 "stopped: sed fails"
    sed -n 's/^Number of entries returned \([0-9][0-9]*\)$/\1/p' out > number || die 2 "stopped: sed fails"
    counted names
    [ "$N" = "$(cat number)" ] || die 2 "stopped: ipa $1-find says '$(cat number)' entries, and $N were read"
    cat names >> there || die 2 "stopped: cat fails"
}

# domain TO: every user and group of the domain
domain() {
    fresh there
    found_in user uid
    found_in group cn
    arrange there "$1"
}

# sort_names: into new (to be brought), known (by an earlier run), gone (deleted since, never brought back), and taken by somebody else
sort_names() {
    domain now
    compare -12 plan.sorted now present
    fresh ledger
    if [ -f "$HERE/loaded.txt" ]; then arrange "$HERE/loaded.txt" ledger; fi
    compare -12 plan.sorted ledger brought
    compare -12 brought now known
    compare -23 brought now gone
    compare -23 present known taken
    compare -23 plan.sorted present absent
    compare -23 absent gone new
}

# migration_mode: without it ipa migrate-ds does nothing
migration_mode() {
    ipa config-show --raw < /dev/null > out 2> err || {
        show err >&2
        die 2 "stopped: ipa config-show fails; has this session the ticket of an administrator (kinit admin)?"
    }
    grep -i -x -e ' *ipamigrationenabled: true' out > /dev/null ||
        die 3 "stopped: migration mode is off: ipa config-mod --enable-migration=TRUE. Nothing was changed."
}

# more_words: what this run adds to the words of the plan: names that somebody has deleted since an earlier run
more_words() {
    if [ "$COMPAT" = yes ]; then echo "--with-compat"; fi
    sed -e 's/^user /--exclude-users=/' -e 's/^group /--exclude-groups=/' gone || die 2 "stopped: sed fails"
}

show_command() {
    command_line
    sed 's/^\(.*\)$/    \1 \\/' extra || die 2 "stopped: sed fails"
    printf '    %s\n' "$URI"
}

# migrate: the status of ipa says nothing of a user that failed; what arrived is asked for afterwards
migrate() {
    set --
    while IFS= read -r each; do
        set -- "$@" "$each"
    done < all.words
    [ "$#" -eq "$(count all.words)" ] || die 2 "stopped: the shell loses words"
    SENT="ipa migrate-ds was started, and what came of it is not known"
    ipa "$@" "$URI" < "$SECRET" > said 2> err || warn "ipa migrate-ds ends with $?"
    cat err >> said || die 1 "cat fails"
}

remember() {
    if ! sort -u ledger arrived > "$HERE/.loaded.txt" || ! mv "$HERE/.loaded.txt" "$HERE/loaded.txt"; then
        warn "cannot write $HERE/loaded.txt: a second run will take these names for those of somebody else, and stop"
    fi
}

main() {
    set -u
    own_folder .
    LC_ALL=C URI=ldap://127.0.0.1:3890 SECRET=$HERE/password COMPAT=no
    export LC_ALL
    options "$@"
    case $SECRET in /*) ;; *) SECRET=$(pwd)/$SECRET ;; esac
    case $URI in
        ldap://*[!-A-Za-z0-9_.:]* | ldaps://*[!-A-Za-z0-9_.:]*) die 2 "stopped: --uri needs ldap://HOST:PORT or ldaps://HOST:PORT" ;;
        ldap://?* | ldaps://?*) ;;
        *) die 2 "stopped: --uri needs ldap://HOST:PORT or ldaps://HOST:PORT" ;;
    esac
    need awk cat comm grep ipa mktemp mv rm sed sort
    workplace
    one_plan
    version=$(ipa --version < /dev/null 2> err) || die 2 "stopped: ipa does not tell its version: $(cat err)"
    say "$version"
    migration_mode
    sort_names
    if [ -s taken ]; then
        warn "the domain has these names already, and not by this script:"
        show taken >&2
        die 3 "stopped: nothing was brought. Rename or delete them on one side; ipa migrate-ds would leave them as they are."
    fi
    if [ -s gone ]; then say "deleted since an earlier run, and not brought back: $(count gone)"; fi
    if [ ! -s new ]; then
        say "nothing to do: $(count known) of $((PEOPLE + TEAMS)) names are there from an earlier run"
        exit 0
    fi
    more_words > extra || die 2 "stopped: cannot write"
    cat plan.words extra > all.words || die 2 "stopped: cat fails"
    say "$(count new) names are to be brought, by:"
    show_command > shown
    show shown
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply runs it, with the password of the staging server on standard input. Nothing was changed."
        exit 0
    fi
    [ -s "$SECRET" ] || die 2 "stopped: $SECRET is not there, or empty; give --password-file with the file that stage.sh has written"
    migrate
    domain now
    compare -12 new now arrived
    compare -23 new now failed
    remember
    if [ -s failed ]; then
        warn "not brought; ipa migrate-ds says:"
        show said >&2
        warn "not there:"
        show failed >&2
    fi
    results brought new "known from an earlier run" known failed
    if [ -s failed ]; then exit 1; fi
    exit 0
}

# overrides: word

usage() {
    say "usage: sh collect.sh [FOLDER] [--rehearsal]"
    say "Gathers what odkit reads into a new folder (odkit-collected). It changes nothing else."
}

word() {
    [ -z "$FOLDER" ] || die 2 "stopped: one folder, please"
    FOLDER=$1
}

# has PROGRAM: whether it is here; another one of its name, from outside the system's folders, would tell of another server
has() {
    found=$(command -v "$1" 2>/dev/null) || return 1
    case $found in
        */../* | */./*) ;;
        /bin/* | /sbin/* | /usr/bin/* | /usr/sbin/* | /usr/libexec/*) return 0 ;;
        /*) if [ "$REHEARSAL" = yes ]; then return 0; fi ;;
    esac
    warn "$found is outside the system's folders and is not used; put those first in PATH"
    return 1
}

# gather FILE PROGRAM WORDS: its output into a file, its errors beside it, its status in the manifest
gather() {
    target=$1
    shift
    if ! has "$1"; then
        say "$target: there is no $1 here"
        printf 'absent %s\n' "$target" >> manifest
        return
    fi
    say "$target: $*"
    "$@" > "$DEST/$target" 2> "$DEST/$target.err" < /dev/null
    record "$1" $?
}

# record PROGRAM STATUS: what it has written into $target, in the manifest
record() {
    program=$1 code=$2
    [ -s "$DEST/$target.err" ] || rm "$DEST/$target.err"
    if [ "$code" != 0 ]; then
        warn "  $program ends with $code; see $target.err"
        FAILED=$((FAILED + 1))
    fi
    entries=$(grep -c '^dn:' "$DEST/$target")
    wc -c < "$DEST/$target" > sum
    size=$(sed 's/[^0-9]//g' sum)
    digest=-
    if has openssl; then
        openssl dgst -sha1 < "$DEST/$target" > sum
        digest=$(sed 's/.* //' sum)
    fi
    printf 'file %s status %s entries %s bytes %s sha1 %s\n' "$target" "$code" "$entries" "$size" "$digest" >> manifest
}

# gather_if_there FILE PROGRAM WORDS: the same for what only some releases have: without a word when there is nothing
gather_if_there() {
    target=$1
    shift
    if has "$1" && "$@" > "$DEST/$target" 2> err < /dev/null && [ -s "$DEST/$target" ]; then
        gather "$target" "$@"
    else
        rm -f "$DEST/$target"
        printf 'absent %s\n' "$target" >> manifest
    fi
}

# begin FOLDER: a new folder for what is gathered, for its owner alone
begin() {
    if [ "$APPLY" = yes ]; then
        usage >&2
        die 2 "stopped: unknown option --apply; this script only looks"
    fi
    [ -n "$FOLDER" ] || FOLDER=$1
    need cat date grep head id mkdir mktemp mv rm sed wc
    check_root
    umask 077
    mkdir "$FOLDER" || die 2 "stopped: $FOLDER is there already, or cannot be made; give another one"
    DEST=$(cd "$FOLDER" && pwd) || die 2 "stopped: cannot enter $FOLDER"
    workplace
    FAILED=0
    printf 'odkit-collect 2\n' > manifest
    date -u '+date %Y%m%d%H%M%SZ' >> manifest || die 2 "stopped: date fails"
}

# holds FILE WHAT N: how many the server itself holds, by another way than the one that writes the file: a file that is cut has fewer
holds() {
    case $3 in
        '' | 0 | *[!0-9]*) ;;
        *) printf 'counted %s %s %s\n' "$1" "$2" "$3" >> manifest ;;
    esac
}

# count_users: as DirectoryService lists them
count_users() {
    if has dscl && dscl -q /LDAPv3/127.0.0.1 -list /Users > list 2> err < /dev/null; then
        holds export.ldif users "$(grep -c '' list)"
    fi
}

# count_principals: by a dump, of which only the number is kept
count_principals() {
    if has kdb5_util && ! head -c 2 "$(command -v kdb5_util)" | grep '^#!' > /dev/null; then
        holds listprincs.txt principals "$(kdb5_util dump 2> err < /dev/null | grep -c '^princ')"
    fi
}

finish() {
    printf 'end\n' >> manifest
    mv manifest "$DEST/MANIFEST" || die 2 "stopped: cannot write $DEST/MANIFEST"
}

main() {
    set -u
    LC_ALL=C SS_READLINE_PATH=none FOLDER=''
    export LC_ALL SS_READLINE_PATH
    options "$@"
    begin odkit-collected
    count_users
    gather export.ldif slapcat
    gather sw_vers.txt sw_vers
    gather_if_there authdata.ldif slapcat -b cn=authdata
    if has kadmin.local && ! head -c 2 "$(command -v kadmin.local)" | grep '^#!' > /dev/null; then
        count_principals
        gather listprincs.txt kadmin.local -q listprincs
    else
        gather listprincs.txt kadmin -l list '*'
    fi
    gather slots.txt mkpassdb -list
    gather klist.txt klist -k
    gather kdc-certificate.txt security find-certificate -c com.apple.kerberos.kdc -Z -p /Library/Keychains/System.keychain
    gather checkhostname.txt changeip -checkhostname
    gather getstyle.txt slapconfig -getstyle
    gather getmasterconfig.txt slapconfig -getmasterconfig
    finish
    say "gathered in $DEST (mode 0700; it may hold password verifiers, keep it secret); $FAILED programs had trouble"
    say "next: odkit inspect $FOLDER"
    if [ "$FAILED" -gt 0 ]; then exit 1; fi
    exit 0
}

# overrides: main usage

usage() {
    say "usage: sh collect-carry.sh [FOLDER] [--rehearsal]"
    say "Gathers what odkit carry needs into a new folder (odkit-carry): keys among it. It changes nothing else."
}

# keep FILE PATH: a copy of a file that holds a key
keep() {
    target=$1
    say "$target: cat $2"
    cat "$2" > "$DEST/$target" 2> "$DEST/$target.err"
    record cat $?
}

# dump FILE: the KDC's database; kdb5_util writes the file itself, and a mark beside it
dump() {
    target=$1
    say "$target: kdb5_util dump"
    kdb5_util dump "$DEST/$target" > out 2> "$DEST/$target.err" < /dev/null
    record kdb5_util $?
    rm -f "$DEST/$target.dump_ok"
}

main() {
    set -u
    LC_ALL=C FOLDER=''
    export LC_ALL
    options "$@"
    begin odkit-carry
    count_users
    gather export.ldif slapcat
    gather sw_vers.txt sw_vers -productVersion
    gather_if_there authdata.ldif slapcat -b cn=authdata
    KEYS=0
    if has kdb5_util && ! head -c 2 "$(command -v kdb5_util)" | grep '^#!' > /dev/null; then
        dump kdb5.dump
        for key in "$KDCDIR"/.k5.*; do
            [ -f "$key" ] || continue
            KEYS=$((KEYS + 1))
            keep "stash-$KEYS" "$key"
            say "  it is ${key##*/}"
        done
    fi
    if [ -f "$KDCDIR/m-key" ]; then
        KEYS=$((KEYS + 1))
        keep m-key "$KDCDIR/m-key"
    fi
    if [ "$KEYS" = 0 ]; then say "no master key in $KDCDIR: the KDC keeps its keys unsealed, or stands elsewhere"; fi
    finish
    say "gathered in $DEST (mode 0700); $FAILED programs had trouble"
    say "secret, and to be destroyed after the move: kdb5.dump, stash-*, m-key, authdata.ldif (its keys stand in clear); who has them can be any user"
    say "next, where odkit is: odkit carry $FOLDER --to TARGET, which finds the keys in it"
    if [ "$FAILED" -gt 0 ]; then exit 1; fi
    exit 0
}

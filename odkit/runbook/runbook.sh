# overrides: take

usage() {
    say "usage: sh ${SELF##*/} [--apply] [--machine NAME] [--rehearsal]"
    say "Without --apply it looks, and shows what it would do. What is for a person is printed in both."
}

take() {
    case $1 in
        --machine) TOLD=$2 ;;
        *) return 1 ;;
    esac
}

# this_machine: by its name, by its address, or because somebody says so; a machine that started from a disc has no name yet
this_machine() {
    own=$(hostname)
    case $own in *[ABCDEFGHIJKLMNOPQRSTUVWXYZ]*) own=$(printf '%s\n' "$own" | tr '[:upper:]' '[:lower:]') ;; esac
    if [ "$own" = "$MACHINE" ] || { [ -n "$SHORT" ] && { [ "$own" = "$SHORT" ] || [ "$own" = "$SHORT.local" ]; }; }; then
        say "this is $own"
        return
    fi
    if [ "$TOLD" = "$MACHINE" ]; then
        say "this is said to be $MACHINE"
        return
    fi
    # the name of another server, or of a retired one, says more than an address, which may be the old one's
    others > lines || die 2 "stopped: cat fails"
    decode < lines > said || die 2 "stopped: awk fails"
    if ! grep -F -x -e "$own" said > /dev/null; then
        ifconfig -a > said 2>&1
        if [ -n "$ADDRESS" ] && awk -v A="$ADDRESS" '$1 ~ /^inet6?$/ && $2 == A { found = 1 } END { exit !found }' said; then
            say "this has the address $ADDRESS"
            return
        fi
    fi
    warn "this machine calls itself $own, and the script is for $MACHINE ${ADDRESS:+($ADDRESS)}"
    if [ "$APPLY" = yes ]; then die 3 "stopped: nothing was changed. If it is that machine all the same: --machine $MACHINE"; fi
}

heading() {
    say ""
    say "$*"
}

by_hand() {
    say "  BY HAND: $*"
}

# run WORDS: shown, run, its output kept to be seen; its status in code
run() {
    say "  $*"
    "$@" < /dev/null > said 2>&1
    code=$?
    show said
}

# reading WORDS: what only reads; trouble is counted, and the rest still runs
reading() {
    run "$@"
    if [ "$code" != 0 ]; then
        warn "  it ends with $code"
        echo "$1" >> troubles
    fi
}

# changing WORDS: what changes this machine; the first that fails ends the script
changing() {
    if [ "$APPLY" != yes ]; then
        say "  would run: $*"
        return
    fi
    say "  $*"
    plainly "$@" || die 1 "stopped: $1 ends with $?; what stands above it is done, what stands below is not"
    SENT="what stands above is done"
}

# confirmed WORD WORDS: the same after WORD was typed, which names what is at stake
confirmed() {
    word=$1
    shift
    if [ "$APPLY" = yes ]; then
        say "  $*"
        say "  to go on, type: $word"
        answer=''
        IFS= read -r answer < /dev/tty || answer=''
        [ "$answer" = "$word" ] || die 3 "stopped: that is not $word; this step and those below were not done"
    fi
    changing "$@"
}

# archive: a folder of this run alone: an older archive is never written over, a half one stays where it is
archive() {
    n=1
    while [ -e "/var/root/odkit-archive-$n" ]; do n=$((n + 1)); done
    ARCHIVE=/var/root/odkit-archive-$n
}

# must_know PROGRAM VERB: a verb that manuals do not settle is asked of the program first
must_know() {
    "$1" -help > said 2>&1 < /dev/null
    grep -e "$2" said > /dev/null || die 3 "stopped: $1 does not know $2 here; this step and those below were not done"
}

main() {
    set -u
    LC_ALL=C TOLD=''
    export LC_ALL
    options "$@"
    need awk cat grep hostname id ifconfig mktemp rm sed tr
    workplace
    check_root
    this_machine
    if [ "$APPLY" = yes ]; then say "this run changes this machine"; else say "this run only looks"; fi
    fresh troubles
    steps
    SENT=''
    heading "$(count troubles) of the commands that only look had trouble."
    if [ -s troubles ]; then exit 1; fi
    exit 0
}

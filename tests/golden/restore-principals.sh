#!/bin/sh
# odkit plan 0318db6ce787adb5: restore-principals.sh
# Puts back the principals that purge-principals.sh deleted from the KDC of MEDICALMART.EXAMPLE.COM, with their keys, and no others.
# For the Open Directory master, Mac OS X Server 10.5. Without --apply it changes nothing.
# Status: 0 done, or nothing to do; 1 something could not be put back, or what came of it is not known; 2 the surroundings are
# not right; 3 a brake stopped it; 130 a signal did, and it says whether anything was sent. After 2 and 3 nothing was put back.

PLAN='0318db6ce787adb5'
REALM='MEDICALMART.EXAMPLE.COM'
TARGET='10.5'
CDPATH=''
GREP_OPTIONS=''
export GREP_OPTIONS
SELF=$0

say() {
    printf '%s%s\n' "$MARK" "$*"
}

warn() {
    printf '%s%s\n' "$MARK" "$*" >&2
}

# die STATUS WORDS: 1 something failed, 2 the surroundings are not right, 3 a brake; see the head of this script
die() {
    code=$1
    shift
    warn "$*"
    if [ -n "$SENT" ]; then
        warn "$SENT"
        code=1
    fi
    exit "$code"
}

# own_folder PATH: a folder into HERE, as it is seen from that of this script
own_folder() {
    case $SELF in
        */*) HERE=${SELF%/*}/ ;;
        *) HERE=./ ;;
    esac
    HERE=$(cd "$HERE$1" && pwd) || exit 2
}

# what a script takes beside the options of all scripts: take OPTION VALUE, flag OPTION, word WORD; false for what it does not know
take() {
    return 1
}

flag() {
    return 1
}

options() {
    APPLY=no REHEARSAL=no MARK=''
    while [ $# -gt 0 ]; do
        case $1 in
            --apply) APPLY=yes ;;
            --rehearsal) REHEARSAL=yes MARK='REHEARSAL: ' ;;
            -h | --help)
                usage
                exit 0
                ;;
            -*)
                if flag "$1"; then
                    shift
                    continue
                fi
                if ! take "$1" "${2-}"; then
                    usage >&2
                    die 2 "stopped: unknown option $1"
                fi
                [ $# -ge 2 ] || die 2 "stopped: $1 needs a value"
                shift
                ;;
            *)
                if ! word "$1"; then
                    usage >&2
                    die 2 "stopped: unknown word $1"
                fi
                ;;
        esac
        shift
    done
}

# what has been sent to the server already, said by die: after that a trouble is no longer "nothing was changed"
SENT=''

# show FILE: every line marked, so that nothing of a rehearsal is taken for the real run
show() {
    if empty "$1"; then return; fi
    sed "s/^/$MARK  /" "$1"
}

# empty FILE: it is there and holds nothing, which no program need be asked
empty() {
    [ -f "$1" ] && [ ! -s "$1" ]
}

# fresh FILE ...: files that hold nothing yet. Not by `:`, after whose failure some shells end by themselves, without what SENT says
fresh() {
    for blank in "$@"; do printf '' > "$blank" || die 2 "stopped: an empty list cannot be written: $blank"; done
}

# arrange FROM TO: sorted, and nothing lost on the way; their number into N. A tool that fails must not look like an empty list
arrange() {
    if empty "$1"; then
        fresh "$2"
        N=0
        return
    fi
    sort < "$1" > "$2" || die 2 "stopped: sort fails"
    as_many "$1" "$2" || die 2 "stopped: sort loses lines"
}

# compare WHICH ONE OTHER TO: comm, its failure noticed; what is empty has nothing that the other has or lacks
compare() {
    case $1 in
        -12 | -23) if empty "$2" && [ -f "$3" ]; then set -- "$4"; fi ;;
        -13) if empty "$3" && [ -f "$2" ]; then set -- "$4"; fi ;;
    esac
    if [ $# -eq 1 ]; then
        fresh "$1"
        return
    fi
    comm "$1" "$2" "$3" > "$4" || die 2 "stopped: comm fails"
}

# few FILE: adds its lines to N, and starts no program for that; false where they are many, or cannot be read
few() {
    [ -f "$1" ] || return 1
    most=$((N + 32))
    while IFS= read -r one_line || [ -n "$one_line" ]; do
        N=$((N + 1))
        [ "$N" -le "$most" ] || return 1
    done < "$1"
}

# count FILE: its lines, for what is only said, by a command substitution
count() {
    N=0
    if few "$1"; then
        echo "$N"
    else
        awk 'END { print NR }' "$1"
    fi
}

# counted FILE...: their lines together, into N, for what is decided: a tool that fails must not look like a number
counted() {
    N=0
    for one_file in "$@"; do
        few "$one_file" || {
            N=$(awk 'END { print NR }' "$@") || N=''
            break
        }
    done
    case $N in '' | *[!0-9]*) die 2 "stopped: awk fails" ;; esac
}

# as_many ONE OTHER...: whether the first has as many lines as the others together; the number of those into N. A tool that fails must not
# look like two numbers
as_many() {
    N=0 first_count=''
    for one_file in "$@"; do
        if few "$one_file"; then
            [ -n "$first_count" ] || first_count=$N N=0
        else
            N=$(awk 'FILENAME == ARGV[1] { one++; next } { others++ } END { print one + 0 " " others + 0 }' "$@") || N=''
            first_count=${N%% *}
            N=${N#* }
            break
        fi
    done
    case $first_count: in :* | *[!0-9]*:) die 2 "stopped: awk fails" ;; esac
    case $N: in :* | *[!0-9]*:) die 2 "stopped: awk fails" ;; esac
    [ "$first_count" -eq "$N" ]
}

# results DONE PLANNED ABSENT-WORD ABSENT FAILED: the last line of a run; only now it is known what came of what was sent
results() {
    counted "$2"
    all=$N
    counted "$5"
    failures=$N
    counted "$4"
    say "$((all - failures)) $1, $N $3, $failures failed"
    SENT=''
}

# need PROGRAM...: say which one is used; outside the system's folders it is only for a rehearsal
need() {
    # all are looked for in one subshell: a line each, the program and where it is
    N=$#
    found=$(for tool in "$@"; do
        printf '%s ' "$tool"
        command -v "$tool" 2>/dev/null || echo
    done)
    while read -r tool found; do
        N=$((N - 1))
        case $found in
            */../* | */./*) die 2 "stopped: $tool is found as $found; give PATH without '..'" ;;
            /bin/* | /sbin/* | /usr/bin/* | /usr/sbin/* | /usr/libexec/* | /System/Library/*) say "using $found" ;;
            /*)
                [ "$REHEARSAL" = yes ] || die 2 "stopped: $found is outside the system's folders; put those first in PATH"
                say "using $found"
                ;;
            '') die 2 "stopped: $tool is not on this machine, or not in PATH ($PATH)" ;;
            *) die 2 "stopped: $tool is a function or alias of this shell; start the script with sh" ;;
        esac
    done <<FOUND
$found
FOUND
    [ "$N" -eq 0 ] || die 2 "stopped: the programs that the script needs could not be looked for"
}

# one workplace, gone when the script ends; the names in it are fixed, so that awk never sees a strange file name
WORK=''

# shellcheck disable=SC2317 # the trap calls it
leave() {
    if [ -n "$WORK" ]; then
        cd / && rm -r "$WORK"
        WORK=''
    fi
}

# shellcheck disable=SC2317 # the trap calls it
interrupted() {
    warn "stopped by a signal"
    if [ -n "$SENT" ]; then warn "$SENT"; fi
    exit 130
}

workplace() {
    umask 077
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/odkit.XXXXXX") || die 2 "stopped: cannot make a folder for temporary files"
    # TMPDIR may be no whole path, and rm stands somewhere else
    WORK=$(cd "$WORK" && pwd) || die 2 "stopped: cannot enter $WORK"
    cd "$WORK" || die 2 "stopped: cannot enter $WORK"
}

# the release that the plan was made for
check_release() {
    version=$(sw_vers -productVersion) || die 2 "stopped: sw_vers does not tell the release"
    case $TARGET/$version in
        "$version/$version" | "$TARGET/$TARGET".* | 10.7+/10.[789] | 10.7+/10.[789].* | 10.7+/10.1[0-9]* | 10.7+/1[1-9].*) say "Mac OS X Server $version" ;;
        *) die 3 "stopped: this script was written for Mac OS X Server $TARGET, and this is $version; make a plan with --target" ;;
    esac
}

check_root() {
    if [ "$REHEARSAL" != yes ] && [ "$(id -u)" != 0 ]; then
        die 2 "stopped: run it as root: sudo sh $SELF"
    fi
}

# the release, role and person that the plan was made for
surroundings() {
    check_release
    role=$(slapconfig -getstyle 2>&1) || die 2 "stopped: slapconfig does not tell the role of this server: $role"
    case $role in *[ABCDEFGHIJKLMNOPQRSTUVWXYZ]*) role=$(printf '%s\n' "$role" | tr '[:upper:]' '[:lower:]') ;; esac
    case $role in
        *replica*) die 3 "stopped: slapconfig says that this server is '$role', and the script belongs on the Open Directory master" ;;
        *master*) say "role: $role" ;;
        *) die 3 "stopped: slapconfig says that this server is '$role', and the script belongs on the Open Directory master" ;;
    esac
    check_root
}

# every file of the plan beside this script carries the plan's id
one_plan() {
    set -- /dev/null # so that there are always several, and grep names each
    for name in plan.json purge-principals.sh delete-records.sh delete-records-ldif.sh delete-records.ldif delete-slots.sh \
        remove-aliases.sh remove-aliases.ldif restore/restore-principals.sh restore/restore-records.ldif restore/restore-aliases.ldif; do
        if [ -f "$HERE/$name" ]; then set -- "$@" "$HERE/$name"; fi
    done
    # one grep for all: a line each, the file and how many of its lines hold the id
    found=$(grep -F -c "$PLAN" "$@")
    [ $? -le 1 ] || die 2 "stopped: grep fails"
    N=0
    while IFS= read -r name; do
        case $name in
            /dev/null:*) N=$((N + 1)) ;;
            *:0) die 3 "stopped: ${name%:0} belongs to another plan than $PLAN" ;;
            *) N=$((N + 1)) ;;
        esac
    done <<FOUND
$found
FOUND
    [ "$N" -eq $# ] || die 2 "stopped: grep fails"
    say "plan $PLAN"
}

# awk: enc(text) writes text with everything but printable ASCII, and %, as %XX: the form in which this script holds names
ENC='function enc(s,   i, c, o) {
    if (s !~ /[^ -~]|%/) return s
    if (!ready) { for (i = 1; i < 256; i++) hex[sprintf("%c", i)] = sprintf("%%%02X", i); ready = 1 }
    o = ""
    for (i = 1; i <= length(s); i++) { c = substr(s, i, 1); o = o (c ~ /[^ -~]|%/ ? hex[c] : c) }
    return o
}'

encode() {
    awk "$ENC"' { print enc($0) }'
}

need_kdc() {
    need head id kadmin.local kdb5_util slapconfig sw_vers tr
}

# the MIT kadmin.local of 10.4 to 10.6; from 10.7 on a shell script of that name pretends, and deletes nothing
check_kdc() {
    case $(head -c 2 "$(command -v kadmin.local)") in
        '#!') die 3 "stopped: kadmin.local is a script here (Heimdal's imitation of 10.7 and later); this plan is for $TARGET" ;;
    esac
}

# list FILE: the KDC's principals as kadmin.local prints them, its header taken off
list() {
    kadmin.local -r "$REALM" -q listprincs < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: kadmin.local cannot list the realm $REALM"
    }
    sed -e '1{' -e '/^Authenticating as principal .* with .*\.$/d' -e '}' raw > "$1"
    if [ ! -s "$1" ]; then
        show err >&2
        die 3 "stopped: the KDC of $REALM lists no principal; nothing was changed"
    fi
    grep '^krbtgt/' "$1" > /dev/null || die 3 "stopped: the list has no krbtgt principal: it is not the whole list; nothing was changed"
}

# dump_kdc FILE, and the number of principals in it
dump_kdc() {
    kdb5_util -r "$REALM" dump "$1" > out 2> err
}

held() {
    awk -F '\t' '$1 == "princ" { n++ } END { print n + 0 }' "$1"
}

# extract NAMES DUMP TO: the part of a dump that holds these names and no others; its number of names
extract() {
    # shellcheck disable=SC2016 # awk's own $
    awk -F '\t' "$ENC"'
        FILENAME == ARGV[1] { want[$0] = 1; next }
        FNR == 1 { print; next }
        $1 == "princ" && (enc($7) in want) { print }' "$1" "$2" > "$3"
    counted "$3"
    echo "$((N - 1))"
}

# try_load PART DUMP COUNT: into a copy of the database, so that a file that is refused half way touches nothing; DUMP holds the backup
try_load() {
    dump_kdc now.dump || {
        show err >&2
        die 2 "stopped: the KDC of $REALM cannot be dumped; nothing was changed"
    }
    # keys are sealed with the master key: under another one they would load, and open nothing
    for name in "$2" now.dump; do
        # shellcheck disable=SC2016 # awk's own $
        REALM=$REALM awk -F '\t' '$1 == "princ" && $7 == "K/M@" ENVIRON["REALM"]' "$name" > "$name.master" || die 2 "stopped: awk fails"
    done
    [ -s now.dump.master ] || die 2 "stopped: the dump of the KDC shows no master key; nothing was changed"
    cmp -s "$2.master" now.dump.master ||
        die 3 "stopped: the KDC has another master key than the backup, under which its keys open nothing; nothing was changed"
    kdb5_util -r "$REALM" -d "$WORK/copy" load now.dump > out 2> err || {
        show err >&2
        die 2 "stopped: kdb5_util cannot make a copy of the database; nothing was changed"
    }
    kdb5_util -r "$REALM" -d "$WORK/copy" load -update "$1" > out 2> err || {
        show err >&2
        die 3 "stopped: kdb5_util refuses the names of the backup in a copy of the database; nothing was changed. The backup is damaged."
    }
    kdb5_util -r "$REALM" -d "$WORK/copy" dump copy.dump > out 2> err || die 2 "stopped: the copy cannot be dumped; nothing was changed"
    before=$(held now.dump) || before=''
    N=$(held copy.dump) || N=''
    [ "$N" = "$((before + $3))" ] || die 3 "stopped: the copy holds $N principals and not $before and $3; nothing was changed"
    say "loaded into a copy of the database first: $3 principals arrive"
}

# cure: what to do where the load itself was refused
cure() {
    warn "If the KDC answers now that no service is available, make the lock file again that the database has lost:"
    warn "touch DATABASE.kadm5.lock, where DATABASE is database_name of kdc.conf (/var/db/krb5kdc/principal)"
}

load_kdc() {
    kdb5_util -r "$REALM" load -update "$1" > out 2> err
}

usage() {
    say "usage: sh restore-principals.sh [--apply] [--rehearsal] BACKUP-FOLDER"
    say "Puts back the principals that purge-principals.sh deleted, and no others. Without --apply it changes nothing."
}

word() {
    BACKUP=$(cd "$1" && pwd) || die 2 "stopped: no folder $1"
}

# check_backup: it must be one, and of this plan
check_backup() {
    if [ -z "$BACKUP" ]; then
        usage >&2
        die 2 "stopped: give the backup folder that purge-principals.sh has made (backup-1, backup-2, ...)"
    fi
    for name in kdc.dump deleted.txt plan-id; do
        [ -f "$BACKUP/$name" ] || die 2 "stopped: $BACKUP/$name is missing"
    done
    [ "$(cat "$BACKUP/plan-id")" = "$PLAN" ] || die 3 "stopped: $BACKUP belongs to another plan than $PLAN"
}

main() {
    set -u
    own_folder ..
    LC_ALL=C SS_READLINE_PATH=none BACKUP=''
    export LC_ALL SS_READLINE_PATH
    options "$@"
    check_backup
    need awk cat cmp comm cp grep mktemp rm sed sort
    need_kdc
    workplace
    surroundings
    check_kdc
    one_plan
    list now
    encode < now > lines || die 2 "stopped: awk fails"
    arrange lines now.all
    arrange "$BACKUP/deleted.txt" deleted
    [ -s deleted ] || die 2 "stopped: $BACKUP/deleted.txt is empty"
    compare -12 deleted now.all present
    compare -23 deleted now.all todo
    if [ ! -s todo ]; then
        say "nothing to put back: $(count present) are in the KDC"
        exit 0
    fi
    cp "$BACKUP/kdc.dump" dump || die 2 "stopped: cannot read $BACKUP/kdc.dump"
    # only the lines of these principals: a password that somebody else has changed since stays as it is
    saved=$(extract todo dump load) || saved=''
    counted todo
    [ "$saved" = "$N" ] || die 3 "stopped: the backup holds $saved of $N names; nothing was changed"
    try_load load dump "$N"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would put back these $(count todo) principals of $REALM:"
        show todo
        exit 0
    fi
    SENT="the load was started, and what came of it is not known"
    load_kdc load || {
        show err >&2
        cure
    }
    list after
    encode < after > lines || die 2 "stopped: awk fails"
    arrange lines after.all
    compare -23 todo after.all failed
    if [ -s failed ]; then
        warn "not put back:"
        show failed >&2
    fi
    results "put back" todo "there already" present failed
    if [ -s failed ]; then exit 1; fi
    exit 0
}

trap leave EXIT
trap interrupted HUP INT TERM
main "$@"

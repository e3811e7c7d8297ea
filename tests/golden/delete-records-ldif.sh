#!/bin/sh
# odkit plan 0318db6ce787adb5: delete-records-ldif.sh
# Made from export.ldif (222 records, the last is cn=xserve-hq4.medicalmart.example.com:/exports/templates,cn=mounts,dc=medicalmart,dc=example,dc=com; the file holds neither a count nor a result)
# Made from listprincs.txt (399 principals; as of 2008-01-10 21:20:00Z: the date of the file, which a copy may have lost)
# Compares 23 records with the plan, then applies delete-records.ldif with ldapmodify (one prompt).
# For the Open Directory master, Mac OS X Server 10.5. Without --apply it changes nothing.
# Status: 0 done, or nothing to do; 1 something could not be deleted, or what came of it is not known; 2 the surroundings are
# not right; 3 a brake stopped it; 130 a signal did, and it says whether anything was sent. After 2 and 3 nothing was deleted.

PLAN='0318db6ce787adb5'
TARGET='10.5'
BIND='uid=diradmin,cn=users,dc=medicalmart,dc=example,dc=com'
STEPS='23'
SUFFIX='dc=medicalmart,dc=example,dc=com'
CDPATH=''
GREP_OPTIONS=''
export GREP_OPTIONS
SELF=$0

steps() {
    cat <<'ODKIT_END'
1 apple-computers cn=servers,cn=computer_lists,dc=medicalmart,dc=example,dc=com
2 apple-computers cn=servers,cn=computer_lists,dc=medicalmart,dc=example,dc=com
3 apple-computers cn=servers,cn=computer_lists,dc=medicalmart,dc=example,dc=com
4 memberUid cn=servers,cn=computer_groups,dc=medicalmart,dc=example,dc=com
5 memberUid cn=servers,cn=computer_groups,dc=medicalmart,dc=example,dc=com
6 memberUid cn=servers,cn=computer_groups,dc=medicalmart,dc=example,dc=com
7 apple-group-memberguid cn=servers,cn=computer_groups,dc=medicalmart,dc=example,dc=com
8 apple-group-memberguid cn=servers,cn=computer_groups,dc=medicalmart,dc=example,dc=com
9 apple-group-memberguid cn=servers,cn=computer_groups,dc=medicalmart,dc=example,dc=com
10 memberUid cn=backup-hosts,cn=groups,dc=medicalmart,dc=example,dc=com
11 apple-group-memberguid cn=backup-hosts,cn=groups,dc=medicalmart,dc=example,dc=com
12 record cn=xserve-hq2.medicalmart.example.com:/Volumes/Data/Homes,cn=mounts,dc=medicalmart,dc=example,dc=com
13 record cn=xserve-dart1.medicalmart.example.com:/Volumes/Data/Homes,cn=mounts,dc=medicalmart,dc=example,dc=com
14 record cn=xserve-hq4.medicalmart.example.com:/exports/templates,cn=mounts,dc=medicalmart,dc=example,dc=com
15 record cn=xserve-dart1$,cn=computers,dc=medicalmart,dc=example,dc=com
16 record cn=xserve-dart1.medicalmart.example.com$,cn=computers,dc=medicalmart,dc=example,dc=com
17 record cn=LKDC:SHA1.897583F05EEDD9F28AE6086D10DE00F956D726A9$,cn=computers,dc=medicalmart,dc=example,dc=com
18 record cn=xserve-wind1$,cn=computers,dc=medicalmart,dc=example,dc=com
19 record cn=xserve-wind1.medicalmart.example.com$,cn=computers,dc=medicalmart,dc=example,dc=com
20 record cn=LKDC:SHA1.D29229A1D09FF2BAA985F4A814B29F683E864F7A$,cn=computers,dc=medicalmart,dc=example,dc=com
21 record cn=xserve-hq3$,cn=computers,dc=medicalmart,dc=example,dc=com
22 record cn=xserve-dart2$,cn=computers,dc=medicalmart,dc=example,dc=com
23 record cn=xserve-hq4.medicalmart.example.com$,cn=computers,dc=medicalmart,dc=example,dc=com
ODKIT_END
}

expected() {
    cat <<'ODKIT_END'
1 apple-computers: xserve-hq3$
2 apple-computers: xserve-dart2$
3 apple-computers: xserve-dart1$
4 memberuid: xserve-hq3$
5 memberuid: xserve-dart2$
6 memberuid: xserve-dart1$
7 apple-group-memberguid: 41B3A4B4-EFE5-4DB3-865E-0143AB4863BD
8 apple-group-memberguid: AFE6E1B0-CC9E-4FEA-BE3C-78C792B2D626
9 apple-group-memberguid: 111DFBA0-F6F0-4C05-8C3D-F1310223584F
10 memberuid: xserve-hq3$
11 apple-group-memberguid: 41B3A4B4-EFE5-4DB3-865E-0143AB4863BD
12 cn: xserve-hq2.medicalmart.example.com:/Volumes/Data/Homes
12 mountdirectory: /Network/Servers/
12 mountdumpfrequency: 0
12 mountoption: net
12 mountoption: url==afp://;AUTH=NO%2520USER%2520AUTHENT@xserve-hq2.medicalmart.example.com/Homes
12 mountpassno: 0
12 mounttype: url
13 cn: xserve-dart1.medicalmart.example.com:/Volumes/Data/Homes
13 mountdirectory: /Network/Servers/
13 mountdumpfrequency: 0
13 mountoption: net
13 mountoption: url==afp://;AUTH=NO%2520USER%2520AUTHENT@xserve-dart1.medicalmart.example.com/Homes
13 mountpassno: 0
13 mounttype: url
14 cn: xserve-hq4.medicalmart.example.com:/exports/templates
14 mountdirectory: /Network/Servers/
14 mountdumpfrequency: 0
14 mountoption: net
14 mountpassno: 0
14 mounttype: nfs
15 apple-generateduid: 111DFBA0-F6F0-4C05-8C3D-F1310223584F
15 authauthority: ;ApplePasswordServer;0x43a0928b51d3633c0000026700000267,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
15 authauthority: ;Kerberosv5;0x43a0928b51d3633c0000026700000267;xserve-dart1$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
15 cn: xserve-dart1$
15 description: xserve-dart1.medicalmart.example.com$,LKDC:SHA1.897583F05EEDD9F28AE6086D10DE00F956D726A9$
15 iphostnumber: 10.3.0.10
15 macaddress: 00:16:cb:e9:d9:1e
16 apple-generateduid: 4803CC88-D1DD-4ACD-AD79-08AC8AD27914
16 authauthority: ;ApplePasswordServer;0x43a092c877bf99b40000026800000268,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
16 authauthority: ;Kerberosv5;0x43a092c877bf99b40000026800000268;xserve-dart1.medicalmart.example.com$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
16 cn: xserve-dart1.medicalmart.example.com$
16 iphostnumber: 10.3.0.10
16 macaddress: 00:16:cb:e9:d9:1e
17 apple-generateduid: DB4B4201-7636-413D-87A7-938F06A7C166
17 authauthority: ;ApplePasswordServer;0x43a09305ca5a5d090000026900000269,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
17 authauthority: ;Kerberosv5;0x43a09305ca5a5d090000026900000269;LKDC:SHA1.897583F05EEDD9F28AE6086D10DE00F956D726A9$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
17 cn: LKDC:SHA1.897583F05EEDD9F28AE6086D10DE00F956D726A9$
17 iphostnumber: 10.3.0.10
17 macaddress: 00:16:cb:e9:d9:1e
18 apple-generateduid: 1B97DFB4-0C1F-40B6-9094-0FAA81089D14
18 authauthority: ;ApplePasswordServer;0x43a093f9a28b28d90000026d0000026d,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
18 authauthority: ;Kerberosv5;0x43a093f9a28b28d90000026d0000026d;xserve-wind1$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
18 cn: xserve-wind1$
18 description: xserve-wind1.medicalmart.example.com$,LKDC:SHA1.D29229A1D09FF2BAA985F4A814B29F683E864F7A$
18 iphostnumber: 10.4.0.10
18 macaddress: 00:16:cb:09:e6:dd
19 apple-generateduid: FF9A60A5-55F9-4B5E-B425-34D1E2B88E6E
19 authauthority: ;ApplePasswordServer;0x43a09436c4d107e80000026e0000026e,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
19 authauthority: ;Kerberosv5;0x43a09436c4d107e80000026e0000026e;xserve-wind1.medicalmart.example.com$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
19 cn: xserve-wind1.medicalmart.example.com$
19 iphostnumber: 10.4.0.10
19 macaddress: 00:16:cb:09:e6:dd
20 apple-generateduid: B460B137-FC93-4E1E-8091-42E892726A02
20 authauthority: ;ApplePasswordServer;0x43a09473b4ca93470000026f0000026f,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
20 authauthority: ;Kerberosv5;0x43a09473b4ca93470000026f0000026f;LKDC:SHA1.D29229A1D09FF2BAA985F4A814B29F683E864F7A$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
20 cn: LKDC:SHA1.D29229A1D09FF2BAA985F4A814B29F683E864F7A$
20 iphostnumber: 10.4.0.10
20 macaddress: 00:16:cb:09:e6:dd
21 apple-generateduid: 41B3A4B4-EFE5-4DB3-865E-0143AB4863BD
21 apple-realname: xserve-hq3.medicalmart.example.com
21 authauthority: ;ApplePasswordServer;0x43a05fca8d20ca9c0000019200000192,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
21 authauthority: ;Kerberosv5;0x43a05fca8d20ca9c0000019200000192;xserve-hq3$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
21 cn: xserve-hq3$
21 iphostnumber: 10.1.0.12
21 macaddress: 00:16:cb:ab:75:04
22 apple-generateduid: AFE6E1B0-CC9E-4FEA-BE3C-78C792B2D626
22 apple-realname: xserve-dart2.medicalmart.example.com
22 authauthority: ;ApplePasswordServer;0x43a060be3dddaed40000019600000196,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
22 authauthority: ;Kerberosv5;0x43a060be3dddaed40000019600000196;xserve-dart2$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
22 cn: xserve-dart2$
22 iphostnumber: 10.3.0.11
22 macaddress: 00:16:cb:c9:dc:e1
23 apple-generateduid: 5720CD91-25CC-45DF-9EB1-78FF78F407BB
23 apple-realname: xserve-hq4.medicalmart.example.com
23 authauthority: ;ApplePasswordServer;0x43a09ae2bce065c90000028a0000028a,1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com:10.1.0.20
23 authauthority: ;Kerberosv5;0x43a09ae2bce065c90000028a0000028a;xserve-hq4.medicalmart.example.com$@MEDICALMART.EXAMPLE.COM;MEDICALMART.EXAMPLE.COM;1024 35 150910954365498114252374328618763077852525701403633737905908514833044084768703084068788463017348866397848958307787787517157187168148036965515886854896478181650741675375026432256246867065246768752171159598293377987379201361445861438824738194137638972111790634051531086517787276707854506807426038547169066765121 root@xserve-hq1.medicalmart.example.com
23 cn: LKDC:SHA1.A9977BBC928BD918A708EB404214A4808A963919$
23 cn: xserve-hq4$
23 cn: xserve-hq4.medicalmart.example.com$
23 iphostnumber: 10.1.0.13
23 macaddress: 00:16:cb:bd:6d:f5
ODKIT_END
}

masked() {
    cat <<'ODKIT_END'
dn
objectclass
userpassword
ODKIT_END
}

stamps() {
    cat <<'ODKIT_END'
12 20080815123400Z
13 20080414125100Z
14 20080612120200Z
15 20080115120000Z
16 20080814121600Z
17 20080210122500Z
18 20080514122500Z
19 20080312121400Z
20 20080614121400Z
21 20080112120600Z
22 20080114123600Z
23 20080210124900Z
ODKIT_END
}

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

flag() {
    return 1
}

word() {
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

# decode: %XX back to bytes; the names of a plan come in no other way
decode() {
    awk '{
        o = ""
        while ((i = index($0, "%")) > 0) {
            h = index("0123456789ABCDEF", substr($0, i + 1, 1)) - 1
            l = index("0123456789ABCDEF", substr($0, i + 2, 1)) - 1
            o = o substr($0, 1, i - 1) sprintf("%c", h * 16 + l)
            $0 = substr($0, i + 3)
        }
        print o $0
    }'
}

# decoded TEXT: %XX back to bytes, into DECODED; nothing that came out empty may reach a command
decoded() {
    case $1 in
        *%*) DECODED=$(printf '%s\n' "$1" | decode) || DECODED='' ;;
        *) DECODED=$1 ;; # most names have nothing to decode
    esac
    [ -n "$DECODED" ] || die 2 "stopped: awk fails"
}

# steps_there: the script holds all steps that it was written with
steps_there() {
    counted table
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: this script is damaged: it does not hold its $STEPS steps"
}

# judge ROWS [decoded]: the steps by what the directory shows of them, into todo, absent and changed. ROWS has a line for each step,
# "NUMBER WHAT NAME", and WHAT is record, or another word where one value is to go; shown what the directory shows, "NUMBER TEXT", encoded,
# and "NUMBER" behind all of a step: one without is not judged; gone the steps whose record is not there; expected.all what the plan has
# seen, sorted. A record that was changed and reads the same
# belongs to a server that came back: now.stamps and seen.stamps are the times of the last change, "NUMBER TIME"; where the plan or the
# directory shows none, the step goes into undated. With the word decoded, names are said as the directory has them
judge() {
    fresh todo absent changed undated compared touched damaged odd
    arrange shown shown.all
    # a record is as planned when every line of the plan is among those that both have, and the directory shows no other one; not by comm,
    # which takes a line of more than 2,048 bytes for several up to 10.6
    awk '
        FILENAME == "expected.all" { planned[$1]++; copies[$0]++; next }
        FILENAME == "shown.all" && NF == 1 { answered[$1] = 1; next }
        FILENAME == "shown.all" { there[$1]++; if (($0 in copies) && met[$0]++ < copies[$0]) both[$1]++; next }
        FILENAME == "gone" { gone[$1] = answered[$1] = 1; next }
        { text = substr($0, length($1) + 2) }
        FILENAME == "seen.stamps" { was[$1] = text; next }
        FILENAME == "now.stamps" { at[$1] = times[$1]++ ? at[$1] " " text : text; next }
        !($1 in planned) { print $1 > "damaged"; next }
        !($1 in answered) { next }
        $2 != "record" { if (both[$1] + 0 > 0) print $1 > "todo"; else print $1 > "absent"; next }
        $1 in gone { print $1 > "absent"; next }
        { name = substr(text, length($2) + 2) }
        there[$1] + 0 != planned[$1] || both[$1] + 0 != planned[$1] { print $1 > "changed"; print $1 "||" name > "odd"; next }
        was[$1] == "" || at[$1] == "" { print $1 > "undated"; print $1 > "todo"; next }
        { print $1 > "compared" }
        times[$1] == 1 && at[$1] == was[$1] { print $1 > "todo"; next }
        { print $1 > "touched"; print $1 "|" at[$1] ", and the plan saw " was[$1] "|" name > "odd" }
        ' expected.all shown.all gone seen.stamps now.stamps "$1" || die 2 "stopped: awk fails"
    if [ -s damaged ]; then
        read -r n < damaged
        die 2 "stopped: this script is damaged: step $n expects nothing"
    fi
    while IFS='|' read -r n at name; do
        if [ "${2-}" = decoded ]; then
            decoded "$name"
            name=$DECODED
        fi
        if [ -n "$at" ]; then
            warn "changed since the plan saw it, although it reads the same: $name ($at)"
            continue
        fi
        warn "no longer as planned: $name"
        sed -n "s/^$n //p" shown.all > first
        sed -n "s/^$n //p" expected.all > left
        comm -3 first left > differs
        show differs >&2
    done < odd
    stamped
    all_seen
}

# stamped: what came of the times of change; a rehearsal's directory may have been filled after the export
stamped() {
    [ -s touched ] || return 0
    counted compared
    if [ "$REHEARSAL" = yes ] && [ "$N" -gt 1 ] && as_many touched compared; then
        warn "every record is younger than the plan: this directory was filled for this rehearsal. A real run would stop here."
        cat touched >> todo
    else
        cat touched >> changed
    fi
}

# undated_steps: what is not known is said
undated_steps() {
    [ -s undated ] || return 0
    say "$(count undated) of $(count table) records were compared by their values alone: the plan or the directory shows no time of change"
}

# all_seen: every step is in exactly one list; a tool that failed on the way must not pass for "nothing to do"
all_seen() {
    counted todo absent changed
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: the directory could not be compared with the plan"
}

# check_way_back: before anything is deleted
check_way_back() {
    WHOLE=$HERE/restore/restore-records.ldif
    [ -f "$WHOLE" ] || die 2 "stopped: $WHOLE is missing; copy the whole folder of the plan here. Nothing was changed."
    grep '^# step ' "$WHOLE" > found
    counted found
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: $WHOLE does not hold the $STEPS steps of this plan. Nothing was changed."
    [ -w "$HERE/restore" ] || die 2 "stopped: $HERE/restore cannot be written. Nothing was changed."
}

# way_back: what this run has deleted, out of the file that puts back all, into a file of its own
way_back() {
    # what was sent is known here, so that a tool that fails is no reason to say that nothing was deleted
    if ! awk 'FILENAME == "failed" { left[$0] = 1; next } !($0 in left) { print }' failed planned > done.steps; then
        warn "awk fails: what was deleted stands in $WHOLE, with all that the plan deletes"
        return 1
    fi
    [ -s done.steps ] || return 0
    n=1
    while [ -e "$HERE/restore/restore-records-$n.ldif" ]; do n=$((n + 1)); done
    # with its head, which says what it holds and whose it is
    # shellcheck disable=SC2016 # awk's own $
    awk 'BEGIN { while ((getline line < "done.steps") > 0) want["# step " line] = 1; RS = ""; FS = "\n" }
        NR == 1 || ($1 in want) { print; print "" }' "$WHOLE" > restored || fresh restored
    if [ ! -s restored ] || ! cp restored "$HERE/restore/restore-records-$n.ldif"; then
        warn "cannot write $HERE/restore/restore-records-$n.ldif: what was deleted stands in $WHOLE, with all that the plan deletes"
        return 1
    fi
    say "to put back what this run has deleted: restore/restore-records-$n.ldif, see the head of restore-records.ldif"
}

# outcome: which of the planned steps are still to be done after the change
outcome() {
    awk 'FILENAME != "planned" { left[$0] = 1; next } ($0 in left) { print }' todo changed planned > failed || die 2 "stopped: awk fails"
}

# pick FILE: the steps of todo, out of an LDIF file whose paragraphs start with the step's number, into changes; a server without
# assertions gets none
pick() {
    # shellcheck disable=SC2016 # awk's own $
    awk 'BEGIN { while ((getline line < "todo") > 0) want["# step " line] = 1; RS = ""; FS = "\n" }
        ($1 in want) { print; print "" }' "$1" > changes || die 2 "stopped: awk fails"
    grep '^# step ' changes > found
    as_many found todo || die 2 "stopped: $(count found) of $(count todo) steps stand in $1; nothing was changed"
    ldapsearch -x -LLL -H "$URI" -s base -b '' '(objectClass=*)' supportedControl < /dev/null > found 2> err ||
        die 2 "stopped: the server at $URI does not tell its controls"
    if ! grep '^supportedControl: 1\.3\.6\.1\.1\.12$' found > /dev/null; then
        say "the server does not know assertions (RFC 4528); the comparison above is the only one"
        grep -v '^control: 1\.3\.6\.1\.1\.12 ' changes > plain || die 2 "stopped: grep fails"
        mv plain changes
    fi
}

# modify: one ldapmodify for all changes
modify() {
    cp todo planned
    cp absent before
    say "ldapmodify asks for the password of $BIND"
    SENT="changes were sent, and what came of them is not known; compare again: sh $SELF"
    printf '%s' "$MARK"
    ldapmodify -x -W -D "$BIND" -H "$URI" -f changes > out || warn "ldapmodify ends with $?"
    look
    outcome
}

take() {
    case $1 in
        --uri) URI=$2 ;;
        --bind) BIND=$2 ;;
        *) return 1 ;;
    esac
}

usage() {
    say "usage: sh delete-records-ldif.sh [--apply] [--uri URI] [--bind DN] [--rehearsal]"
    say "Without --apply it compares the directory with the plan and changes nothing."
}

# fetch NUMBER DN: the entry as ldapsearch prints it, into the file found.NUMBER, with the time of its last change; code is 32 when it is
# not there
fetch() {
    ldapsearch -x -LLL -H "$URI" -s base -b "$2" '(objectClass=*)' '*' modifyTimestamp < /dev/null > "found.$1" 2> err
    code=$?
    case $code in
        0) ;;
        32) ;; # noSuchObject
        *)
            show err >&2
            die 2 "stopped: ldapsearch ends with $code"
            ;;
    esac
}

# entries: what was found, for each step of answers ("NUMBER FOUND"), as unfolded lines in the form of the plan, into shown, and "NUMBER"
# behind all of them; the times of the last change into now.stamps
entries() {
    fresh now.stamps silent
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        function take(   i, name, bare) {
            if (line !~ /^[A-Za-z0-9]/) return
            i = index(line, ":"); name = tolower(substr(line, 1, i - 1)); bare = name; sub(/;.*/, "", bare)
            if (name == "modifytimestamp") { if (substr(line, i, 2) == ": ") print step " " enc(substr(line, i + 2)) > "now.stamps" }
            else if (!(bare in hide)) { print step " " enc(name substr(line, i)); says = 1 }
        }
        FILENAME == "hidden" { hide[$0] = 1; next }
        FILENAME == "gone" { gone[$1] = 1; next }
        {
            step = $1; from = "found." $2; line = ""; says = 0
            while ((got = (getline text < from)) > 0) {
                if (text ~ /^ /) line = line substr(text, 2)
                else { take(); line = text }
            }
            if (got < 0) exit 1
            take(); close(from)
            if (!says && !(step in gone)) print step > "silent"
            print step
        }' hidden gone answers > shown || die 2 "stopped: awk fails"
    if [ -s silent ]; then die 2 "stopped: $URI shows nothing of an entry that is there"; fi
}

# look: sort the steps into todo, absent and changed
look() {
    fresh gone answers
    asked=''
    while read -r number name; do
        name=${name#* }
        # several values of one entry are steps behind each other: it is asked for once
        if [ "$name" != "$asked" ]; then
            decoded "$name"
            fetch "$number" "$DECODED"
            asked=$name
            answer=$number
        fi
        echo "$number $answer" >> answers
        if [ "$code" = 32 ]; then echo "$number" >> gone; fi
    done < table
    entries
    judge table
}

main() {
    set -u
    own_folder .
    LC_ALL=C URI=ldap://127.0.0.1
    export LC_ALL
    options "$@"
    need awk cat comm cp grep id ldapmodify ldapsearch mktemp mv rm sed slapconfig sort sw_vers tr
    workplace
    surroundings
    one_plan
    [ -f "$HERE/delete-records.ldif" ] || die 2 "stopped: $HERE/delete-records.ldif is missing"
    steps > table
    expected > expectations
    masked > hidden
    stamps > seen.stamps
    steps_there
    arrange expectations expected.all
    check_way_back
    # a server of another domain would have none of the entries, and all would seem to be done
    decoded "$SUFFIX"
    ldapsearch -x -LLL -H "$URI" -s base -b "$DECODED" '(objectClass=*)' objectClass < /dev/null > found 2> err ||
        die 2 "stopped: $URI does not hold $SUFFIX, or does not show it; nothing was changed"
    grep -i '^objectClass:' found > /dev/null || die 2 "stopped: $URI does not show $SUFFIX; nothing was changed"
    look
    if [ -s changed ]; then
        die 3 "stopped: $(count changed) of $(count table) records are no longer as planned; nothing was changed. Make a new plan."
    fi
    undated_steps
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed"
        exit 0
    fi
    pick "$HERE/delete-records.ldif"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would run ldapmodify with:"
        grep -v '^control: ' changes > shown
        show shown
        say "would be: $(count todo) deleted, $(count absent) absent. Nothing was changed."
        exit 0
    fi
    modify
    results deleted planned absent before failed
    way_back || exit 1
    if [ -s failed ]; then exit 1; fi
    exit 0
}

trap leave EXIT
trap interrupted HUP INT TERM
main "$@"

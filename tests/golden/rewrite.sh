#!/bin/sh
# odkit plan a5860a78df6902b1: rewrite.sh
# Changes 53 references from xserve-hq2.medicalmart.example.com to files.medicalmart.example.com with dscl: mounts are made, values changed, old mounts deleted.
# For the Open Directory master, Mac OS X Server 10.5. Without --apply it changes nothing.
# Status: 0 done, or nothing to do; 1 something could not be changed, or what came of it is not known; 2 the surroundings are
# not right; 3 a brake stopped it; 130 a signal did, and it says whether anything was sent. After 2 and 3 nothing was changed.

PLAN='a5860a78df6902b1'
TARGET='10.5'
STEPS='53'
OLD='xserve-hq2.medicalmart.example.com'
CDPATH=''
GREP_OPTIONS=''
export GREP_OPTIONS
SELF=$0

steps() {
    cat <<'ODKIT_END'
1|value|/Users/aabbott0|/Users/aabbott0|NFSHomeDirectory|-|-
2|value|/Users/aabbott0|/Users/aabbott0|HomeDirectory|-|-
3|value|/Users/fgagnon12|/Users/fgagnon12|NFSHomeDirectory|-|-
4|value|/Users/fgagnon12|/Users/fgagnon12|HomeDirectory|-|-
5|value|/Users/hbergman15|/Users/hbergman15|NFSHomeDirectory|-|-
6|value|/Users/hbergman15|/Users/hbergman15|HomeDirectory|-|-
7|value|/Users/iwong18|/Users/iwong18|NFSHomeDirectory|-|-
8|value|/Users/iwong18|/Users/iwong18|HomeDirectory|-|-
9|value|/Users/jkowal20|/Users/jkowal20|NFSHomeDirectory|-|-
10|value|/Users/jkowal20|/Users/jkowal20|HomeDirectory|-|-
11|value|/Users/nostrom28|/Users/nostrom28|NFSHomeDirectory|-|-
12|value|/Users/nostrom28|/Users/nostrom28|HomeDirectory|-|-
13|value|/Users/tgagnon38|/Users/tgagnon38|NFSHomeDirectory|-|-
14|value|/Users/tgagnon38|/Users/tgagnon38|HomeDirectory|-|-
15|value|/Users/ykowal46|/Users/ykowal46|NFSHomeDirectory|-|-
16|value|/Users/ykowal46|/Users/ykowal46|HomeDirectory|-|-
17|value|/Users/anovak50|/Users/anovak50|NFSHomeDirectory|-|-
18|value|/Users/anovak50|/Users/anovak50|HomeDirectory|-|-
19|value|/Users/aueda51|/Users/aueda51|NFSHomeDirectory|-|-
20|value|/Users/aueda51|/Users/aueda51|HomeDirectory|-|-
21|value|/Users/biverson53|/Users/biverson53|NFSHomeDirectory|-|-
22|value|/Users/biverson53|/Users/biverson53|HomeDirectory|-|-
23|value|/Users/cwong55|/Users/cwong55|NFSHomeDirectory|-|-
24|value|/Users/cwong55|/Users/cwong55|HomeDirectory|-|-
25|value|/Users/gabbott63|/Users/gabbott63|NFSHomeDirectory|-|-
26|value|/Users/gabbott63|/Users/gabbott63|HomeDirectory|-|-
27|value|/Users/hostrom65|/Users/hostrom65|NFSHomeDirectory|-|-
28|value|/Users/hostrom65|/Users/hostrom65|HomeDirectory|-|-
29|value|/Users/jxu70|/Users/jxu70|NFSHomeDirectory|-|-
30|value|/Users/jxu70|/Users/jxu70|HomeDirectory|-|-
31|value|/Users/klavoie72|/Users/klavoie72|NFSHomeDirectory|-|-
32|value|/Users/klavoie72|/Users/klavoie72|HomeDirectory|-|-
33|value|/Users/mgagnon75|/Users/mgagnon75|NFSHomeDirectory|-|-
34|value|/Users/mgagnon75|/Users/mgagnon75|HomeDirectory|-|-
35|value|/Users/ttremblay88|/Users/ttremblay88|NFSHomeDirectory|-|-
36|value|/Users/ttremblay88|/Users/ttremblay88|HomeDirectory|-|-
37|value|/Users/vostrom91|/Users/vostrom91|NFSHomeDirectory|-|-
38|value|/Users/vostrom91|/Users/vostrom91|HomeDirectory|-|-
39|value|/Users/wcote93|/Users/wcote93|NFSHomeDirectory|-|-
40|value|/Users/wcote93|/Users/wcote93|HomeDirectory|-|-
41|value|/Users/zsavard99|/Users/zsavard99|NFSHomeDirectory|-|-
42|value|/Users/zsavard99|/Users/zsavard99|HomeDirectory|-|-
43|value|/Users/bcote104|/Users/bcote104|NFSHomeDirectory|-|-
44|value|/Users/bcote104|/Users/bcote104|HomeDirectory|-|-
45|value|/Users/cjansen105|/Users/cjansen105|NFSHomeDirectory|-|-
46|value|/Users/cjansen105|/Users/cjansen105|HomeDirectory|-|-
47|value|/Users/elavoie109|/Users/elavoie109|NFSHomeDirectory|-|-
48|value|/Users/elavoie109|/Users/elavoie109|HomeDirectory|-|-
49|value|/Users/iwong118|/Users/iwong118|NFSHomeDirectory|-|-
50|value|/Users/iwong118|/Users/iwong118|HomeDirectory|-|-
51|value|/Groups/office-headoffice|/Groups/office-headoffice|HomeDirectory|-|-
52|mount|/Mounts/files.medicalmart.example.com:%252FVolumes%252FData%252FHomes|/Mounts/files.medicalmart.example.com:/Volumes/Data/Homes|RecordName VFSLinkDir VFSType VFSOpts VFSDumpFreq VFSPassNo|/Mounts/xserve-hq2.medicalmart.example.com:%252FVolumes%252FData%252FHomes|/Mounts/xserve-hq2.medicalmart.example.com:/Volumes/Data/Homes
53|mount|/Mounts/files.medicalmart.example.com:%252FVolumes%252FData%252FGroups|/Mounts/files.medicalmart.example.com:/Volumes/Data/Groups|RecordName VFSLinkDir VFSType VFSOpts VFSDumpFreq VFSPassNo|/Mounts/xserve-hq2.medicalmart.example.com:%252FVolumes%252FData%252FGroups|/Mounts/xserve-hq2.medicalmart.example.com:/Volumes/Data/Groups
ODKIT_END
}

before_values() {
    cat <<'ODKIT_END'
1 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/aabbott0
2 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>aabbott0</path></home_dir>
3 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/fgagnon12
4 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>fgagnon12</path></home_dir>
5 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/hbergman15
6 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>hbergman15</path></home_dir>
7 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/iwong18
8 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>iwong18</path></home_dir>
9 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/jkowal20
10 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>jkowal20</path></home_dir>
11 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/nostrom28
12 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>nostrom28</path></home_dir>
13 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/tgagnon38
14 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>tgagnon38</path></home_dir>
15 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/ykowal46
16 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>ykowal46</path></home_dir>
17 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/anovak50
18 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>anovak50</path></home_dir>
19 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/aueda51
20 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>aueda51</path></home_dir>
21 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/biverson53
22 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>biverson53</path></home_dir>
23 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/cwong55
24 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>cwong55</path></home_dir>
25 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/gabbott63
26 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>gabbott63</path></home_dir>
27 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/hostrom65
28 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>hostrom65</path></home_dir>
29 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/jxu70
30 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>jxu70</path></home_dir>
31 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/klavoie72
32 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>klavoie72</path></home_dir>
33 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/mgagnon75
34 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>mgagnon75</path></home_dir>
35 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/ttremblay88
36 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>ttremblay88</path></home_dir>
37 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/vostrom91
38 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>vostrom91</path></home_dir>
39 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/wcote93
40 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>wcote93</path></home_dir>
41 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/zsavard99
42 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>zsavard99</path></home_dir>
43 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/bcote104
44 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>bcote104</path></home_dir>
45 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/cjansen105
46 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>cjansen105</path></home_dir>
47 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/elavoie109
48 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>elavoie109</path></home_dir>
49 NFSHomeDirectory /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/iwong118
50 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Homes</url><path>iwong118</path></home_dir>
51 HomeDirectory <home_dir><url>afp://xserve-hq2.medicalmart.example.com/Groups</url><path>headoffice</path></home_dir>
52 RecordName xserve-hq2.medicalmart.example.com:/Volumes/Data/Homes
52 VFSLinkDir /Network/Servers/
52 VFSType url
52 VFSOpts net
52 VFSOpts url==afp://;AUTH=NO%2520USER%2520AUTHENT@xserve-hq2.medicalmart.example.com/Homes
52 VFSDumpFreq 0
52 VFSPassNo 0
53 RecordName xserve-hq2.medicalmart.example.com:/Volumes/Data/Groups
53 VFSLinkDir /Network/Servers/
53 VFSType url
53 VFSOpts net
53 VFSOpts url==afp://;AUTH=NO%2520USER%2520AUTHENT@xserve-hq2.medicalmart.example.com/Groups
53 VFSDumpFreq 0
53 VFSPassNo 0
ODKIT_END
}

after_values() {
    cat <<'ODKIT_END'
1 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/aabbott0
2 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>aabbott0</path></home_dir>
3 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/fgagnon12
4 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>fgagnon12</path></home_dir>
5 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/hbergman15
6 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>hbergman15</path></home_dir>
7 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/iwong18
8 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>iwong18</path></home_dir>
9 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/jkowal20
10 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>jkowal20</path></home_dir>
11 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/nostrom28
12 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>nostrom28</path></home_dir>
13 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/tgagnon38
14 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>tgagnon38</path></home_dir>
15 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/ykowal46
16 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>ykowal46</path></home_dir>
17 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/anovak50
18 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>anovak50</path></home_dir>
19 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/aueda51
20 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>aueda51</path></home_dir>
21 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/biverson53
22 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>biverson53</path></home_dir>
23 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/cwong55
24 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>cwong55</path></home_dir>
25 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/gabbott63
26 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>gabbott63</path></home_dir>
27 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/hostrom65
28 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>hostrom65</path></home_dir>
29 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/jxu70
30 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>jxu70</path></home_dir>
31 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/klavoie72
32 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>klavoie72</path></home_dir>
33 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/mgagnon75
34 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>mgagnon75</path></home_dir>
35 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/ttremblay88
36 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>ttremblay88</path></home_dir>
37 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/vostrom91
38 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>vostrom91</path></home_dir>
39 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/wcote93
40 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>wcote93</path></home_dir>
41 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/zsavard99
42 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>zsavard99</path></home_dir>
43 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/bcote104
44 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>bcote104</path></home_dir>
45 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/cjansen105
46 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>cjansen105</path></home_dir>
47 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/elavoie109
48 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>elavoie109</path></home_dir>
49 NFSHomeDirectory /Network/Servers/files.medicalmart.example.com/Volumes/Data/Homes/iwong118
50 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Homes</url><path>iwong118</path></home_dir>
51 HomeDirectory <home_dir><url>afp://files.medicalmart.example.com/Groups</url><path>headoffice</path></home_dir>
52 RecordName files.medicalmart.example.com:/Volumes/Data/Homes
52 VFSLinkDir /Network/Servers/
52 VFSType url
52 VFSOpts net
52 VFSOpts url==afp://;AUTH=NO%2520USER%2520AUTHENT@files.medicalmart.example.com/Homes
52 VFSDumpFreq 0
52 VFSPassNo 0
53 RecordName files.medicalmart.example.com:/Volumes/Data/Groups
53 VFSLinkDir /Network/Servers/
53 VFSType url
53 VFSOpts net
53 VFSOpts url==afp://;AUTH=NO%2520USER%2520AUTHENT@files.medicalmart.example.com/Groups
53 VFSDumpFreq 0
53 VFSPassNo 0
ODKIT_END
}

home_marks() {
    cat <<'ODKIT_END'
52 /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Homes/
52 xserve-hq2.medicalmart.example.com/Homes</url>
52 xserve-hq2.medicalmart.example.com/Homes/</url>
53 /Network/Servers/xserve-hq2.medicalmart.example.com/Volumes/Data/Groups/
53 xserve-hq2.medicalmart.example.com/Groups</url>
53 xserve-hq2.medicalmart.example.com/Groups/</url>
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

# not_there STATUS: whether dscl's status says that a record is not there; it differs by release
not_there() {
    case $TARGET:$1 in
        10.4:56 | 10.4:71 | 10.4:200 | 10.5:56 | 10.5:185 | 10.6:56 | 10.6:185 | 10.7+:56 | 10.7+:185) return 0 ;;
    esac
    return 1
}

# steps_there: the script holds all steps that it was written with
steps_there() {
    counted table
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: this script is damaged: it does not hold its $STEPS steps"
}

# by_step FILE NAME: its lines "NUMBER TEXT" into a file for each step, NAME.NUMBER, sorted: all at once, and not anew for every record
by_step() {
    arrange "$1" lines
    awk -v NAME="$2" '
        $1 != last {
            if ($1 ~ /[^0-9]/ || $1 == "") exit 1
            if (last != "") close(to)
            last = $1; to = NAME "." last
        }
        { print substr($0, length(last) + 2) > to }' lines || die 2 "stopped: awk fails"
}

# rows_of STEPS: the rows of the table whose steps are in this file, into picked
rows_of() {
    awk -F '|' 'FILENAME == ARGV[1] { want[$0] = 1; next } ($1 in want) { print }' "$1" table > picked || die 2 "stopped: awk fails"
    as_many "$1" picked || die 2 "stopped: awk loses lines"
}

# all_seen: every step is in exactly one list; a tool that failed on the way must not pass for "nothing to do"
all_seen() {
    counted todo absent changed
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: the directory could not be compared with the plan"
}

# outcome: which of the planned steps are still to be done after the change
outcome() {
    awk 'FILENAME != "planned" { left[$0] = 1; next } ($0 in left) { print }' todo changed planned > failed || die 2 "stopped: awk fails"
}

# a script that uses dscl sets ADMIN and NODE
take() {
    case $1 in
        --admin) ADMIN=$2 ;;
        --node) NODE=$2 ;;
        *) return 1 ;;
    esac
}

# quoted VALUE: as a word of dscl's batch mode, which knows quotes only at the start of a word
quoted() {
    case $1 in
        *"'"*) printf ' "%s"' "$1" ;;
        *) printf " '%s'" "$1" ;;
    esac
}

# one_value NUMBER NAME: the single value of a step, from its file NAME.NUMBER, into DECODED
one_value() {
    DECODED='' more=''
    { IFS= read -r DECODED && IFS= read -r more; } < "$2.$1"
    if [ -z "$DECODED" ] || [ -n "$more" ]; then die 2 "stopped: this script is damaged: step $1 has not one value"; fi
    decoded "${DECODED#* }"
}

# check_node: it is one, and dscl can read it
check_node() {
    dscl "$NODE" -list /Config < /dev/null > out 2> err || {
        show err >&2
        die 2 "stopped: dscl cannot read the node $NODE; nothing was changed"
    }
}

# ask ANSWER PATH KEYS: what dscl says of these keys of a record, into the file said.ANSWER. False when the record is not there; any other
# trouble stops the script
ask() {
    said=said.$1
    where=$2
    # shellcheck disable=SC2046 # the keys of a step are words, made by odkit; zsh splits nothing but a command's output
    set -- $(printf '%s' "$3")
    dscl "$NODE" -read "$where" "$@" < /dev/null > "$said" 2> err
    code=$?
    if not_there "$code"; then return 1; fi
    case $code in
        0) ;;
        *)
            show "$said" >&2
            show err >&2
            die 2 "stopped: dscl -read ends with $code"
            ;;
    esac
}

# answers: what dscl has said, for each line "STEP ANSWER WHAT KEY..." of the file asked: "STEP KEY value", encoded, into shown, and "STEP"
# behind all of them; times of change, "STEP TIME", into now.stamps; a step of the kind record whose answer has no name goes into nameless. dscl prints "Key: a b", or
# "Key:" and one value a line behind a space where a value holds a space
answers() {
    fresh now.stamps nameless
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        function put(value) {
            if (key == "ModificationTimestamp") { print step " " enc(value) > "now.stamps"; return }
            if (key == "RecordName") named = 1
            print step, key, enc(value)
        }
        function take(   i, n, v, rest) {
            if (text ~ /^ /) { if (key != "") put(substr(text, 2)); return }
            sub(/^dsAttrType(Standard|Native):/, "", text); i = index(text, ":"); key = substr(text, 1, i - 1); rest = substr(text, i + 2)
            if (!((step, key) in known)) { key = ""; return }
            if (rest != "") { n = split(rest, v, " "); for (i = 1; i <= n; i++) put(v[i]); key = "" }
        }
        {
            step = $1; from = "said." $2; key = ""; named = 0
            for (i = 4; i <= NF; i++) { name = $i; sub(/^dsAttrTypeNative:/, "", name); known[step, name] = 1 }
            while ((got = (getline text < from)) > 0) take()
            if (got < 0) exit 1
            close(from)
            if ($3 == "record" && !named) print step > "nameless"
            print step
        }' asked > shown || die 2 "stopped: awk fails"
}

usage() {
    say "usage: sh ${SELF##*/} [--apply] [--admin NAME] [--node NODE] [--rehearsal]"
    say "Without --apply it compares the directory with the plan and changes nothing."
}

# look: sort the steps into todo, absent (done already) and changed; half are mounts that stand under both names
look() {
    fresh todo absent changed half gone asked damaged odd
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        decoded "$read_path"
        if ask "$number" "$DECODED" "$keys"; then echo "$number $number value $keys" >> asked; else echo "$number" >> gone; fi
        [ "$what" = mount ] || continue
        decoded "$old_read"
        if ask "old.$number" "$DECODED" "$keys"; then echo "old.$number old.$number value $keys" >> asked; else echo "old.$number" >> gone; fi
    done < table
    answers
    # of a value the record must hold all that the plan names; of a mount the record must hold this and nothing else
    awk '
        function all_of(planned, met) { return planned + 0 > 0 && met + 0 == planned + 0 }
        function stands(step, planned, met) {
            if (step in gone) return "no"
            return (all_of(planned, met) && there[step] + 0 == planned + 0) ? "yes" : "odd"
        }
        function one_of(which, planned) { return used[which, $1, line]++ < planned[line] + 0 }
        FILENAME == "olds" { olds[$1]++; old[$0]++; next }
        FILENAME == "news" { news[$1]++; new[$0]++; next }
        FILENAME == "gone" { gone[$1] = 1; next }
        FILENAME == "shown" && NF == 1 { next }
        FILENAME == "shown" {
            there[$1]++; line = $0; sub(/^old\./, "", line)
            if (one_of("old", old)) met["old", $1]++
            if (one_of("new", new)) met["new", $1]++
            next
        }
        { split($0, field, "|"); n = field[1]; what = field[2] }
        what == "mount" {
            if (!(n in olds) || !(n in news)) { print n > "damaged"; next }
            now = stands("old." n, olds[n], met["old", "old." n]) ":" stands(n, news[n], met["new", n])
            if (now == "yes:no" || now == "yes:yes") print n > "todo"
            if (now == "yes:yes") print n > "half"
            if (now == "no:yes") print n > "absent"
            if (now !~ /^(yes:no|yes:yes|no:yes)$/) { print n > "changed"; print "mount|" $0 > "odd" }
            next
        }
        n in gone { print n > "changed"; print "gone|" $0 > "odd"; next }
        {
            now = (all_of(olds[n], met["old", n]) ? "yes" : "no") ":" (all_of(news[n], met["new", n]) ? "yes" : "no")
            first = what == "drop" ? "yes:yes" : "yes:no"; last = what == "add" ? "yes:yes" : "no:yes"
            if (now == first) print n > "todo"
            else if (now == last) print n > "absent"
            else { print n > "changed"; print "value|" $0 > "odd" }
        }' olds news gone shown table || die 2 "stopped: awk fails"
    if [ -s damaged ]; then
        read -r number < damaged
        die 2 "stopped: this script is damaged: step $number expects nothing"
    fi
    while IFS='|' read -r what number last target read_path keys old_target old_read; do
        decoded "$read_path"
        target=$DECODED
        case $what in
            gone) warn "no longer there: $target" ;;
            value) warn "no longer as planned: $target $keys" ;;
            mount)
                decoded "$old_read"
                warn "no longer as planned: $DECODED, or $target is another record"
                ;;
        esac
    done < odd
    all_seen
}

# value_lines: the changes of values, one dscl command each
value_lines() {
    rows_of todo
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        [ "$what" != mount ] || continue
        decoded "$target"
        case $what in
            value) printf 'change %s %s' "$DECODED" "$keys" ;;
            drop) printf 'delete %s %s' "$DECODED" "$keys" ;;
            add) printf 'merge %s %s' "$DECODED" "$keys" ;;
        esac
        if [ "$what" != add ]; then
            one_value "$number" olds
            quoted "$DECODED"
        fi
        if [ "$what" != drop ]; then
            one_value "$number" news
            quoted "$DECODED"
        fi
        printf '\n'
    done < picked
}

# mount_lines: mounts under their new name, with all that they hold
mount_lines() {
    fresh making
    rows_of todo
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        [ "$what" = mount ] || continue
        if grep -x "$number" half > /dev/null; then continue; fi
        decoded "$target"
        target=$DECODED
        echo "$number" >> making
        printf 'create %s\n' "$target"
        sed -n -e "/^$number RecordName /d" -e "s/^$number //p" news > values || die 2 "stopped: sed fails"
        [ -s values ] || die 2 "stopped: this script is damaged: step $number expects nothing"
        last=''
        while IFS= read -r line; do
            key=${line%% *}
            decoded "${line#* }"
            if [ "$key" != "$last" ]; then
                if [ -n "$last" ]; then printf '\n'; fi
                printf 'create %s %s' "$target" "$key"
                last=$key
            fi
            quoted "$DECODED"
        done < values
        printf '\n'
    done < picked
}

# old_lines: mounts under their old name go, where the new one stands as planned
old_lines() {
    rows_of half
    while IFS='|' read -r number what target read_path keys old_target old_read; do
        decoded "$old_target"
        printf 'delete %s\n' "$DECODED"
    done < picked
}

# still_named: who in the directory has a home on the mounts that are to go, those that the export did not have among them
still_named() {
    fresh homes
    for list in "/Users NFSHomeDirectory" "/Users HomeDirectory" "/Groups HomeDirectory" "/ComputerGroups HomeDirectory"; do
        dscl "$NODE" -list "${list%% *}" "${list#* }" < /dev/null > found 2> err
        code=$?
        if not_there "$code"; then continue; fi
        if [ "$code" != 0 ]; then
            show err >&2
            die 2 "stopped: dscl -list ${list%% *} ends with $code; the old mounts stay"
        fi
        cat found >> homes || die 2 "stopped: cat fails"
    done
    fresh marks
    while IFS= read -r number; do
        home_marks > found || die 2 "stopped: cat fails"
        sed -n "s/^$number //p" found > lines || die 2 "stopped: sed fails"
        [ -s lines ] || die 2 "stopped: this script is damaged: step $number names no home"
        decode < lines > decoded.marks || die 2 "stopped: awk fails"
        as_many lines decoded.marks || die 2 "stopped: awk loses lines"
        cat decoded.marks >> marks || die 2 "stopped: cat fails"
    done < half
    [ -s marks ] || die 2 "stopped: the homes on the old mounts could not be looked for; the mounts stay"
    grep -F -i -f marks homes > lines
    if [ $? -gt 1 ]; then die 2 "stopped: grep fails; the old mounts stay"; fi
    # the name of the record alone: a home may hold what is nobody else's business
    sed 's/[[:space:]].*//' lines > named || die 2 "stopped: sed fails"
}

# batch FILE: dscl asks for the password; the status of a batch says nothing, what counts is what the reads find
batch() {
    [ -s "$1" ] || return 0
    echo quit >> "$1"
    say "dscl asks for the password of $ADMIN"
    printf '%s' "$MARK"
    dscl -q -u "$ADMIN" -p "$NODE" < "$1" > out 2> err
    cat out err >> notes
    look
}

# stop_here WHY: what was sent stands, nothing is deleted
stop_here() {
    show notes >&2
    die 1 "$1"
}

main() {
    set -u
    LC_ALL=C ADMIN=diradmin NODE=/LDAPv3/127.0.0.1
    export LC_ALL
    options "$@"
    case $NODE in
        /LDAPv3/?*) ;;
        *) die 2 "stopped: '$NODE' is no node like /LDAPv3/127.0.0.1" ;;
    esac
    need awk cat comm cp dscl grep id mktemp rm sed slapconfig sort sw_vers tr
    workplace
    surroundings
    say "plan $PLAN"
    steps > table
    before_values > olds
    after_values > news
    steps_there
    by_step olds olds
    by_step news news
    check_node
    look
    if [ -s changed ]; then
        die 3 "stopped: $(count changed) of $(count table) steps are no longer as planned; nothing was changed. Make a new plan."
    fi
    if [ ! -s todo ]; then
        say "nothing to change: 0 changed, $(count absent) as wanted, 0 failed"
        exit 0
    fi
    mount_lines > creates
    value_lines > changes
    sed -n 's/^\([0-9]*\)|mount|.*/\1/p' table > mounts || die 2 "stopped: sed fails"
    arrange mounts mounts.all
    arrange todo left
    compare -23 left mounts.all values
    as_many changes values || die 2 "stopped: $(count changes) commands for $(count values) values; nothing was changed"
    arrange half half.all
    compare -12 left mounts.all lines
    compare -23 lines half.all new
    as_many making new || die 2 "stopped: $(count making) of $(count new) mounts would be made; nothing was changed"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would give these commands to dscl at $NODE:"
        show creates
        show changes
        say "and then delete the mounts under their old names. Nothing was changed."
        say "would be: $(count todo) changed, $(count absent) as wanted."
        exit 0
    fi
    cp todo planned
    cp absent done.before
    fresh notes
    SENT="changes were sent, and what came of them is not known; compare again: sh $SELF"
    batch creates
    arrange planned left
    compare -12 mounts.all left waiting
    cat half absent > lines || die 2 "stopped: cat fails"
    arrange lines made
    compare -23 waiting made failed
    if [ -s failed ]; then stop_here "stopped: a mount could not be made as planned; no value was changed, and nothing deleted"; fi
    batch changes
    cat todo changed > lines || die 2 "stopped: cat fails"
    arrange lines left
    compare -23 left mounts.all failed
    if [ -s failed ]; then stop_here "stopped: $(count failed) values could not be changed; no mount was deleted"; fi
    if [ -s half ]; then
        still_named
        if [ -s named ]; then
            show named >&2
            stop_here "stopped: $(count named) homes are still on mounts of $OLD, which stay. Apply the -rest.ldif file, or move them; then run this again"
        fi
    fi
    old_lines > deletes
    as_many deletes half || die 2 "stopped: $(count deletes) commands for $(count half) mounts; the old mounts stay"
    batch deletes
    outcome
    if [ -s failed ]; then show notes >&2; fi
    results changed planned "were as wanted" done.before failed
    if [ -s failed ]; then exit 1; fi
    exit 0
}

trap leave EXIT
trap interrupted HUP INT TERM
main "$@"

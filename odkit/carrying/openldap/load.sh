# overrides: one_plan take

usage() {
    say "usage: sh load.sh [--apply] [--config FILE-OR-FOLDER] [--principals FILE] [--rehearsal]"
    say "--config: slapd.conf, or the folder slapd.d; /etc/ldap/slapd.d by default.  --principals: listprincs of the KDC, where it"
    say "is not on this machine.  Without --apply nothing is changed."
}

take() {
    case $1 in
        --config) CONFIG=$2 ;;
        --principals) LISTING=$2 ;;
        *) return 1 ;;
    esac
}

# whole NAME PATH: a path that holds after cd, into the variable WHOLE
whole() {
    case $1 in
        /* | '') WHOLE=$1 ;;
        *) WHOLE=$(pwd)/$1 ;;
    esac
}

# slap TOOL WORDS: a tool of slapd with the configuration of the server
slap() {
    program=$1
    shift
    if [ -d "$CONFIG" ]; then "$program" -F "$CONFIG" "$@"; else "$program" -f "$CONFIG" "$@"; fi
}

# unfolded FILE: the lines of an LDIF file, joined, without comments
unfolded() {
    awk '/^ / { line = line substr($0, 2); next } { if (seen) print line; line = $0; seen = 1 } END { if (seen) print line }' "$1" > joined ||
        die 2 "stopped: awk fails"
    awk '!/^#/' joined || die 2 "stopped: awk fails"
}

# content FILE TO: what is compared: every line of every record in its order, but what slapd writes itself
content() {
    unfolded "$1" > lines
    awk 'BEGIN { split("structuralobjectclass entryuuid creatorsname createtimestamp entrycsn modifiersname modifytimestamp contextcsn", own, " ")
            for (i in own) drop[own[i]] = 1 }
        { name = tolower($0); sub(/[:;].*/, "", name) }
        !(name in drop) && !($0 == "" && last == "") { print }
        { if (!(name in drop)) last = $0 }' last= lines > "$2" || die 2 "stopped: awk fails"
}

# dns FILE TO: the lines that name records, sorted
dns() {
    awk '/^dn:/' "$1" > found || die 2 "stopped: awk fails"
    arrange found "$2"
}

# settings: the configuration of the server as one LDIF file, joined lines, whichever form it has
settings() {
    if [ -d "$CONFIG" ]; then
        slapcat -F "$CONFIG" -n 0 > raw 2> err || die 2 "stopped: slapcat cannot read $CONFIG: $(tail -1 err)"
    else
        # slaptest converts only when it can open the databases: empty ones of a copy, in the workplace
        rm -rf converted copies
        mkdir converted copies
        # shellcheck disable=SC2016 # awk's own $
        awk -v here="$WORK/copies" '
            tolower($1) == "directory" {
                place = $0; sub(/^[ \t]*[^ \t]+[ \t]+/, "", place); gsub(/"/, "", place); sub(/[ \t]+$/, "", place)
                n++; system("mkdir " here "/" n); print here "/" n "|" place > "places"; print "directory " here "/" n; next
            }
            { print }' "$CONFIG" > conf || die 2 "stopped: awk fails"
        number=1
        while [ "$number" -le "$(count places)" ]; do
            slapadd -f conf -n "$number" -l /dev/null > err 2>&1
            number=$((number + 1))
        done
        slaptest -f conf -F converted > err 2>&1 || die 2 "stopped: slaptest does not accept $CONFIG: $(tail -1 err)"
        slapcat -F converted -n 0 > copy 2> err || die 2 "stopped: slapcat cannot read $CONFIG: $(tail -1 err)"
        awk 'BEGIN { while ((getline line < "places") > 0) { i = index(line, "|"); real[substr(line, 1, i - 1)] = substr(line, i + 1) } }
            /^olcDbDirectory: / && (substr($0, 17) in real) { print "olcDbDirectory: " real[substr($0, 17)]; next }
            { print }' copy > raw || die 2 "stopped: awk fails"
    fi
    unfolded raw > settings
}

# about NAME: the value of an attribute of the database that holds the suffix, out of the settings
about() {
    # shellcheck disable=SC2016 # awk's own $
    awk -v suffix="$SUFFIX" -v name="$1" 'BEGIN { RS = ""; FS = "\n"; suffix = tolower(suffix) }
        { here = 0; value = ""
          for (i = 1; i <= NF; i++) {
            if (tolower($i) == "olcsuffix: " suffix) here = 1
            if (index($i, name ": ") == 1) value = substr($i, length(name) + 3)
          }
          if (here) print value }' settings || die 2 "stopped: awk fails"
}

# database: where the suffix has its place at this server
database() {
    settings
    PLACE=$(about olcDbDirectory)
    BASE=$(about dn)
    [ -n "$BASE" ] || die 3 "stopped: $CONFIG has no database for $SUFFIX; config/slapd.d.ldif and config/slapd.conf here show one"
    [ -d "$PLACE" ] || die 3 "stopped: the folder of that database, '$PLACE', is not there"
    say "database of $SUFFIX: $PLACE"
}

# stopped: slapd must not run while its database is filled from outside
server_stopped() {
    file=$(sed -n 's/^olcPidFile: //p' settings)
    if [ -n "$file" ] && [ -f "$file" ] && kill -s 0 "$(cat "$file")" 2> /dev/null; then
        die 2 "stopped: slapd runs (process $(cat "$file")); stop it first: service slapd stop"
    fi
}

# names_at_kdc: every principal that a {SASL} value names has to be at the KDC, or its user could never log in
names_at_kdc() {
    principals > wanted
    [ -s wanted ] || return 0
    if [ -n "$LISTING" ]; then
        cp "$LISTING" listed || die 2 "stopped: $LISTING cannot be read"
    elif command -v kadmin.local > /dev/null 2>&1; then
        kadmin.local -r "$REALM" listprincs > listed 2> err < /dev/null ||
            die 2 "stopped: kadmin.local does not list the principals of $REALM: $(tail -1 err)"
    else
        die 2 "stopped: give --principals with the output of 'kadmin.local listprincs' of the KDC of $REALM"
    fi
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'{ sub(/\r$/, ""); print enc($0) }' listed > found || die 2 "stopped: awk fails"
    sort -u found > there.names || die 2 "stopped: sort fails"
    sort -u wanted > wanted.names || die 2 "stopped: sort fails"
    compare -23 wanted.names there.names absent
    if [ -s absent ]; then
        show absent >&2
        die 3 "stopped: $(count absent) of $(count wanted) principals are not at the KDC of $REALM; carry the realm first. Nothing was changed."
    fi
    say "all $(count wanted) principals of the plan are at the KDC of $REALM"
}

# target_state: what the database holds: into STATE empty, same, loaded (all records, some changed since), other
target_state() {
    if [ ! -e "$PLACE/data.mdb" ]; then # slapcat cannot open what was never filled
        STATE=empty
        return 0
    fi
    slap slapcat -b "$SUFFIX" > raw 2> err || die 2 "stopped: slapcat cannot read the database of $SUFFIX: $(tail -1 err)"
    content raw present
    if [ ! -s present ]; then
        STATE=empty
        return 0
    fi
    if cmp -s present planned; then
        STATE=same
        return 0
    fi
    dns present present.dns
    dns planned planned.dns
    compare -23 planned.dns present.dns missing
    if [ -s missing ]; then STATE=other; else STATE=loaded; fi
}

# dry_load: the server's own check of every value; it does not see twins and missing parents, which the plan has looked for
dry_load() {
    slap slapadd -u -o value-check=yes -b "$SUFFIX" -l "$HERE/directory.ldif" > err 2>&1 || {
        show err >&2
        die 3 "stopped: slapd does not take directory.ldif; has it the schema of this folder (schema/)? Nothing was changed."
    }
}

# owned FOLDER BY: what root has made belongs to whom the folder belongs to
owned() {
    owner=$(stat -c %u:%g "$1") || die 1 "failed: stat does not tell the owner of $1"
    chown -R "$owner" "$1" || die 1 "failed: chown $owner $1; slapd could not open it"
}

load() {
    SENT="the database was being filled; it was empty before: remove what is in $PLACE, and start again"
    slap slapadd -q -b "$SUFFIX" -l "$HERE/directory.ldif" > err 2>&1
    code=$?
    slap slapcat -b "$SUFFIX" > raw 2> /dev/null || : > raw
    content raw present
    if [ "$code" != 0 ] || ! cmp -s present planned; then
        show err >&2
        cmp present planned >&2
        rm -f "$PLACE/data.mdb" "$PLACE/lock.mdb"
        SENT=''
        die 1 "failed: what arrived is not what was planned (slapadd ends with $code); the database is empty again"
    fi
    owned "$PLACE"
    SENT=''
}

# versions: slapd of 2.4 at least, whose tools are the ones that this script knows
versions() {
    version=$(slapd -VV 2>&1 | sed -n 's/.*slapd \([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p' | head -1)
    case $version in
        2.[4-9].* | 2.[1-9][0-9].* | [3-9].*) say "slapd $version" ;;
        *) die 2 "stopped: slapd -VV does not tell a version of 2.4 or later" ;;
    esac
}

one_plan() {
    for name in carry.json directory.ldif config/slapd.conf config/slapd.d.ldif; do
        [ -f "$HERE/$name" ] || die 3 "stopped: $HERE/$name is missing"
        grep -F "$PLAN" "$HERE/$name" > /dev/null || die 3 "stopped: $HERE/$name belongs to another plan than $PLAN"
    done
    say "plan $PLAN"
}

# secrets_before, secrets_after: what a plan with CRAM-MD5 secrets adds
secrets_before() {
    return 0
}

secrets_after() {
    return 0
}

main() {
    set -u
    HERE=$(cd "$(dirname "$SELF")" && pwd) || exit 2
    LC_ALL=C CONFIG='' LISTING=''
    export LC_ALL
    options "$@"
    [ -n "$CONFIG" ] || CONFIG=/etc/ldap/slapd.d
    [ -e "$CONFIG" ] || die 2 "stopped: $CONFIG is not there; give --config with slapd.conf, or the folder slapd.d"
    whole "$CONFIG"
    CONFIG=$WHOLE
    whole "$LISTING"
    LISTING=$WHOLE
    need awk cat chown cmp comm cp dirname grep head id mkdir mktemp rm sed slapadd slapcat slapd slaptest sort stat tail
    workplace
    check_root
    one_plan
    versions
    database
    content "$HERE/directory.ldif" planned
    awk '/^dn:/' planned > found || die 2 "stopped: awk fails"
    counted found
    [ "$N" -eq "$ENTRIES" ] || die 3 "stopped: directory.ldif has $N records, and the plan $ENTRIES: it is cut. Nothing was changed."
    target_state
    case $STATE in
        same)
            say "nothing to do: all $ENTRIES records are there as planned"
            exit 0
            ;;
        loaded)
            say "nothing to do: all $ENTRIES records are there, and some were changed since; what was changed is left as it is"
            exit 0
            ;;
        other)
            counted present
            head -n "$N" planned > beginning || die 2 "stopped: head fails"
            ! cmp -s beginning present || die 3 "stopped: the database holds a part of this plan alone: an earlier run was ended in the middle. Remove" \
                "$PLACE/data.mdb and $PLACE/lock.mdb, and start again"
            die 3 "stopped: the database of $SUFFIX is not empty, and $(count missing) planned records are not in it; odkit loads over nothing"
            ;;
    esac
    names_at_kdc
    dry_load
    server_stopped
    secrets_before
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would load $ENTRIES records into $PLACE. Nothing was changed."
        exit 0
    fi
    load
    secrets_after
    say "$ENTRIES records loaded and compared, 0 failed. Start slapd now."
    exit 0
}

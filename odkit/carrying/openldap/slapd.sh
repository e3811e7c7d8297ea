# overrides: one_plan

# the target's slapd, stopped: its tools, its configuration, and what its database holds

# slap TOOL WORDS: a tool of slapd with the configuration of the server
slap() {
    program=$1
    shift
    if [ -d "$CONFIG" ]; then "$program" -F "$CONFIG" "$@"; else "$program" -f "$CONFIG" "$@"; fi
}

# dumped TO: what the database holds; slapcat cannot open what was never filled
dumped() {
    fresh "$1"
    [ ! -e "$PLACE/data.mdb" ] || slap slapcat -b "$SUFFIX" > "$1" 2> err
}

# refill FILE
refill() {
    rm -f "$PLACE/data.mdb" "$PLACE/lock.mdb"
    [ ! -s "$1" ] || slap slapadd -q -b "$SUFFIX" -l "$1" > err 2>&1
}

# settings: the configuration of the server as one LDIF file, joined lines, whichever form it has
settings() {
    if [ -d "$CONFIG" ]; then
        slapcat -F "$CONFIG" -n 0 > raw 2> err || die 2 "stopped: slapcat cannot read $CONFIG: $(tail -1 err)"
    else
        # slaptest converts only when it can open the databases: empty ones of a copy, in the workplace, whose own path may hold anything
        rm -rf converted copies
        mkdir converted copies
        # shellcheck disable=SC2016 # awk's own $
        awk -v here=copies '
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
        slapcat -F converted -n 0 > folded 2> err || die 2 "stopped: slapcat cannot read $CONFIG: $(tail -1 err)"
        unfolded folded > copy
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

# given_back: what root has made belongs to whom the folder belongs to
given_back() {
    owned "$PLACE"
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

# look: the plan, the server and its configuration, and what was planned
look() {
    [ -n "$CONFIG" ] || CONFIG=/etc/ldap/slapd.d
    [ -e "$CONFIG" ] || die 2 "stopped: $CONFIG is not there; give --config with slapd.conf, or the folder slapd.d"
    whole "$CONFIG"
    CONFIG=$WHOLE
    need awk cat chown cmp comm cp grep head id mkdir mktemp rm sed slapadd slapcat slapd slaptest sort stat tail
    workplace
    check_root
    one_plan
    versions
    database
    SERVER=slapd
    plan_records
}

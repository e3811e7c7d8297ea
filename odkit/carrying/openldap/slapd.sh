# overrides: one_plan

# the target's slapd, stopped: its tools, its configuration, and what its database holds

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

# owned FOLDER BY: what root has made belongs to whom the folder belongs to
owned() {
    owner=$(stat -c %u:%g "$1") || die 1 "failed: stat does not tell the owner of $1"
    chown -R "$owner" "$1" || die 1 "failed: chown $owner $1; slapd could not open it"
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

# look: the plan, the server and its configuration, and what was planned, line by line, into the file planned
look() {
    [ -n "$CONFIG" ] || CONFIG=/etc/ldap/slapd.d
    [ -e "$CONFIG" ] || die 2 "stopped: $CONFIG is not there; give --config with slapd.conf, or the folder slapd.d"
    whole "$CONFIG"
    CONFIG=$WHOLE
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
}

# the database of a stopped LDAP server: what the plan has for it, and what it holds, line by line
#
# the server's own part has: look (the plan, the server, its database; what of them is named: PLACE, SERVER), server_stopped,
# dumped TO (all records below the suffix; false, with the reason in err), refill FILE (the database has these records and no others)

# whole PATH: a path that holds after cd, into the variable WHOLE
# shellcheck disable=SC2034,SC2317 # FreeIPA's stage.sh has another look, which asks for no path
whole() {
    case $1 in
        /* | '') WHOLE=$1 ;;
        *) WHOLE=$(pwd)/$1 ;;
    esac
}

# unfolded FILE: the lines of an LDIF file, joined, without comments
unfolded() {
    awk '
        function finish() { if (seen && line !~ /^#/) print line }
        /^ / { line = line substr($0, 2); next }
        { finish(); line = $0; seen = 1 }
        END { finish() }' "$1" || die 2 "stopped: awk fails"
}

# content FILE TO: what is compared: every line of every record in its order, but what the server writes itself
content() {
    unfolded "$1" > lines
    awk 'BEGIN {
            split("structuralobjectclass entryuuid creatorsname createtimestamp entrycsn modifiersname modifytimestamp contextcsn nsuniqueid dsentrydn", own, " ")
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

# owned FOLDER BY: what root has made belongs to whom the folder belongs to
owned() {
    owner=$(stat -c %u:%g "$1") || die 1 "failed: stat does not tell the owner of $1"
    chown -R "$owner" "$1" || die 1 "failed: chown $owner $1; slapd could not open it"
}

# plan_records: what was planned, line by line, into the file planned
plan_records() {
    content "$HERE/directory.ldif" planned
    awk '/^dn:/' planned > found || die 2 "stopped: awk fails"
    counted found
    [ "$N" -eq "$ENTRIES" ] || die 3 "stopped: directory.ldif has $N records, and the plan $ENTRIES: it is cut. Nothing was changed."
}

# held: what the database holds, into the files raw and present
held() {
    dumped raw || die 2 "stopped: the database of $SUFFIX cannot be read: $(tail -1 err)"
    content raw present
}

# filled FILE: the database has the records of a file and no others; false when the server does not take them as they are
filled() {
    refill "$1" || return 1
    dumped after || return 1
    content after found.content
    content "$1" wanted
    cmp -s found.content wanted
}

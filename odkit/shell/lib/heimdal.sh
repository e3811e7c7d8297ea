# A KDC of Heimdal with a database of its own: kadmin -l.
#
# needs: check_root counted die need say show warn ENC REALM WORK
# provides: need_kdc check_kdc list states dump_kdc held commands unshared send extract try_load load_kdc cure
# overrides: surroundings
# writes: err exact name out raw scratch.conf shared N

need_kdc() {
    need id kadmin
}

surroundings() {
    if command -v sw_vers > /dev/null 2>&1; then
        die 3 "stopped: this is Mac OS X, whose KDC has no database of its own; make a plan with --target 10.7+ (or the MIT release)"
    fi
    check_root
}

check_kdc() {
    kadmin --version > raw 2>&1 < /dev/null
    grep -i heimdal raw > /dev/null || die 3 "stopped: kadmin is not Heimdal's here; this plan is for a Heimdal KDC"
}

# list FILE: the KDC's principals as kadmin prints them, with the realm where it leaves that away
list() {
    kadmin -l -r "$REALM" list '*' < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: kadmin cannot list the realm $REALM"
    }
    # shellcheck disable=SC2016 # awk's own $
    REALM=$REALM awk '$0 != "" { t = $0; gsub(/\\./, "", t); if (index(t, "@")) print; else print $0 "@" ENVIRON["REALM"] }' raw > "$1"
    if [ ! -s "$1" ]; then
        show err >&2
        die 3 "stopped: the KDC of $REALM lists no principal; nothing was changed"
    fi
    grep '^krbtgt/' "$1" > /dev/null || die 3 "stopped: the list has no krbtgt principal: it is not the whole list; nothing was changed"
}

# states FILE: "CHANGED VERSION USED NAME" of every principal: when it was changed last, its newest key version, its last login; - where
# the database does not tell, 0 for never. Times are YYYYMMDDHHMMSS (UTC)
states() {
    kadmin -l -r "$REALM" list -l '*' < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: kadmin cannot show the principals of $REALM; nothing was changed"
    }
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        function flush() { if (name != "") print changed, kvno, used, enc(name) }
        function time(s) { gsub(/[^0-9]/, "", s); return length(s) == 14 ? s : "-" }
        /^ *Principal: / { flush(); name = $0; sub(/^ *Principal: /, "", name); changed = "-"; kvno = "-"; used = "-" }
        /^ *Kvno: [0-9]+$/ { kvno = $2 }
        /^ *Last modified: / { changed = time($0) }
        /^ *Last successful login: / { used = ($0 ~ /: never$/) ? 0 : time($0) }
        END { flush() }' raw > "$1" || die 2 "stopped: awk fails"
}

# dump_kdc FILE, and the number of principals in it
dump_kdc() {
    kadmin -l -r "$REALM" dump "$1" < /dev/null > out 2> err
}

held() {
    awk '$0 != "" { n++ } END { print n + 0 }' "$1"
}

# commands NAMES ALL TO: one name a line, made from a line that the KDC itself has printed; a glob in it is taken literally
commands() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        FILENAME == ARGV[1] { want[$0] = 1; next }
        (enc($0) in want) { print }' "$1" "$2" > exact
    sed 's/[][*?]/\\&/g' exact > "$3"
}

# unshared NAMES: a principal goes with all of its aliases, which lists do not show; one that bears any is no service of a retired host alone
unshared() {
    kadmin -l -r "$REALM" list -l '*' < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: kadmin cannot show the principals of $REALM; nothing was deleted"
    }
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        FILENAME == ARGV[1] { want[$0] = 1; next }
        /^ *Principal: / { name = $0; sub(/^ *Principal: /, "", name) }
        /^ *Aliases: *[^ ]/ { if (enc(name) in want) print }
        ' "$1" raw > shared || die 2 "stopped: awk fails"
    if [ -s shared ]; then
        show shared >&2
        die 3 "stopped: names of the plan have these aliases, which would go, too; nothing was deleted. Take them off first, or make a new plan."
    fi
}

# one command a name: a list of names would end at the first that is missing
send() {
    while IFS= read -r name; do
        kadmin -l -r "$REALM" delete -- "$name" < /dev/null >> out 2>> err
    done < "$1"
}

# extract NAMES DUMP TO: the lines of a dump that hold these names and no others; their number
extract() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        FILENAME == ARGV[1] { want[$0] = 1; next }
        (enc($1) in want) { print }' "$1" "$2" > "$3"
    counted "$3"
    echo "$N"
}

# try_load PART DUMP COUNT: into a database of its own, so that a file that is refused half way touches nothing
try_load() {
    printf '[kdc]\n\tdatabase = {\n\t\tdbname = %s/scratch\n\t\trealm = %s\n\t}\n' "$WORK" "$REALM" > scratch.conf
    kadmin -l -c "$WORK/scratch.conf" -r "$REALM" load "$1" < /dev/null > out 2> err || {
        show err >&2
        die 3 "stopped: kadmin refuses the names of the backup in a database of its own; nothing was changed. The backup is damaged."
    }
    kadmin -l -c "$WORK/scratch.conf" -r "$REALM" dump scratch.dump < /dev/null > out 2> err || {
        show err >&2
        die 2 "stopped: the scratch database cannot be dumped; nothing was changed"
    }
    N=$(held scratch.dump) || N=''
    [ "$N" = "$3" ] || die 3 "stopped: the scratch database holds $N of $3 principals; nothing was changed"
    say "loaded into a scratch database first: $3 principals arrive"
}

# cure: what to do where the load itself was refused
cure() {
    warn "What was loaded before the refusal is there; run this script again: it puts back what is still missing."
}

load_kdc() {
    kadmin -l -r "$REALM" merge "$1" < /dev/null > out 2> err
}

# overrides: need_kdc dump_kdc keys_of names_of part check_file read_kdc rehearse_load bring listed

# the target's KDC: Heimdal's kadmin -l; what is another thing than with MIT

need_kdc() {
    need awk cat cmp comm cp grep id kadmin mkdir mktemp mv rm sed sort tr
}

# dump_kdc FILE [CONFIG]: every principal, also of a database that is no KDC's
dump_kdc() {
    if [ $# -gt 1 ]; then
        kadmin -l -c "$2" -r "$REALM" dump "$1" > out 2> err < /dev/null
    else
        kadmin -l -r "$REALM" dump "$1" > out 2> err < /dev/null
    fi
}

# keys_of DUMP TO: name, encoded, and what the record says, sorted; of each key its version, type and salt, in one form: its bytes differ
# with the master key that it is sealed under
keys_of() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        function hexed(s,   i, o) {
            for (i = 1; i < 256; i++) byte[sprintf("%c", i)] = sprintf("%02X", i)
            o = ""
            for (i = 1; i <= length(s); i++) o = o byte[substr(s, i, 1)]
            return o
        }
        function salt(s,   i) {
            i = index(s, "/")
            if (!i) return s
            return substr(s, i + 1, 1) == "\"" ? substr(s, 1, i) hexed(substr(s, i + 2, length(s) - i - 2)) : s
        }
        $0 != "" {
            name = $0
            if (!match(name, /^([^ \\]|\\.)+/)) next
            rest = substr($0, RLENGTH + 2)
            name = substr($0, 1, RLENGTH)
            n = split(rest, field, " ")
            m = split(field[1], piece, ":")
            keys = piece[1]
            for (i = 2; i + 3 <= m; i += 4) keys = keys " " piece[i + 1] "/" salt(piece[i + 3])
            print enc(name) "\t" keys " " field[2] " " field[3] " " field[5] " " field[6] " " field[7] " " field[8] " " field[9]
        }' "$1" > lines || die 2 "stopped: awk fails"
    arrange lines "$2"
    number=$(held "$1") || die 2 "stopped: awk fails"
    [ "$N" = "$number" ] || die 2 "stopped: awk loses lines"
    [ "$N" -gt 0 ] || die 2 "stopped: no principal in $1"
}

# names_of KEYS TO
names_of() {
    awk -F '\t' '{ print $1 }' "$1" > lines || die 2 "stopped: awk fails"
    as_many "$1" lines || die 2 "stopped: awk loses lines"
    arrange lines "$2"
}

# part NAMES DUMP TO: the records of these names
part() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        FILENAME == ARGV[1] { want[$0] = 1; next }
        match($0, /^([^ \\]|\\.)+/) && (enc(substr($0, 1, RLENGTH)) in want) { print }' "$1" "$2" > "$3" || die 2 "stopped: awk fails"
    as_many "$1" "$3" || die 2 "stopped: $2 does not hold every name that it should"
}

# the file of this plan, whole: each record says the plan in its author, and ends as it must
check_file() {
    cp "$HERE/principals.merge" plan.dump || die 2 "stopped: cannot read $HERE/principals.merge"
    awk -v "mark=:$AUTHOR " 'index($0, mark) && / - -$/ { n++ } END { print n + 0 }' plan.dump > number || die 2 "stopped: awk fails"
    [ "$(cat number)/$(held plan.dump)" = "$PRINCIPALS/$PRINCIPALS" ] ||
        die 3 "stopped: principals.merge does not hold the $PRINCIPALS principals of plan $PLAN: it is cut, or of another plan"
    keys_of plan.dump plan.keys
    say "plan $PLAN: $PRINCIPALS principals for $REALM"
}

read_kdc() {
    check_kdc
    dump_kdc now.dump || {
        show err >&2
        die 2 "stopped: kadmin cannot dump the realm $REALM"
    }
    grep -F "krbtgt/$REALM@$REALM " now.dump > /dev/null || die 3 "stopped: the KDC has no krbtgt of $REALM: it is not the one of this plan"
    keys_of now.dump now.keys
}

# merge goes on behind a record that it refuses: so the file is loaded into a database of its own first
rehearse_load() {
    part todo plan.dump todo.dump
    keys_of todo.dump todo.keys
    printf '[kdc]\n\tdatabase = {\n\t\tdbname = %s/scratch\n\t\trealm = %s\n\t}\n' "$WORK" "$REALM" > scratch.conf
    kadmin -l -c "$WORK/scratch.conf" -r "$REALM" load todo.dump > out 2> err < /dev/null || {
        show err >&2
        die 3 "stopped: kadmin refuses the file; nothing was changed"
    }
    dump_kdc scratch.dump "$WORK/scratch.conf" || die 3 "stopped: the scratch database cannot be dumped; nothing was changed"
    same todo.keys scratch.dump "a scratch database"
    say "loaded into a scratch database: $(count todo) principals arrive"
}

bring() {
    kadmin -l -r "$REALM" merge todo.dump > out 2> err < /dev/null || {
        show err >&2
        warn "kadmin failed; what it has taken is there"
    }
    # what came sealed is of use only where the KDC's master key opens it
    awk 'match($0, /^([^ \\]|\\.)+/) { name = substr($0, 1, RLENGTH); if (substr($0, RLENGTH + 2) ~ /^[0-9]+:[0-9]+:/) print name }' todo.dump > sealed ||
        die 1 "awk fails"
    fresh foreign
    while IFS= read -r name; do
        rm -f one.keytab
        kadmin -l -r "$REALM" ext_keytab -k "$WORK/one.keytab" "$name" > out 2> err < /dev/null && [ -s one.keytab ] || printf '%s\n' "$name" >> foreign
    done < sealed
    rm -f one.keytab
    if [ -s foreign ]; then
        warn "the master key of this KDC does not open the keys of these principals; they are taken out again:"
        show foreign >&2
        sed 's/[][*?]/\\&/g' foreign > deletes
        send deletes
    fi
}

# listed TO: the KDC's own spelling of its names
listed() {
    list "$1"
}

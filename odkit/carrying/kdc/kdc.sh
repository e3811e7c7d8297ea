# overrides: dump_kdc need_kdc

# the target's KDC: MIT's kdb5_util and kadmin.local, on any Unix

usage() {
    say "usage: sh $NAME [--apply] [--rehearsal]"
    say "$WHAT Without --apply it changes nothing."
}

need_kdc() {
    need awk cat cksum cmp comm cp grep id kadmin.local kdb5_util mkdir mktemp mv rm sed sort tr
}

# dump_kdc FILE [DATABASE]: every principal, also of a database that is no KDC's
dump_kdc() {
    if [ $# -gt 1 ]; then
        kdb5_util -r "$REALM" -d "$2" dump -r13 "$1" > out 2> err
    else
        kdb5_util -r "$REALM" dump -r13 "$1" > out 2> err
    fi
}

# keys_of DUMP TO: name, encoded, and its keys as the database holds them, sorted; what logins change is left away
keys_of() {
    # shellcheck disable=SC2016 # awk's own $
    awk -F '\t' "$ENC"'
        $1 == "princ" {
            keys = ""
            for (i = 16 + 3 * $4; i <= NF; i++) keys = keys " " $i
            print enc($7) "\t" keys
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

# part NAMES DUMP TO: the header and the records of these names
part() {
    [ "$(extract "$1" "$2" "$3")" = "$(count "$1")" ] || die 2 "stopped: $2 does not hold every name that it should"
}

# the file of this plan, whole: each record says the plan in its author
check_file() {
    cp "$HERE/principals.dump" plan.dump || die 2 "stopped: cannot read $HERE/principals.dump"
    awk -F '\t' -v "mark=$MARKHEX" '$1 == "princ" && index($0, mark) { n++ } END { print n + 0 }' plan.dump > number ||
        die 2 "stopped: awk fails"
    [ "$(cat number)/$(held plan.dump)" = "$PRINCIPALS/$PRINCIPALS" ] ||
        die 3 "stopped: principals.dump does not hold the $PRINCIPALS principals of plan $PLAN: it is cut, or of another plan"
    keys_of plan.dump plan.keys
    say "plan $PLAN: $PRINCIPALS principals for $REALM"
}

# the KDC as it is now; its master key must be the one that the file is sealed under
read_kdc() {
    dump_kdc now.dump || {
        show err >&2
        die 2 "stopped: kdb5_util cannot dump the realm $REALM"
    }
    keys_of now.dump now.keys
    awk -F '\t' -v "name=$MASTER" '$1 == name { print $2 }' now.keys > lines || die 2 "stopped: awk fails"
    sum=$(cksum < lines) || die 2 "stopped: cksum fails"
    [ "$sum" = "$MASTERSUM" ] ||
        die 3 "stopped: the master key of $REALM is not the one that principals.dump is sealed under; make a new dump and a new plan"
}

# what becomes of each planned name: todo, loaded (from this very file, keys unchanged), changed (loaded by an earlier run, and
# changed since), gone (loaded by an earlier run, and deleted since), taken (somebody else has made it)
sort_names() {
    fresh ledger
    if [ -f "$HERE/loaded.txt" ]; then cp "$HERE/loaded.txt" ledger || die 2 "stopped: cannot read $HERE/loaded.txt"; fi
    fresh todo loaded changed gone taken
    awk -F '\t' '
        FILENAME == "ledger" { ever[$1] = 1; next }
        FILENAME == "now.keys" { now[$1] = $2; next }
        {
            if (!($1 in now)) state = ($1 in ever) ? "gone" : "todo"
            else if (now[$1] == $2) state = "loaded"
            else state = ($1 in ever) ? "changed" : "taken"
            print $1 > state
        }' ledger now.keys plan.keys || die 2 "stopped: awk fails"
    as_many plan.keys todo loaded changed gone taken || die 2 "stopped: awk loses lines"
}

# A KDC of MIT: kadmin.local and kdb5_util of Mac OS X Server 10.4 to 10.6.
#
# needs: counted die need say show warn ENC REALM TARGET WORK
# provides: need_kdc check_kdc list states dump_kdc held commands unshared send extract try_load load_kdc cure
# writes: before err name out raw N

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

# states FILE: "CHANGED VERSION USED NAME" of every principal: when it was changed last, its newest key version, its last login; - where
# the database does not tell, 0 for never. Times are YYYYMMDDHHMMSS (UTC). The keys in the dump stay in the pipe
states() {
    # shellcheck disable=SC2016 # awk's own $
    {
        kdb5_util -r "$REALM" dump 2> err
        echo "status: $?"
    } | awk -F '\t' "$ENC"'
        function part(h, at) { return index("0123456789abcdef", substr(h, at, 1)) - 1 }
        function byte(h, at) { return part(h, at) * 16 + part(h, at + 1) }
        function utc(t,   s, d, e, n, y, m) {  # the civil calendar, from days since 0000-03-01
            s = t % 86400; d = (t - s) / 86400 + 719468
            e = int(d / 146097); d -= e * 146097
            y = int((d - int(d / 1460) + int(d / 36524) - int(d / 146096)) / 365)
            n = d - (365 * y + int(y / 4) - int(y / 100)); m = int((5 * n + 2) / 153)
            d = n - int((153 * m + 2) / 5) + 1; y += e * 400 + (m > 9); m += m < 10 ? 3 : -9
            return sprintf("%04d%02d%02d%02d%02d%02d", y, m, d, int(s / 3600), int(s % 3600 / 60), s % 60)
        }
        /^status: / { told++; fine = $0 == "status: 0" }
        $1 == "princ" {
            changed = "-"; kvno = "-"; at = 16
            for (i = 0; i < $4; i++) {
                if ($at == 2 && length($(at + 2)) >= 8) {
                    h = tolower($(at + 2))
                    changed = utc(byte(h, 1) + 256 * byte(h, 3) + 65536 * byte(h, 5) + 16777216 * byte(h, 7))
                }
                at += 3
            }
            for (i = 0; i < $5; i++) {
                if (kvno == "-" || $(at + 1) + 0 > kvno + 0) kvno = $(at + 1)
                at += 2 + 3 * $at
            }
            print changed, kvno, ($13 + 0 ? utc($13) : 0), enc($7)
        }
        END { if (told != 1 || !fine) exit 9 }' > "$1"
    case $? in
        0) ;;
        9)
            show err >&2
            die 2 "stopped: the KDC of $REALM cannot be dumped; nothing was changed"
            ;;
        *) die 2 "stopped: awk fails" ;;
    esac
}

# dump_kdc FILE, and the number of principals in it
dump_kdc() {
    kdb5_util -r "$REALM" dump "$1" > out 2> err
}

held() {
    awk -F '\t' '$1 == "princ" { n++ } END { print n + 0 }' "$1"
}

# commands NAMES ALL TO: one for each name, made from a line that the KDC itself has printed
commands() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        FILENAME == ARGV[1] { want[$0] = 1; next }
        (enc($0) in want) { gsub(/"/, "\"\""); print "delprinc -force \"" $0 "\"" }' "$1" "$2" > "$3"
}

# unshared NAMES: a database of that age knows no aliases
unshared() {
    :
}

send() {
    kadmin.local -r "$REALM" < "$1" > out 2> err
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

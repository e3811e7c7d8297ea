# A KDC of MIT: kadmin.local and kdb5_util of Mac OS X Server 10.4 to 10.6.
#
# needs: counted die need show ENC REALM TARGET
# provides: need_kdc check_kdc list dump_kdc held commands unshared send extract load_kdc
# writes: err out raw

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

load_kdc() {
    kdb5_util -r "$REALM" load -update "$1" > out 2> err
}

usage() {
    say "usage: sh ${SELF##*/} [--rehearsal]"
    say "Looks whether this Mac still names a retired server. It changes nothing. Status 1: it does."
}

# seen LABEL FILE: lines of a file that hold one of the names, whole
seen() {
    [ -f "$2" ] || return 0
    say "looking at $1"
    # shellcheck disable=SC2016 # awk's own $
    awk '
        FILENAME == "names" { want[tolower($0)] = 1; next }
        {
            line = tolower($0)
            for (name in want) {
                at = 1
                while ((i = index(substr(line, at), name)) > 0) {
                    p = at + i - 1; at = p + 1
                    before = p > 1 ? substr(line, p - 1, 1) : ""
                    after = substr(line, p + length(name), 1); next_one = substr(line, p + length(name) + 1, 1)
                    if (before ~ /[a-z0-9_.-]/ || after ~ /[a-z0-9_-]/ || (after == "." && next_one ~ /[a-z0-9]/)) continue
                    print FNR ": " name
                    break
                }
            }
        }' names "$2" > hits || die 2 "stopped: awk fails"
    while read -r hit; do
        say "  still names a retired server: $1, line $hit"
        echo "$1 $hit" >> all.hits
    done < hits
}

# told LABEL PROGRAM WORDS: the same for what a program prints
told() {
    label=$1
    shift
    "$@" < /dev/null > said 2>&1
    code=$?
    if [ "$code" != 0 ]; then
        show said >&2
        die 2 "stopped: $1 ends with $code; what this Mac names is not known"
    fi
    seen "$label" said
}

# plist FILE: a property list, also one in binary form
plist() {
    [ -f "$1" ] || return 0
    plutil -convert xml1 -o plain "$1" > said 2>&1 || {
        show said >&2
        die 2 "stopped: plutil cannot read $1; what this Mac names is not known"
    }
    seen "$1" plain
}

main() {
    set -u
    LC_ALL=C
    export LC_ALL
    options "$@"
    if [ "$APPLY" = yes ]; then
        usage >&2
        die 2 "stopped: unknown option --apply; this script only looks"
    fi
    need awk cat dscl id ls mktemp mount plutil rm sed
    workplace
    check_root
    retired > lines
    decode < lines > names || die 2 "stopped: awk fails"
    counted names
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: this script is damaged: it does not hold its $STEPS names"
    fresh all.hits
    told "configured directories" dscl localhost -list /LDAPv3
    told "search path" dscl /Search -read / CSPSearchPath
    told "search path of contacts" dscl /Search/Contacts -read / CSPSearchPath
    told "mounted volumes" mount
    plist /Library/Preferences/DirectoryService/DSLDAPv3PlugInConfig.plist
    for file in /Library/Preferences/edu.mit.Kerberos /etc/krb5.conf /etc/hosts /etc/fstab /etc/smb.conf; do
        seen "$file" "$file"
    done
    # 10.7 and later: one file a directory
    configured=/Library/Preferences/OpenDirectory/Configurations/LDAPv3
    fresh files
    if [ -d "$configured" ]; then ls "$configured" > files || die 2 "stopped: $configured cannot be listed; run it as root"; fi
    while IFS= read -r file; do
        plist "$configured/$file"
    done < files
    if [ -s all.hits ]; then
        say "$(count all.hits) places still name a retired server"
        exit 1
    fi
    say "no retired server is named (looked for by name; an address of one is not found)"
    exit 0
}

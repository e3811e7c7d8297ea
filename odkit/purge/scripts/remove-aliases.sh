usage() {
    say "usage: sh remove-aliases.sh [--apply] [--uri URI] [--bind DN] [--rehearsal]"
    say "Without --apply it compares cn=authdata with the plan and changes nothing."
}

# fetch: every entry's names as "DN NAME: VALUE" into held; of what slapcat writes nothing else is kept, because it holds keys
fetch() {
    # shellcheck disable=SC2016 # awk's own $
    {
        slapcat -b cn=authdata 2> err
        echo "status: $?"
    } | awk "$ENC"'
        function plain(s,   i, at, bits, n, o) {
            for (i = 1; (at = index(SET, substr(s, i, 1))) > 0; i++) {
                n = n * 64 + at - 1; bits += 6
                if (bits >= 8) { bits -= 8; o = o sprintf("%c", int(n / 2 ^ bits)); n %= 2 ^ bits }
            }
            return o
        }
        function take(s,   i, name) {
            i = index(s, ":"); name = tolower(substr(s, 1, i - 1))
            # a name with other bytes than ASCII stands in base64
            if (name == "dn") dn = tolower(enc(substr(s, i + 1, 1) == ":" ? plain(substr(s, i + 3)) : substr(s, i + 2)))
            else if (name == "draft-krbprincipalname" || name == "draft-krbprincipalaliases") print dn, enc(name substr(s, i))
            else if (name == "modifytimestamp") print dn, "modified " enc(substr(s, i + 2))
            else if (name == "status") { told++; fine = s == "status: 0" }
        }
        BEGIN { SET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" }
        /^ / { line = line substr($0, 2); next }
        { if (NR > 1) take(line); line = $0 }
        END { take(line); if (told != 1 || !fine) exit 9 }' > held
    case $? in
        0) ;;
        9)
            show err >&2
            die 2 "stopped: slapcat cannot read cn=authdata; nothing was changed"
            ;;
        *) die 2 "stopped: awk fails" ;;
    esac
    [ -s held ] || die 2 "stopped: cn=authdata holds no principal; nothing was changed"
}

# look: sort the steps into todo, absent and changed; a record of which none of the planned names is left is gone
look() {
    fetch
    fresh gone now.stamps
    awk '
        function shows(step, text) {
            if (sub(/^modified /, "", text)) { print step " " text > "now.stamps"; return }
            print step " " text
            if ((step " " text) in planned) met[step] = 1
        }
        FILENAME == "expectations" { planned[$0] = 1; next }
        FILENAME == "table" { step[++n] = $1; dn = tolower($0) " "; sub(/^[^ ]+ [^ ]+ /, "", dn); dns[n] = dn; next }
        { for (i = 1; i <= n; i++) if (index($0, dns[i]) == 1) shows(step[i], substr($0, length(dns[i]) + 1)) }
        END { for (i = 1; i <= n; i++) if (step[i] in met) print step[i]; else print step[i] > "gone" }
        ' expectations table held > shown || die 2 "stopped: awk fails"
    judge table
}

main() {
    set -u
    own_folder .
    LC_ALL=C URI=ldap://127.0.0.1
    export LC_ALL
    options "$@"
    need awk cat comm cp grep id ldapmodify ldapsearch mktemp mv rm sed slapcat slapconfig sort sw_vers tr
    workplace
    surroundings
    one_plan
    [ -f "$HERE/remove-aliases.ldif" ] || die 2 "stopped: $HERE/remove-aliases.ldif is missing"
    steps > table
    expected > expectations
    stamps > seen.stamps
    steps_there
    arrange expectations expected.all
    look
    if [ -s changed ]; then
        die 3 "stopped: $(count changed) of $(count table) records are no longer as planned; nothing was changed. Make a new plan."
    fi
    undated_steps
    if [ ! -s todo ]; then
        say "nothing to remove: 0 removed, $(count absent) absent, 0 failed"
        exit 0
    fi
    pick "$HERE/remove-aliases.ldif"
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would run ldapmodify with:"
        grep -v '^control: ' changes > shown
        show shown
        say "would be: $(count todo) removed, $(count absent) absent. Nothing was changed."
        exit 0
    fi
    modify
    results removed planned absent before failed
    say "to put them back: restore/restore-aliases.ldif, see its head"
    if [ -s failed ]; then exit 1; fi
    exit 0
}

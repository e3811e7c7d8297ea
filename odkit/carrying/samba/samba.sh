# overrides: one_plan take

# the database of a Samba domain controller, by the tools of ldb: they open it beside the running server

usage() {
    say "usage: sh $NAME [--apply] [--config SMB.CONF] [--rehearsal]"
    say "$WHAT Without --apply it changes nothing."
}

take() {
    case $1 in
        --config) CONFIG=$2 ;;
        *) return 1 ;;
    esac
}

one_plan() {
    for name in carry.json add.ldif secrets.ldif; do
        [ -f "$HERE/$name" ] || die 3 "stopped: $HERE/$name is missing"
        grep -F "$PLAN" "$HERE/$name" > /dev/null || die 3 "stopped: $HERE/$name belongs to another plan than $PLAN"
    done
    say "plan $PLAN: $OBJECTS objects for $BASE, $SECRETS with a password"
}

# asked FILTER WORDS: the records that ldbsearch finds, into found.ldif; its messages into err
asked() {
    filter=$1
    shift
    ldbsearch -H "$SAM" "$filter" "$@" > found.ldif 2> err < /dev/null || {
        show err >&2
        die 2 "stopped: ldbsearch cannot read $SAM"
    }
    grep -E '^# returned [0-9]+ records' found.ldif > /dev/null || die 2 "stopped: ldbsearch did not come to its end"
}

# number FILTER WORDS: how many records it finds, into N
number() {
    asked "$@"
    awk '/^dn:/' found.ldif > lines || die 2 "stopped: awk fails"
    counted lines
}

# canonical FILE: one line for each value, joined, "name:: base64" in small letters and without comments, so that two writers agree
canonical() {
    awk '
        function b64(s,   i, n, o) {
            o = ""
            for (i = 1; i <= length(s); i += 3) {
                n = code[substr(s, i, 1)] * 65536 + code[substr(s, i + 1, 1)] * 256 + code[substr(s, i + 2, 1)]
                o = o substr(SET, int(n / 262144) + 1, 1) substr(SET, int(n / 4096) % 64 + 1, 1)
                o = o (i + 1 > length(s) ? "=" : substr(SET, int(n / 64) % 64 + 1, 1)) (i + 2 > length(s) ? "=" : substr(SET, n % 64 + 1, 1))
            }
            return o
        }
        function done(   i, name, value) {
            if (line == "" || line ~ /^#/) { if (line == "") print ""; return }
            i = index(line, ":")
            name = tolower(substr(line, 1, i - 1))
            value = substr(line, i + 1)
            if (value ~ /^: */) sub(/^: */, "", value)
            else { sub(/^ */, "", value); value = b64(value) }
            print name ":: " value
        }
        BEGIN {
            SET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
            for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i
            code[""] = 0
        }
        /^ / { line = line substr($0, 2); next }
        { if (NR > 1) done(); line = $0 }
        END { done(); print "" }' "$1" || die 2 "stopped: awk fails"
}

# planned TO: what the two files say of each object: its name, and GUID, number of members, password, state and keys, sorted
planned() {
    canonical "$HERE/add.ldif" > first
    canonical "$HERE/secrets.ldif" > second
    awk '
        FILENAME == "first" {
            if ($1 == "dn::") dn = $2
            if ($1 == "samaccountname::") names[dn] = $2
            if ($1 == "objectguid::") guids[dn] = $2
            if ($1 == "member::") members[dn]++
            next
        }
        $1 == "dn::" { dn = $2 }
        $1 ~ /^(unicodepwd|supplementalcredentials|useraccountcontrol|pwdlastset)::$/ { print names[dn], $1, $2 }
        END { for (dn in names) { print names[dn], "objectguid::", guids[dn]; print names[dn], "member::", members[dn] + 0 } }' first second > lines || die 2 "stopped: awk fails"
    arrange lines "$1"
}

# present TO: the same of the objects of this plan that the database holds; without a password only GUID and members
present() {
    asked "(adminDescription=$OWNED*)" adminDescription sAMAccountName objectGUID unicodePwd supplementalCredentials userAccountControl pwdLastSet member
    canonical found.ldif > first
    awk -v "with=$WITH" '
        function done(   i) {
            if (name != "") {
                for (i = 1; i <= n; i++) if (secret || keys[i] == "objectguid::") print name, keys[i], values[i]
                print name, "member::", members + 0
            }
            n = 0; name = ""; secret = 0; members = 0
        }
        $1 == "" { done() }
        $1 == "samaccountname::" { name = $2 }
        $1 == "member::" { members++ }
        $1 == "admindescription::" && $2 == with { secret = 1 }
        $1 ~ /^(objectguid|unicodepwd|supplementalcredentials|useraccountcontrol|pwdlastset)::$/ { n++; keys[n] = $1; values[n] = $2 }
        END { done() }' first > lines || die 2 "stopped: awk fails"
    arrange lines "$1"
}

# whole: the two files hold everything that the plan has, to their last lines
whole() {
    for name in add.ldif secrets.ldif; do
        [ "$(tail -n 1 "$HERE/$name")" = "# odkit plan $PLAN: the end" ] || die 3 "stopped: $HERE/$name is cut"
    done
    planned plan.lines
    awk '$2 == "objectguid::" { n++ } END { print n + 0 }' plan.lines > number || die 2 "stopped: awk fails"
    awk '$2 == "pwdlastset::" { n++ } END { print n + 0 }' plan.lines >> number || die 2 "stopped: awk fails"
    [ "$(tr '\n' / < number)" = "$OBJECTS/$SECRETS/" ] ||
        die 3 "stopped: add.ldif and secrets.ldif do not hold the $OBJECTS objects and $SECRETS passwords of plan $PLAN: one is cut"
}

# database: the one of this machine, which has to be that of the domain that the plan was made for, and its only one
database() {
    [ -f "$CONFIG" ] || die 2 "stopped: $CONFIG is not there; give --config with the smb.conf of the domain controller"
    SMB_CONF_PATH=$CONFIG
    export SMB_CONF_PATH
    # its status says whether it likes the file (a folder for caches that is not there yet is an error), and not whether it answers
    PRIVATE=$(testparm -s --parameter-name='private dir' "$CONFIG" 2> err < /dev/null) || :
    SAM=$PRIVATE/sam.ldb
    [ -f "$SAM" ] || die 2 "stopped: $SAM is not there: this machine is no domain controller"
    version=$(samba --version 2> err) || die 2 "stopped: samba does not tell its version"
    case $version in
        'Version 4.'*) say "Samba ${version#Version }" ;;
        *) die 2 "stopped: samba says '$version'; this script knows release 4" ;;
    esac
    number '(objectClass=domainDNS)' -b "$BASE" -s base dn
    [ "$N" = 1 ] || die 3 "stopped: this is not the domain $BASE that the plan was made for"
    number '(objectClass=nTDSDSA)' -b "CN=Configuration,$BASE" dn
    [ "$N" = 1 ] || die 3 "stopped: the domain has $N controllers; load into one that is alone, and join the others afterwards"
}

# guids FILE TO: the GUIDs of found records as the tools take them for a name
guids() {
    awk '/^objectGUID: / { print "<GUID=" $2 ">" }' "$1" > "$2" || die 2 "stopped: awk fails"
}

# gone FILE: every object of a list of `guids` is deleted, and its remains, too, so that its GUID is free again; into LEFT how many stay
gone() {
    LEFT=0
    [ -s "$1" ] || return 0
    xargs -n 100 ldbdel -H "$SAM" --relax < "$1" > out 2> err
    xargs -n 100 ldbdel -H "$SAM" --relax --show-deleted --show-recycled < "$1" > out 2>> err
    awk '
        { sub(/^<GUID=/, ""); sub(/>$/, ""); line = line "(objectGUID=" $0 ")" }
        NR % 100 == 0 { print "(|" line ")"; line = "" }
        END { if (line != "") print "(|" line ")" }' "$1" > filters || die 2 "stopped: awk fails"
    while read -r one; do
        number "$one" --show-deleted --show-recycled dn
        LEFT=$((LEFT + N))
    done < filters
}

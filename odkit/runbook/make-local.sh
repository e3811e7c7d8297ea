# overrides: main take usage word

usage() {
    say "usage: sh ${SELF##*/} [--apply] [--home DIR] [--rehearsal] [NAME...]"
    say "Makes the accounts of these users this Mac's own: number, GUID and home stay. Without NAME it shows what this Mac has of the"
    say "domain's users. Without --apply it changes nothing. --home DIR: a folder where root can read the network homes, DIR/NAME."
    say "It never changes a network home."
}

take() {
    case $1 in
        --home) HOMES=$2 ;;
        *) return 1 ;;
    esac
}

word() {
    case $1 in '' | *[!A-Za-z0-9._-]*) return 1 ;; esac
    NAMES="$NAMES$1
"
}

# the_release: 10.4 keeps its accounts in NetInfo
the_release() {
    version=$(sw_vers -productVersion) || die 2 "stopped: sw_vers does not tell the release"
    case $version in
        10.[56] | 10.[56].*) daemon=DirectoryService ;;
        10.[789] | 10.[789].* | 10.1[0-9]* | 1[1-9] | 1[1-9].* | 2[0-9] | 2[0-9].*) daemon=opendirectoryd ;;
        *) die 3 "stopped: this is Mac OS X $version, whose accounts this script does not know" ;;
    esac
    say "Mac OS X $version"
}

# the_accounts: what is decided by, read anew: this Mac's own accounts, "NAME VALUE" a line, a file for each key
the_accounts() {
    for key in UniqueID GeneratedUID NFSHomeDirectory OriginalNodeName; do
        # shellcheck disable=SC2094 # the key is a word for dscl, and its answer goes into a file of that name
        dscl . -list /Users "$key" < /dev/null > "$key" 2> err || {
            show err >&2
            die 2 "stopped: dscl does not list $key of this Mac's accounts"
        }
    done
}

# value_of KEY NAME: the value that an account of this Mac has, into VALUE; '' for none
value_of() {
    # shellcheck disable=SC2016 # awk's own $
    VALUE=$(NAME=$2 awk 'tolower($1) == tolower(ENVIRON["NAME"]) { sub(/^[^ \t]+[ \t]*/, ""); print; exit }' "$1") ||
        die 2 "stopped: awk fails"
}

# there PATH: whether it is there; asked of ls, which follows no rule of a shell's own
there() {
    ls -d "$1" > /dev/null 2>&1
}

# refuse WORDS: this user is left as he is, and the others are gone on with
refuse() {
    warn "  refused: $*"
    echo "$name" >> troubles
}

# find_row NAME: his line of the table, into name uid gid guid real shell server source
find_row() {
    name=$1
    # shellcheck disable=SC2016 # awk's own $
    VALUE=$(NAME=$1 awk -F '|' '$1 == ENVIRON["NAME"] { print; exit }' blocked) || die 2 "stopped: awk fails"
    if [ -n "$VALUE" ]; then
        VALUE=$(printf '%s\n' "${VALUE#*|}" | decode) || die 2 "stopped: awk fails"
        refuse "$VALUE"
        return 1
    fi
    # shellcheck disable=SC2016 # awk's own $
    NAME=$1 awk -F '|' '$1 == ENVIRON["NAME"] { print; exit }' table > row || die 2 "stopped: awk fails"
    if [ ! -s row ]; then
        refuse "the export has no such user"
        return 1
    fi
    IFS='|' read -r name uid gid guid real shell server source < row
    decoded "$real"
    real=$DECODED
    decoded "$shell"
    shell=$DECODED
    if [ -n "$source" ]; then
        decoded "$source"
        source=$DECODED
    fi
}

# is_busy: whether programs of this user run here; a home that is written to cannot be copied
is_busy() {
    ps -u "$uid" -o pid= > said 2> err
    [ -s said ]
}

# fits FROM: room for it below /Users, with a tenth to spare
fits() {
    du -sk "$1" > said 2> err || return 1
    df -Pk /Users > free 2> err || return 1
    awk 'FILENAME == "said" { size = $1 } FILENAME == "free" { room = $4 } END { exit !(size != "" && room > size * 1.1) }' said free
}

# as_many_files ONE OTHER
as_many_files() {
    find "$1" > one 2> err || return 1
    find "$2" > other 2>> err || return 1
    as_many one other
}

# from_network: no account here yet: the home is copied, then the account is made
from_network() {
    home=/Users/$name
    from=${HOMES:+$HOMES/$name}
    if [ -z "$from" ]; then from=$source; fi
    if there "$home"; then
        refuse "$home is there without an account: look whose it is, and move it away"
        return
    fi
    if [ -z "$from" ]; then
        refuse "the export names no home on a server: give the folder with --home"
        return
    fi
    if ! ls -A "$from" > said 2> err || [ ! -s said ]; then
        show err >&2
        refuse "$from is empty or cannot be read: mount it so that root reads it (root has no rights of its own on a server), then --home DIR"
        return
    fi
    if ! fits "$from"; then
        refuse "no room below /Users for $from, or it cannot be measured"
        return
    fi
    say "  the home, copied; that on ${server:-the server} stays (confidence: high)"
    changing ditto "$from" "$home"
    if [ "$APPLY" = yes ] && ! as_many_files "$from" "$home"; then
        show err >&2
        die 1 "stopped: the copy of $from is not whole. No account was made; move $home away before the next run"
    fi
    changing chown -R "$uid:$gid" "$home"
    say "  the account, with its number and GUID (confidence: medium)"
    changing dscl . -create "/Users/$name"
    changing dscl . -create "/Users/$name" GeneratedUID "$guid"
    changing dscl . -create "/Users/$name" UniqueID "$uid"
    changing dscl . -create "/Users/$name" PrimaryGroupID "$gid"
    changing dscl . -create "/Users/$name" RealName "$real"
    changing dscl . -create "/Users/$name" UserShell "$shell"
    changing dscl . -create "/Users/$name" NFSHomeDirectory "$home"
    made
    by_hand "passwd $name: the account has no password yet, and nobody can log in with it"
    by_hand "the way back: dscl . -delete /Users/$name, and move $home away"
}

# no_longer_cached: values of AuthenticationAuthority that ask the directory go, and only those: with its other values the account would
# lose its password
no_longer_cached() {
    # shellcheck disable=SC2016 # awk's own $
    awk '$1 == "AuthenticationAuthority" && /;LocalCachedUser;|;Kerberosv5;/ && !/LKDC:/ {
            sub(/^[^ ]+ /, ""); print }' found > values || die 2 "stopped: awk fails"
    decode < values > lines || die 2 "stopped: awk fails"
    as_many values lines || die 2 "stopped: awk loses lines"
    while IFS= read -r value <&3; do
        changing dscl . -delete "/Users/$name" AuthenticationAuthority "$value"
    done 3< lines
    for key in OriginalNodeName OriginalAuthenticationAuthority CopyTimestamp cached_groups cached_auth_policy HomeDirectory MCXFlags MCXSettings; do
        if grep "^$key " found > /dev/null; then changing dscl . -delete "/Users/$name" "$key"; fi
    done
}

# from_mobile: an account that is the directory's, kept here: it loses what ties it to the directory
from_mobile() {
    value_of GeneratedUID "$name"
    here=$(printf '%s\n' "$VALUE" | tr '[:lower:]' '[:upper:]')
    if [ "$own" != "$uid" ] || [ "$here" != "$guid" ]; then
        refuse "this Mac has another account of that name: uid $own, GUID $here; the domain's has uid $uid, GUID $guid"
        return
    fi
    value_of NFSHomeDirectory "$name"
    home=$VALUE
    # the keys of a mobile account, as public scripts that do the same know them
    keys="AuthenticationAuthority OriginalNodeName OriginalAuthenticationAuthority CopyTimestamp cached_groups cached_auth_policy"
    fetch "/Users/$name" "$keys HomeDirectory MCXFlags MCXSettings" || die 2 "stopped: dscl does not find the account that it has listed"
    if ! grep -e '^OriginalNodeName ' -e ';LocalCachedUser;' found > /dev/null; then
        say "  is this Mac's own account already: nothing to do"
        return
    fi
    case $home in
        /Users/*/* | */../* | *[!A-Za-z0-9._/-]*) VALUE='' ;;
        /Users/?*) if there "$home"; then VALUE=yes; else VALUE=''; fi ;;
        *) VALUE='' ;;
    esac
    if [ -z "$VALUE" ]; then
        refuse "its home is '$home', which is not a folder of this Mac's /Users"
        return
    fi
    if grep '^HomeDirectory .*file:' found > /dev/null; then
        refuse "its home is an encrypted image (FileVault of 10.3 to 10.6): turn that off first, as the user"
        return
    fi
    if [ -z "$ARCHIVE" ]; then
        n=1
        while there "/var/root/odkit-local-$n"; do n=$((n + 1)); done
        ARCHIVE=/var/root/odkit-local-$n
        changing mkdir -m 700 "$ARCHIVE"
    fi
    say "  the record, kept for the way back (confidence: high)"
    changing cp -p "$RECORDS/$name.plist" "$ARCHIVE/$name.plist"
    say "  what ties the account to the directory (confidence: medium)"
    no_longer_cached
    say "  the home stays where it is (confidence: high)"
    changing chown -R "$uid:$gid" "$home"
    made
    if ! grep '^AuthenticationAuthority .*;ShadowHash;' found > /dev/null; then
        by_hand "passwd $name: no password is kept on this Mac, and nobody can log in with the account"
    fi
    by_hand "the way back: cp -p $ARCHIVE/$name.plist $RECORDS/, then killall $daemon"
}

# made: the account is read again: number, GUID and home as planned, and nothing of the directory
made() {
    echo "$name" >> changed
    if [ "$APPLY" != yes ]; then return; fi
    the_accounts
    value_of UniqueID "$name"
    here=$VALUE
    value_of GeneratedUID "$name"
    here="$here $(printf '%s\n' "$VALUE" | tr '[:lower:]' '[:upper:]')"
    value_of NFSHomeDirectory "$name"
    here="$here $VALUE"
    value_of OriginalNodeName "$name"
    if [ "$here" != "$uid $guid $home" ] || [ -n "$VALUE" ]; then
        die 1 "stopped: the account reads $here${VALUE:+ of $VALUE}, and should read $uid $guid $home"
    fi
    say "  is this Mac's own now: uid $uid, GUID $guid, $home"
}

make_local() {
    heading "$1"
    find_row "$1" || return 0
    value_of UniqueID "$name"
    own=$VALUE
    # shellcheck disable=SC2016 # awk's own $
    VALUE=$(WHO=$uid NAME=$name awk 'NF > 1 && $NF == ENVIRON["WHO"] && tolower($1) != tolower(ENVIRON["NAME"]) { print $1; exit }' UniqueID) ||
        die 2 "stopped: awk fails"
    if [ -n "$VALUE" ]; then
        refuse "uid $uid is $VALUE's on this Mac"
    elif is_busy; then
        refuse "programs of this user run here: log out first"
    elif [ -n "$own" ]; then
        from_mobile
    else
        from_network
    fi
}

# look: what this Mac has of the domain's users
look() {
    ls -A /Users > folders 2> err || die 2 "stopped: /Users cannot be listed"
    # shellcheck disable=SC2016 # awk's own $
    awk -F '|' '
        FILENAME == "table" || FILENAME == "blocked" { of[tolower($1)] = $1; next }
        { split($0, word, /[ \t]+/); who = tolower(word[1]) }
        FILENAME == "OriginalNodeName" { node[who] = $0; sub(/^[^ \t]+[ \t]*/, "", node[who]); next }
        FILENAME == "UniqueID" { if (who in of) print of[who] ": " (node[who] != "" ? "kept from " node[who] : "an account of this Mac"); seen[who]; next }
        (who in of) && !(who in seen) { print of[who] ": a folder below /Users, and no account" }
        ' table blocked OriginalNodeName UniqueID folders > lines || die 2 "stopped: awk fails"
    if [ -s lines ]; then
        show lines
    else
        say "  this Mac has none of the domain's users: those who log in here have their homes on servers"
    fi
    by_hand "sh ${SELF##*/} NAME... for those who log in here, then with --apply; LOCAL.md has all users"
}

steps() {
    the_release
    users > table || die 2 "stopped: cat fails"
    left > blocked || die 2 "stopped: cat fails"
    counted table
    [ "$N" -eq "$STEPS" ] || die 2 "stopped: this script is damaged: it does not hold its $STEPS users"
    the_accounts
    if [ -z "$NAMES" ]; then
        heading "users of the domain on this Mac"
        look
        return
    fi
    printf '%s' "$NAMES" > wanted || die 2 "stopped: the names cannot be kept"
    while IFS= read -r each <&4; do
        make_local "$each"
    done 4< wanted
    if [ -s changed ]; then
        heading "the Mac reads its accounts again (confidence: medium)"
        changing killall "$daemon"
        by_hand "log in as each of them once, before the Mac is taken off the directory"
    fi
}

main() {
    set -u
    LC_ALL=C HOMES='' NAMES='' ARCHIVE='' RECORDS=/var/db/dslocal/nodes/Default/users
    export LC_ALL
    options "$@"
    need awk cat chown cp df ditto dscl du find grep id killall ls mkdir mktemp ps rm sed sw_vers tr
    workplace
    check_root
    fresh troubles changed
    steps
    SENT=''
    if [ -s troubles ]; then
        warn "$(count troubles) of the users were refused and are as they were"
        exit 1
    fi
    exit 0
}

RELEASED=''

# release: 10.4 to 10.6 leave the search policy alone when they bind, 10.7 and later set it
release() {
    version=$(sw_vers -productVersion) || die 2 "stopped: sw_vers does not tell the release"
    case $version in
        10.[456] | 10.[456].*) daemon=DirectoryService own_policy=no ;;
        10.[789] | 10.[789].* | 10.1[0-9]* | 1[1-9] | 1[1-9].* | 2[0-9] | 2[0-9].*) daemon=opendirectoryd own_policy=yes ;;
        *) die 3 "stopped: this is Mac OS X $version, which this script does not know" ;;
    esac
    RELEASED=yes
    say "Mac OS X $version"
}

# configured TO: the directories that this Mac is configured for
configured() {
    dscl localhost -list /LDAPv3 < /dev/null > "$1" 2> err || die 2 "stopped: dscl does not tell which directories are configured"
}

# path_of POLICY TO: a search path
path_of() {
    dscl "$1" -read / CSPSearchPath < /dev/null > "$2" 2> err || die 2 "stopped: dscl cannot read the search path of $1"
}

# spelled_in FILE WORD: the first word there that is this one in any case, into spelled
spelled_in() {
    # shellcheck disable=SC2016 # awk's own $
    spelled=$(WORD=$2 awk 'BEGIN { word = tolower(ENVIRON["WORD"]) }
        { for (i = 1; i <= NF; i++) if (tolower($i) == word) { print $i; exit } }' "$1") || die 2 "stopped: awk fails"
    [ -n "$spelled" ]
}

# bound_to SERVER: whether this Mac is configured for it; as it is spelled here, in spelled
bound_to() {
    configured bound
    spelled_in bound "$1"
}

# searched POLICY SERVER: whether the search path has it; as it is spelled there, in spelled
searched() {
    path_of "$1" path
    spelled_in path "/LDAPv3/$2"
}

# off SERVER: unbind, and out of both search paths
off() {
    if bound_to "$1"; then
        if [ "$APPLY" = yes ]; then
            say "  dsconfigldap -f -r $spelled -u $ADMIN -i"
            # a retired server is usually switched off, and then the Mac can only forget it
            plainly dsconfigldap -f -r "$spelled" -u "$ADMIN" -i || changing dsconfigldap -r "$spelled"
            if bound_to "$1"; then die 1 "stopped: this Mac is still bound to $spelled; what stands above is done"; fi
            SENT="what stands above is done"
        else
            changing dsconfigldap -f -r "$spelled" -u "$ADMIN" -i
            say "  or, where $spelled does not answer: dsconfigldap -r $spelled"
        fi
    fi
    for policy in /Search /Search/Contacts; do
        if searched "$policy" "$1"; then changing dscl "$policy" -delete / CSPSearchPath "$spelled"; fi
    done
}

# leave_retired: off every retired server that this Mac is bound to
leave_retired() {
    retired > lines
    decode < lines > names || die 2 "stopped: awk fails"
    as_many lines names || die 2 "stopped: awk loses lines"
    # most Macs are bound to none or one of them: only a name that stands somewhere is worth further questions
    configured bound
    path_of /Search path
    path_of /Search/Contacts contacts
    # shellcheck disable=SC2016 # awk's own $
    awk 'FILENAME != "names" { for (i = 1; i <= NF; i++) { word = tolower($i); sub(/^\/ldapv3\//, "", word); here[word] = 1 } next }
        (tolower($0) in here) { print }' bound path contacts names > known || die 2 "stopped: awk fails"
    while IFS= read -r name <&3; do
        off "$name"
    done 3< known
}

# bind_to SERVER COMPUTER: bind, where it is not done yet, and search there, for contacts as well
bind_to() {
    if [ "$RELEASED" != yes ]; then release; fi
    if bound_to "$1"; then
        say "  bound already"
    else
        changing dsconfigldap -v -f -a "$1" -c "$2" -u "$ADMIN" -i
    fi
    if [ "$own_policy" = no ]; then
        for policy in /Search /Search/Contacts; do
            if searched "$policy" "$1"; then continue; fi
            changing dscl "$policy" -create / SearchPolicy CSPSearchPath
            changing dscl "$policy" -append / CSPSearchPath "/LDAPv3/$1"
        done
    fi
    changing killall "$daemon"
}

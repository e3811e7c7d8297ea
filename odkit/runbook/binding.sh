RELEASED=''

# release: 10.4 to 10.6 leave the search policy alone when they bind, 10.7 and later set it
release() {
    version=$(sw_vers -productVersion) || die 2 "stopped: sw_vers does not tell the release"
    case $version in
        10.[456] | 10.[456].*) daemon=DirectoryService own_policy=no ;;
        10.[789] | 10.[789].* | 10.1[0-9]* | 1[1-9].*) daemon=opendirectoryd own_policy=yes ;;
        *) die 3 "stopped: this is Mac OS X $version, which this script does not know" ;;
    esac
    RELEASED=yes
    say "Mac OS X $version"
}

# bound_to SERVER: whether this Mac is configured for it; as it is spelled here, in spelled
bound_to() {
    dscl localhost -list /LDAPv3 < /dev/null > bound 2> err || die 2 "stopped: dscl does not tell which directories are configured"
    spelled=$(grep -F -i -x -e "$1" bound | sed 1q)
    [ -n "$spelled" ]
}

# searched POLICY SERVER: whether the search path has it; as it is spelled there, in spelled
searched() {
    dscl "$1" -read / CSPSearchPath < /dev/null > path 2> err || die 2 "stopped: dscl cannot read the search path of $1"
    spelled=$(tr ' ' '\n' < path | grep -F -i -x -e "/LDAPv3/$2" | sed 1q)
    [ -n "$spelled" ]
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
    retired > names
    while read -r name <&3; do
        decoded "$name"
        off "$DECODED"
    done 3< names
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

encode() {
    awk "$ENC"' { print enc($0) }'
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

# the MIT kadmin.local of 10.4 to 10.6; from 10.7 on a shell script of that name pretends, and deletes nothing
real_kadmin() {
    case $(head -c 2 "$(command -v kadmin.local)") in
        '#!') die 3 "stopped: kadmin.local is a script here (Heimdal's imitation of 10.7 and later); this plan is for $TARGET" ;;
    esac
}

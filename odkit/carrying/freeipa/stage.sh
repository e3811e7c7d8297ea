# overrides: take one_plan leave

usage() {
    say "usage: sh stage.sh [--apply] [--port NUMBER] [--rehearsal]"
    say "--apply: serve the staging directory at ldap://127.0.0.1:3890 (--port: another one) until Ctrl-C. Nobody but the administrator"
    say "of the staging server sees anything; his password is in the file password beside this script while it runs."
}

take() {
    case $1 in
        --port) PORT=$2 ;;
        *) return 1 ;;
    esac
}

one_plan() {
    for name in carry.json staging.ldif; do
        [ -f "$HERE/$name" ] || die 3 "stopped: $HERE/$name is missing"
        grep -F "$PLAN" "$HERE/$name" > /dev/null || die 3 "stopped: $HERE/$name belongs to another plan than $PLAN"
    done
    say "plan $PLAN"
}

# leave: the server ends before its database goes
# shellcheck disable=SC2317 # the trap calls it
leave() {
    if [ -n "$SERVER" ]; then
        kill "$SERVER" 2> /dev/null
        wait "$SERVER" 2> /dev/null
        SERVER=''
    fi
    if [ -n "$SECRET" ]; then
        rm -f "$SECRET"
        SECRET=''
    fi
    if [ -n "$WORK" ]; then
        cd / && rm -r "$WORK"
        WORK=''
    fi
}

# configure: a slapd with one database, whose folder is the workplace
configure() {
    case $HERE in
        *\"* | *\\*) die 2 "stopped: slapd.conf cannot name $HERE; move the folder to a path without quotes and backslashes" ;;
    esac
    mkdir db || die 2 "stopped: mkdir fails"
    {
        printf 'include /etc/ldap/schema/%s.schema\n' core cosine
        printf 'include "%s/schema/%s.schema"\n' "$HERE" rfc2307bis
        printf 'include /etc/ldap/schema/%s.schema\n' inetorgperson
        printf 'include "%s/schema/%s.schema"\n' "$HERE" apple "$HERE" staging
        printf 'pidfile "%s/pid"\nargsfile "%s/args"\nmodulepath /usr/lib/ldap\nmoduleload back_mdb\nsizelimit unlimited\n' "$WORK" "$WORK"
        printf 'database mdb\nsuffix "%s"\nrootdn "%s"\n' "$SUFFIX" "$ADMIN"
        [ ! -f rootpw ] || cat rootpw
        printf 'directory "%s/db"\nmaxsize 8589934592\nindex objectClass eq\naccess to attrs=userPassword by anonymous auth by * none\naccess to * by * none\n' "$WORK"
    } > slapd.conf || die 2 "stopped: cannot write $WORK/slapd.conf"
    chmod 600 slapd.conf || die 2 "stopped: chmod fails"
}

# load: into the scratch database, and compared
load() {
    slapadd -q -f slapd.conf -b "$SUFFIX" -l "$HERE/staging.ldif" > err 2>&1 || {
        show err >&2
        die 3 "stopped: slapd does not take staging.ldif; nothing is served"
    }
    slapcat -f slapd.conf -b "$SUFFIX" > raw 2> err || die 2 "stopped: slapcat cannot read the scratch database: $(tail -1 err)"
    content "$HERE/staging.ldif" wanted
    content raw present
    cmp -s present wanted || die 3 "stopped: what slapd holds is not what staging.ldif says; nothing is served"
    awk '/^dn:/' present > found || die 2 "stopped: awk fails"
    counted found
    [ "$N" -eq "$ENTRIES" ] || die 3 "stopped: staging.ldif has $N records, and the plan $ENTRIES: it is cut. Nothing is served."
    say "loaded into a scratch slapd and compared: $N records"
}

# serve: until a signal comes, or the server ends by itself
serve() {
    slapd -d 0 -f slapd.conf -h "ldap://127.0.0.1:$PORT/" > log 2>&1 &
    SERVER=$!
    tries=0
    until ldapwhoami -x -H "ldap://127.0.0.1:$PORT/" -D "$ADMIN" -y "$SECRET" > /dev/null 2> err; do
        tries=$((tries + 1))
        if ! kill -s 0 "$SERVER" 2> /dev/null || [ "$tries" -gt 600 ]; then
            show log >&2
            die 2 "stopped: slapd does not answer at port $PORT: $(tail -1 err)"
        fi
        sleep 0.1
    done
    say "serving at ldap://127.0.0.1:$PORT until Ctrl-C; the password is in $SECRET (give it to load.sh)"
    wait "$SERVER"
    SERVER=''
    die 1 "failed: slapd has ended by itself"
}

main() {
    set -u
    own_folder .
    # the hashes stay in this folder, also after kill -9
    LC_ALL=C TMPDIR=$HERE PORT=3890 SERVER='' SECRET=''
    export LC_ALL TMPDIR
    options "$@"
    case $PORT in '' | *[!0-9]*) die 2 "stopped: --port needs a number" ;; esac
    need awk cat chmod cmp grep ldapwhoami mkdir mktemp od rm sed slapadd slapcat slapd sleep tail tr
    workplace
    one_plan
    if [ "$APPLY" = yes ]; then
        [ ! -e "$HERE/password" ] || die 3 "stopped: $HERE/password is there: a stage.sh runs here, or was killed; if none runs, remove it"
        secret=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n') || die 2 "stopped: no random numbers"
        [ "${#secret}" -eq 32 ] || die 2 "stopped: no random numbers"
        printf 'rootpw %s\n' "$secret" > rootpw || die 2 "stopped: cannot write $WORK/rootpw"
    fi
    configure
    load
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would serve these $ENTRIES records at ldap://127.0.0.1:$PORT"
        exit 0
    fi
    # of two that came so far at once, one makes the file, and the other must not take it away
    if ! (set -C && : > "$HERE/password") 2> err; then
        [ ! -e "$HERE/password" ] || die 3 "stopped: $HERE/password is there: another stage.sh has begun beside this one"
        die 2 "stopped: cannot write $HERE/password: $(tail -1 err)"
    fi
    SECRET=$HERE/password
    printf '%s' "$secret" > "$SECRET" || die 2 "stopped: cannot write $SECRET"
    serve
}

# overrides: leave secrets_after secrets_before

# access_rule: the rule that hides secrets, in the form of olcAccess
access_rule() {
    printf '%s\n' "$RULE"
}

# random: 32 signs that nobody knows
random() {
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# proof_settings FROM: a configuration of its own out of the server's, with databases in the workplace, into the folder proof/d
proof_settings() {
    rm -rf proof
    mkdir proof proof/d
    # shellcheck disable=SC2016 # awk's own $
    awk -v here="$WORK/proof" '
        /^olcDbDirectory: / { n++; system("mkdir " here "/db" n); print "olcDbDirectory: " here "/db" n; next }
        /^olcPidFile: / { print "olcPidFile: " here "/pid"; next }
        /^olcArgsFile: / { print "olcArgsFile: " here "/args"; next }
        /^olcLogFile: / { next }
        { print }' "$1" > proof/settings || die 2 "stopped: awk fails"
    slapadd -F proof/d -n 0 -l proof/settings > err 2>&1 || die 2 "stopped: a copy of the configuration cannot be made: $(tail -1 err)"
}

# proof_people: three made-up records with a made-up secret
proof_people() {
    random > proof/secret
    random > proof/password
    {
        awk 'BEGIN { RS = "" } { print; print ""; exit }' planned
        printf 'dn: %s,%s\nobjectClass: %s\n%s\n\n' "$PEOPLE" "$SUFFIX" "$CLASS" "$(printf '%s' "$PEOPLE" | sed 's/=/: /')"
        printf 'dn: uid=odkit-secret,%s,%s\nobjectClass: inetOrgPerson\nobjectClass: extensibleObject\n' "$PEOPLE" "$SUFFIX"
        printf 'uid: odkit-secret\ncn: odkit-secret\nsn: 99\ncmusaslsecretCRAM-MD5: %s\n' "$(cat proof/secret)"
        printf 'userPassword: %s\n\n' "$(cat proof/secret)"
        printf 'dn: uid=odkit-plain,%s,%s\nobjectClass: inetOrgPerson\nobjectClass: extensibleObject\n' "$PEOPLE" "$SUFFIX"
        printf 'uid: odkit-plain\ncn: odkit-plain\nsn: 99\nuserPassword: %s\n\n' "$(cat proof/password)"
    } > proof/people.ldif
    slapadd -F proof/d -b "$SUFFIX" -l proof/people.ldif > err 2>&1 || die 2 "stopped: made-up records cannot be loaded: $(tail -1 err)"
}

# serve WORDS: a server of its own, on a socket in the workplace that nobody else can open; its process into SERVER
serve() {
    SOCKET=ldapi://$(printf '%s' "$WORK/socket" | sed 's:/:%2F:g')
    slapd "$@" -h "$SOCKET" -d 0 > err 2>&1 &
    SERVER=$!
    tries=0
    until ldapwhoami -x -H "$SOCKET" > /dev/null 2>&1; do
        tries=$((tries + 1))
        if [ "$tries" -gt 600 ] || ! kill -s 0 "$SERVER" 2> /dev/null; then die 2 "stopped: slapd does not start: $(tail -1 err)"; fi
        sleep 0.1
    done
}

unserve() {
    kill "$SERVER" 2> /dev/null
    wait "$SERVER" 2> /dev/null
    SERVER=''
}

# shellcheck disable=SC2317 # the trap calls it
leave() {
    if [ -n "${SERVER:-}" ]; then kill "$SERVER" 2> /dev/null; fi
    if [ -n "$WORK" ]; then
        cd / && rm -r "$WORK"
        WORK=''
    fi
}

# shown WORDS: whether a search shows a secret, or finds by one; a search that fails proves nothing
shown() {
    ldapsearch -LLL -o ldif-wrap=no -H "$SOCKET" "$@" -b "$SUFFIX" '(objectClass=*)' '*' userPassword cmusaslsecretCRAM-MD5 > seen 2> err ||
        die 2 "stopped: a search that should be possible fails: $(tail -1 err)"
    ldapsearch -LLL -H "$SOCKET" "$@" -b "$SUFFIX" '(cmusaslsecretCRAM-MD5=*)' dn > by 2> err ||
        die 2 "stopped: a search that should be possible fails: $(tail -1 err)"
    grep -i '^dn:' seen > /dev/null || die 2 "stopped: a search shows no record at all, so that it proves nothing"
    grep -i -e '^userPassword' -e '^cmusaslsecret' seen > leaks
    grep -i '^dn:' by >> leaks
    [ -s leaks ]
}

# hidden SETTINGS: whether the access list of a configuration hides secrets, tried on a server with a made-up one
hidden() {
    proof_settings "$1"
    proof_people
    serve -F proof/d
    LEAK=''
    if shown -x; then LEAK='anybody'; fi
    if shown -x -D "uid=odkit-plain,$PEOPLE,$SUFFIX" -y proof/password; then LEAK="${LEAK:-every user}"; fi
    unserve
    rm -rf proof
    [ -z "$LEAK" ]
}

# with_rule FROM TO: the settings with the rule in front of the others
with_rule() {
    # shellcheck disable=SC2016 # awk's own $
    awk -v rule="$(access_rule)" -v suffix="$SUFFIX" 'BEGIN { RS = ""; FS = "\n"; suffix = tolower(suffix) }
        { here = 0; for (i = 1; i <= NF; i++) if (tolower($i) == "olcsuffix: " suffix) here = 1
          done = 0
          for (i = 1; i <= NF; i++) {
            line = $i
            if (here && line ~ /^olcAccess: /) {
                if (!done) { print "olcAccess: " rule; done = 1 }
                sub(/^olcAccess: (\{[0-9]+\})?/, "olcAccess: {" done++ "}", line)
            }
            print line
          }
          if (here && !done) print "olcAccess: " rule
          print "" }' "$1" > "$2" || die 2 "stopped: awk fails"
}

# install_rule: into slapd.d, with the server stopped and the way back beside this script
install_rule() {
    number=1
    while [ -e "$HERE/config-before-$number.ldif" ]; do number=$((number + 1)); done
    (umask 077 && slapcat -F "$CONFIG" -n 0 > "$HERE/config-before-$number.ldif") || die 2 "stopped: slapcat cannot save $CONFIG"
    {
        printf 'dn: %s\nchangetype: modify\nadd: olcAccess\n' "$BASE"
        printf 'olcAccess: %s\n' "$(access_rule)"
    } > change
    slapmodify -F "$CONFIG" -n 0 -l change > err 2>&1 || die 2 "stopped: slapmodify does not change $CONFIG: $(tail -1 err)"
    owned "$CONFIG"
    say "the rule that hides secrets was put first in the access list; the configuration before it: $HERE/config-before-$number.ldif"
}

secrets_before() {
    need ldapsearch ldapwhoami mv od slapacl sleep tr
    if hidden settings; then
        say "secrets are hidden: a search by anybody and one by a user show none"
        return 0
    fi
    say "the access list of $CONFIG would show secrets to $LEAK"
    with_rule settings ruled
    hidden ruled || die 3 "stopped: the access list shows secrets to $LEAK even behind the rule of this plan. Nothing was changed."
    if [ ! -d "$CONFIG" ]; then
        say "$(access_rule | sed 's/^{0}/access /')"
        die 3 "stopped: put this line in front of the other access lines of the database in $CONFIG. Nothing was changed."
    fi
    if [ "$APPLY" != yes ]; then
        say "--apply would put this rule first, behind which they are hidden: $(access_rule)"
        return 0
    fi
    command -v slapmodify > /dev/null 2>&1 || die 2 "stopped: slapmodify is not on this machine (OpenLDAP 2.5 has it); put the rule first by hand: $(access_rule)"
    install_rule
    settings
    hidden settings || die 3 "stopped: the access list shows secrets to $LEAK although the rule stands in it. No record was loaded."
}

# no_secrets WORDS: what is loaded is taken away again when it is not hidden
no_secrets() {
    rm -f "$PLACE/data.mdb" "$PLACE/lock.mdb"
    die 1 "failed: after the load $1 sees secrets; the database is empty again"
}

secrets_after() {
    if [ -d "$CONFIG" ]; then serve -F "$CONFIG"; else serve -f "$CONFIG"; fi
    if shown -x; then LEAK=yes; else LEAK=no; fi
    unserve
    owned "$PLACE"
    [ "$LEAK" = no ] || no_secrets anybody
    decoded "$HOLDER"
    holder=$DECODED
    decoded "$READER"
    for right in cmusaslsecretCRAM-MD5/read cmusaslsecretCRAM-MD5/search userPassword/read; do
        slap slapacl -b "$holder" -D "$DECODED" "$right" > answer 2>&1 || die 2 "stopped: slapacl ends with $?: $(tail -1 answer)"
        if grep ALLOWED answer > /dev/null || ! grep DENIED answer > /dev/null; then no_secrets "a user"; fi
    done
    say "asked again: neither anybody nor a user sees a secret"
}

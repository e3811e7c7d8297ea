# overrides: one_plan

# the target's 389-DS, stopped: its instance, its backend, and what that holds

one_plan() {
    for name in carry.json directory.ldif schema.ldif; do
        [ -f "$HERE/$name" ] || die 3 "stopped: $HERE/$name is missing"
        grep -F "$PLAN" "$HERE/$name" > /dev/null || die 3 "stopped: $HERE/$name belongs to another plan than $PLAN"
    done
    say "plan $PLAN"
}

# versions: 389-DS from 1.4 on, whose tools and syntaxes are the ones that this script knows
versions() {
    version=$(ns-slapd -v 2> /dev/null | sed -n 's!^389-Directory/\([0-9.]*\).*!\1!p')
    case $version in
        1.[4-9] | 1.[4-9].* | [2-9].*) say "389-DS $version" ;;
        *) die 2 "stopped: ns-slapd -v does not tell a version of 1.4 or later" ;;
    esac
}

# instance: the folder of its configuration, into CONFIG; without --instance the only one of this machine
instance() {
    case $CONFIG in
        */*) whole "$CONFIG" ;;
        '')
            WHOLE=''
            for folder in /etc/dirsrv/slapd-*; do
                [ -f "$folder/dse.ldif" ] || continue
                [ -z "$WHOLE" ] || die 2 "stopped: several instances are on this machine; give --instance with the name of one"
                WHOLE=$folder
            done
            [ -n "$WHOLE" ] || die 2 "stopped: no instance in /etc/dirsrv; make one, without sample entries (dscreate interactive)"
            ;;
        *) WHOLE=/etc/dirsrv/slapd-${CONFIG#slapd-} ;;
    esac
    CONFIG=${WHOLE%/}
    [ -f "$CONFIG/dse.ldif" ] || die 2 "stopped: $CONFIG/dse.ldif is not there; give --instance with the name of an instance, or its folder"
    unfolded "$CONFIG/dse.ldif" > settings
    place=$(setting nsslapd-schemadir)
    [ "${place:-$CONFIG/schema}" = "$CONFIG/schema" ] || die 2 "stopped: the schema of the instance is in $place, and not in $CONFIG/schema"
}

# setting NAME: its value in cn=config
setting() {
    awk -v name="$1" '
        $0 == "" { here = 0 }
        tolower($0) == "dn: cn=config" { here = 1 }
        here { i = index($0, ": "); if (tolower(substr($0, 1, i - 1)) == name) print substr($0, i + 2) }' settings || die 2 "stopped: awk fails"
}

# backend: the one of the suffix, into BACKEND and PLACE
backend() {
    # shellcheck disable=SC2016 # awk's own $
    awk -v suffix="$SUFFIX" '
        function plain(dn) { dn = tolower(dn); gsub(/ *, */, ",", dn); return dn }
        BEGIN { RS = ""; FS = "\n" }
        { here = 0; name = ""
          for (i = 1; i <= NF; i++) {
            key = tolower(substr($i, 1, index($i, ": ") - 1)); value = substr($i, index($i, ": ") + 2)
            if (key == "nsslapd-suffix" && plain(value) == plain(suffix)) here = 1
            if (key == "cn") name = value
          }
          if (here && tolower($1) ~ /,cn=ldbm database,cn=plugins,cn=config$/) print name }' settings > backends || die 2 "stopped: awk fails"
    counted backends
    [ "$N" -eq 1 ] ||
        die 3 "stopped: $CONFIG has $N backends for $SUFFIX, not one; make it, empty: dsconf INSTANCE backend create --suffix '$SUFFIX' --be-name NAME"
    BACKEND=$(cat backends)
    PLACE="backend $BACKEND of $CONFIG"
    say "$PLACE"
}

# server_stopped: it must not run while its database is read or filled from outside
server_stopped() {
    place=$(setting nsslapd-rundir)
    file=${place:-/run/dirsrv}/$(basename "$CONFIG").pid
    if [ -f "$file" ] && kill -s 0 "$(cat "$file")" 2> /dev/null; then
        die 2 "stopped: the instance runs (process $(cat "$file")); stop it first: dsctl $(basename "$CONFIG") stop"
    fi
}

# db2ldif WHERE TO: by the instance whose configuration is there; it runs as the instance's user, who may read and write nothing here
db2ldif() {
    ns-slapd db2ldif -D "$1" -n "$BACKEND" -U -a - > raw.ldif 2> err < /dev/null || return 1
    # what it ends with says nothing; a record that was cut has no empty line behind it
    [ "$(head -n 1 raw.ldif)" = 'version: 1' ] || return 1
    [ -z "$(tail -n 1 raw.ldif)" ] || return 1
    sed 1d raw.ldif > "$2"
}

# ldif2db WHERE FROM: empties the backend and fills it; its status is 0 also when it has left out records
ldif2db() {
    ns-slapd ldif2db -D "$1" -n "$BACKEND" -i - > out 2> err < "$2"
}

# dumped TO
dumped() {
    db2ldif "$CONFIG" "$1"
}

# refill FILE: what 389-DS says does not count; what is there afterwards is compared
refill() {
    ldif2db "$CONFIG" "$1" || :
}

# given_back: it has done everything as its own user
given_back() {
    :
}

# look: the plan, the instance and its backend, and what was planned
look() {
    # everything that holds passwords stays in this folder, also after kill -9
    TMPDIR=${TMPDIR:-$HERE}
    export TMPDIR
    need awk basename cat chmod chown cmp comm cp grep head id mkdir mktemp ns-slapd rm sed sort stat tail
    workplace
    check_root
    one_plan
    versions
    instance
    backend
    server_stopped
    SERVER='the instance'
    plan_records
}

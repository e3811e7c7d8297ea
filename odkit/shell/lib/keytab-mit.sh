# A keytab with the tools of Mac OS X Server 10.4 to 10.6.
#
# needs: check_release check_root die need show TARGET
# provides: need_keytab member opened list_keytab remove_keys MORE
# overrides: take
# writes: commands err out raw KEYTAB REALM

MORE=' [--realm REALM]'

take() {
    case $1 in
        --keytab) KEYTAB=$2 ;;
        --realm) REALM=$2 ;;
        *) return 1 ;;
    esac
}

need_keytab() {
    need head id kadmin.local klist sw_vers
}

member() {
    check_release
    check_root
    case $(head -c 2 "$(command -v kadmin.local)") in
        '#!') die 3 "stopped: kadmin.local is a script here (Heimdal's imitation of 10.7 and later); this plan is for $TARGET" ;;
    esac
}

# opened: kadmin.local edits a keytab only where it can open a realm's database; a member of 10.5 or 10.6 has that of its Local KDC
opened() {
    kadmin.local -r "$REALM" -q quit < /dev/null > raw 2>&1 || {
        show raw >&2
        return 1
    }
}

# list_keytab TO: one name a line, as often as it has keys
list_keytab() {
    klist -k "$KEYTAB" < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: klist cannot read $KEYTAB"
    }
    sed -e '1,3d' -e 's/^ *[0-9][0-9]* //' raw > "$1"
}

remove_keys() {
    # shellcheck disable=SC2016 # awk's own $
    awk -v FILE="$KEYTAB" '{ gsub(/"/, "\"\""); print "ktremove -k " FILE " \"" $0 "\" all" }' exact > commands
    kadmin.local -r "$REALM" < commands > out 2> err
}

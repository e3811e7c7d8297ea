# A keytab with Heimdal's tools.
#
# needs: check_root die fresh need show
# provides: need_keytab member opened check_ktutil list_keytab remove_keys MORE
# overrides: take
# writes: err name out raw KEYTAB

MORE=''

take() {
    case $1 in
        --keytab) KEYTAB=$2 ;;
        *) return 1 ;;
    esac
}

need_keytab() {
    need id ktutil
}

member() {
    check_root
    check_ktutil
}

opened() {
    :
}

check_ktutil() {
    ktutil --version > raw 2>&1 < /dev/null
    grep -i heimdal raw > /dev/null || die 3 "stopped: ktutil is not Heimdal's here"
}

# list_keytab TO: one name a line, as often as it has keys; the columns stand where the header has them
list_keytab() {
    ktutil -k "FILE:$KEYTAB" list < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: ktutil cannot read $KEYTAB"
    }
    # shellcheck disable=SC2016 # awk's own $
    awk '
        /^Vno +Type +Principal/ { from = index($0, "Principal"); to = index($0, " Aliases"); next }
        from && $0 != "" {
            s = to ? substr($0, from, to - from + 1) : substr($0, from)
            sub(/ +$/, "", s); print s
        }' raw > "$1"
}

remove_keys() {
    fresh err
    while IFS= read -r name; do
        ktutil -k "FILE:$KEYTAB" remove -p "$name" < /dev/null > out 2>> err
    done < exact
}

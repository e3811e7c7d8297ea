# Records read and changed with dscl.
#
# needs: decoded die not_there show ENC
# provides: quoted one_value check_node fetch
# overrides: take
# writes: code err found more named out said stamp where ADMIN DECODED NODE

# a script that uses dscl sets ADMIN and NODE
take() {
    case $1 in
        --admin) ADMIN=$2 ;;
        --node) NODE=$2 ;;
        *) return 1 ;;
    esac
}

# quoted VALUE: as a word of dscl's batch mode, which knows quotes only at the start of a word
quoted() {
    case $1 in
        *"'"*) printf ' "%s"' "$1" ;;
        *) printf " '%s'" "$1" ;;
    esac
}

# one_value NUMBER NAME: the single value of a step, from its file NAME.NUMBER, into DECODED
one_value() {
    DECODED='' more=''
    { IFS= read -r DECODED && IFS= read -r more; } < "$2.$1"
    if [ -z "$DECODED" ] || [ -n "$more" ]; then die 2 "stopped: this script is damaged: step $1 has not one value"; fi
    decoded "${DECODED#* }"
}

# check_node: it is one, and dscl can read it
check_node() {
    dscl "$NODE" -list /Config < /dev/null > out 2> err || {
        show err >&2
        die 2 "stopped: dscl cannot read the node $NODE; nothing was changed"
    }
}

# fetch PATH KEYS: the values of these keys, one "KEY value" a line, encoded, into the file found; the time of change into stamp, names
# into named. dscl prints "Key: a b", or "Key:" and one value a line behind a space where a value holds a space. False when the record is
# not there; any other trouble stops the script
fetch() {
    where=$1
    : > found
    : > stamp
    : > named
    # shellcheck disable=SC2046 # the keys of a step are words, made by odkit; zsh splits nothing but a command's output
    set -- $(printf '%s' "$2")
    dscl "$NODE" -read "$where" "$@" < /dev/null > said 2> err
    code=$?
    if not_there "$code"; then return 1; fi
    case $code in
        0) ;;
        *)
            show said >&2
            show err >&2
            die 2 "stopped: dscl -read ends with $code"
            ;;
    esac
    awk -v KEYS="$*" "$ENC"'
        function put(value) {
            if (key == "ModificationTimestamp") { print enc(value) > "stamp"; return }
            if (key == "RecordName") print enc(value) > "named"
            print key, enc(value)
        }
        BEGIN { n = split(KEYS, k, " "); for (i = 1; i <= n; i++) { sub(/^dsAttrTypeNative:/, "", k[i]); known[k[i]] = 1 } }
        /^ / { if (key != "") put(substr($0, 2)); next }
        {
            sub(/^dsAttrType(Standard|Native):/, ""); i = index($0, ":"); key = substr($0, 1, i - 1); rest = substr($0, i + 2)
            if (!(key in known)) { key = ""; next }
            if (rest != "") { n = split(rest, v, " "); for (i = 1; i <= n; i++) put(v[i]); key = "" }
        }' said > found || die 2 "stopped: awk fails"
}

# Records read and changed with dscl.
#
# needs: decoded die fresh not_there show ENC
# provides: quoted one_value check_node ask answers fetch
# overrides: take
# writes: asked code err found more nameless now.stamps out said shown where ADMIN DECODED NODE

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

# ask ANSWER PATH KEYS: what dscl says of these keys of a record, into the file said.ANSWER. False when the record is not there; any other
# trouble stops the script
ask() {
    said=said.$1
    where=$2
    # shellcheck disable=SC2046 # the keys of a step are words, made by odkit; zsh splits nothing but a command's output
    set -- $(printf '%s' "$3")
    dscl "$NODE" -read "$where" "$@" < /dev/null > "$said" 2> err
    code=$?
    if not_there "$code"; then return 1; fi
    case $code in
        0) ;;
        *)
            show "$said" >&2
            show err >&2
            die 2 "stopped: dscl -read ends with $code"
            ;;
    esac
}

# answers: what dscl has said, for each line "STEP ANSWER WHAT KEY..." of the file asked: "STEP KEY value", encoded, into shown, and "STEP"
# behind all of them; times of change, "STEP TIME", into now.stamps; a step of the kind record whose answer has no name goes into nameless. dscl prints "Key: a b", or
# "Key:" and one value a line behind a space where a value holds a space
answers() {
    fresh now.stamps nameless
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        function put(value) {
            if (key == "ModificationTimestamp") { print step " " enc(value) > "now.stamps"; return }
            if (key == "RecordName") named = 1
            print step, key, enc(value)
        }
        function take(   i, n, v, rest) {
            if (text ~ /^ /) { if (key != "") put(substr(text, 2)); return }
            sub(/^dsAttrType(Standard|Native):/, "", text); i = index(text, ":"); key = substr(text, 1, i - 1); rest = substr(text, i + 2)
            if (!((step, key) in known)) { key = ""; return }
            if (rest != "") { n = split(rest, v, " "); for (i = 1; i <= n; i++) put(v[i]); key = "" }
        }
        {
            step = $1; from = "said." $2; key = ""; named = 0
            for (i = 4; i <= NF; i++) { name = $i; sub(/^dsAttrTypeNative:/, "", name); known[step, name] = 1 }
            while ((got = (getline text < from)) > 0) take()
            if (got < 0) exit 1
            close(from)
            if ($3 == "record" && !named) print step > "nameless"
            print step
        }' asked > shown || die 2 "stopped: awk fails"
}

# fetch PATH KEYS: the values of these keys of one record, "KEY value" a line, encoded, into the file found. False when it is not there
fetch() {
    ask 0 "$1" "$2" || return 1
    echo "0 0 value $2" > asked
    answers
    sed -n 's/^0 //p' shown > found || die 2 "stopped: sed fails"
}

# Steps out of an LDIF file, applied with ldapmodify.
#
# needs: as_many count die look outcome say warn MARK SELF
# provides: pick modify
# overrides: take
# writes: before changes err found out plain planned BIND SENT URI

# pick FILE: the steps of todo, out of an LDIF file whose paragraphs start with the step's number, into changes; a server without
# assertions gets none
pick() {
    # shellcheck disable=SC2016 # awk's own $
    awk 'BEGIN { while ((getline line < "todo") > 0) want["# step " line] = 1; RS = ""; FS = "\n" }
        ($1 in want) { print; print "" }' "$1" > changes || die 2 "stopped: awk fails"
    grep '^# step ' changes > found
    as_many found todo || die 2 "stopped: $(count found) of $(count todo) steps stand in $1; nothing was changed"
    ldapsearch -x -LLL -H "$URI" -s base -b '' '(objectClass=*)' supportedControl < /dev/null > found 2> err ||
        die 2 "stopped: the server at $URI does not tell its controls"
    if ! grep '^supportedControl: 1\.3\.6\.1\.1\.12$' found > /dev/null; then
        say "the server does not know assertions (RFC 4528); the comparison above is the only one"
        grep -v '^control: 1\.3\.6\.1\.1\.12 ' changes > plain || die 2 "stopped: grep fails"
        mv plain changes
    fi
}

# modify: one ldapmodify for all changes
modify() {
    cp todo planned
    cp absent before
    say "ldapmodify asks for the password of $BIND"
    SENT="changes were sent, and what came of them is not known; compare again: sh $SELF"
    printf '%s' "$MARK"
    ldapmodify -x -W -D "$BIND" -H "$URI" -f changes > out || warn "ldapmodify ends with $?"
    look
    outcome
}

take() {
    case $1 in
        --uri) URI=$2 ;;
        --bind) BIND=$2 ;;
        *) return 1 ;;
    esac
}

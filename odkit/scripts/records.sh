# decode: %XX back to bytes; the names of a plan come in no other way
decode() {
    awk '{
        o = ""
        while ((i = index($0, "%")) > 0) {
            h = index("0123456789ABCDEF", substr($0, i + 1, 1)) - 1
            l = index("0123456789ABCDEF", substr($0, i + 2, 1)) - 1
            o = o substr($0, 1, i - 1) sprintf("%c", h * 16 + l)
            $0 = substr($0, i + 3)
        }
        print o $0
    }'
}

# all_seen: every step is in exactly one list; a tool that failed on the way must not pass for "nothing to do"
all_seen() {
    cat todo absent changed | sort -n > seen
    awk '{ print $1 + 0 }' table | sort -n > numbers
    cmp -s seen numbers || die 2 "stopped: the directory could not be compared with the plan; nothing more was done"
}

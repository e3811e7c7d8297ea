# Names of principals as scripts hold them.
#
# needs: ENC
# provides: encode

encode() {
    awk "$ENC"' { print enc($0) }'
}

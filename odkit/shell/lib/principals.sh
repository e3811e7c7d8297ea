encode() {
    awk "$ENC"' { print enc($0) }'
}

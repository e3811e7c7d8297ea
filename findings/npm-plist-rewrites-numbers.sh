#!/bin/sh
# Subject: plist (npm), numbers read and written again
# Version: 5.0.0
# Behaviour: JavaScript has one kind of number, so what build makes of the unchanged result of parse has other elements and other values: a real without a fraction becomes an integer, one of 1e21 and more an integer with an exponent, which parse itself reads as 1, an infinite real becomes NaN, and an integer above 2^53 loses its last digits. Nothing is said.
# For a user of odkit: A policy that a tool of Node has read and written again is not the same one to odkit verify-mcx, which tells a real from an integer: give it the export from before.
# Date: 2026-11-29
# Seen:
#   <real>0.5</real>: <real>0.5</real>, read again: 0.5
#   <real>64.0</real>: <integer>64</integer>, read again: 64
#   <real>1e+21</real>: <integer>1e+21</integer>, read again: 1
#   <real>+infinity</real>: <real>NaN</real>, read again: NaN
#   <integer>9007199254740993</integer>: <integer>9007199254740992</integer>, read again: 9007199254740992

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

npm_packages plist@5.0.0

cat > again.mjs << 'END'
import { build, parse } from "plist";

const head = '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">';
for (const element of [
    "<real>0.5</real>",
    "<real>64.0</real>",
    "<real>1e+21</real>",
    "<real>+infinity</real>",
    "<integer>9007199254740993</integer>",
]) {
    const written = build(parse(`${head}${element}</plist>`));
    const found = written.match(/<(integer|real)>.*<\/\1>/)[0];
    console.log(`${element}: ${found}, read again: ${parse(written)}`);
}
END

observe() {
    node again.mjs
}

compare observe

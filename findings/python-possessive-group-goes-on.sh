#!/bin/sh
# Subject: CPython re, a possessive group
# Version: 3.11.2-6+deb12u8 and 3.11.2-6+deb12u9 (Debian 12)
# Behaviour: Where the body of a group with *+, ?+ or ++ fails behind its first character, the match goes on there and not where that try began: [a-z]++(?:;[a-z]++)*+: fits "cn;lang;:", where the name of an option is missing; without the last "+" of the group, or with the group in (?>...), it refuses it. The Python of Debian's security update has it right, and says 3.11.2 too.
# For a user of odkit: A program of yours with such a pattern takes a damaged line of an export for a whole one in the one and not in the other; ask by an example whether it holds, not by the version.
# Date: 2026-11-28
# Seen:
#   deb12u8, 3.11.2
#   (?:;[a-z]++)*+    cn: fits, cn;lang: fits, cn;: fits, cn;lang;: fits
#   (?:;[a-z]++)*     cn: fits, cn;lang: fits, cn;: refused, cn;lang;: refused
#   (?>(?:;[a-z]++)*) cn: fits, cn;lang: fits, cn;: refused, cn;lang;: refused
#   deb12u9, 3.11.2
#   (?:;[a-z]++)*+    cn: fits, cn;lang: fits, cn;: refused, cn;lang;: refused
#   (?:;[a-z]++)*     cn: fits, cn;lang: fits, cn;: refused, cn;lang;: refused
#   (?>(?:;[a-z]++)*) cn: fits, cn;lang: fits, cn;: refused, cn;lang;: refused

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

cat > options.py << 'END'
import re
import sys

print(f"{sys.argv[1]}, {sys.version.split()[0]}")
for options in ("(?:;[a-z]++)*+", "(?:;[a-z]++)*", "(?>(?:;[a-z]++)*)"):
    found = []
    for description in ("cn:", "cn;lang:", "cn;:", "cn;lang;:"):
        fits = re.fullmatch("[a-z]++" + options + ":", description)
        found.append(f"{description} {'fits' if fits else 'refused'}")
    print(f"{options:17} {', '.join(found)}")
END

observe() {
    for update in deb12u8 deb12u9; do
        rm -rf "$root/debian"
        mkdir "$root/debian"
        debian python3.11-minimal=3.11.2-6+$update libpython3.11-minimal=3.11.2-6+$update
        python=$root/debian/usr/bin/python3.11
        [ -x "$python" ] || python=/usr/bin/python3.11
        "$python" options.py "$update"
    done
}

compare observe

# shellcheck shell=sh
# Programs that read property lists in XML; ask_all gives each the same element. What plistutil and plser make of it is written in the binary format,
# which Python reads.

debian libplist-utils=2.2.0-6+b2 libplist3=2.2.0-6+b2 \
    gnustep-base-runtime=1.28.1+really1.28.0-5 gnustep-base-common=1.28.1+really1.28.0-5 libgnustep-base1.28=1.28.1+really1.28.0-5 \
    libobjc4=12.2.0-14+deb12u1 libxml2=2.9.14+dfsg-1.3~deb12u6 libxslt1.1=1.1.35-1+deb12u4 libicu72=72.1-3+deb12u1 \
    libavahi-client3=0.8-10+deb12u1 libavahi-common3=0.8-10+deb12u1 libdbus-1-3=1.14.10-1~deb12u1 \
    ruby-cfpropertylist=2.2.8-1.2 ruby-plist=3.6.0-1 ruby3.1=3.1.2-7+deb12u1 libruby3.1=3.1.2-7+deb12u1
npm_packages plist@5.0.0 fast-plist@0.1.3

ruby() {
    # shellcheck disable=SC2046 # a list of options
    ruby3.1 --disable-gems $(find "$root/debian" /usr/lib/ruby /usr/share/rubygems-integration \
        \( -name cfpropertylist.rb -o -path '*/lib/plist.rb' -o -path '*/lib/rexml' -o -name rbconfig.rb -o -path '*/ruby/3.1.0/time.rb' \) \
        -exec dirname {} \; 2> /dev/null | sort -u | sed 's/^/-I/') "$@"
}

# document ELEMENT: prints it as a whole property list
document() {
    printf '%s\n' '<?xml version="1.0" encoding="UTF-8"?>' "<plist version=\"1.0\">$1</plist>"
}

cat > ask.mjs << 'END'
import { readFileSync } from "fs";
import * as plist from "plist";
import fast from "fast-plist";

const text = readFileSync("in.plist", "utf8");
for (const [name, read] of [["plist (npm)", plist.parse], ["fast-plist (npm)", fast.parse]]) {
    let value;
    try {
        value = read(text);
    } catch {
        value = "(refused)";
    }
    console.log(`${name}: [${value}]`);
}
END

cat > ask.rb << 'END'
require "cfpropertylist"
require "plist"

text = File.read("in.plist")
puts "CFPropertyList (Ruby): [#{CFPropertyList.native_types(CFPropertyList::List.new(data: text).value)}]"
puts "plist (Ruby): [#{Plist.parse_xml(text)}]"
END

binary() {
    python3 -c 'import plistlib, sys; print(f"{sys.argv[1]}: [{plistlib.loads(sys.stdin.buffer.read())}]")' "$1"
}

# ask_all ELEMENT: one line for each program
ask_all() {
    document "$1" > in.plist
    plistutil -i in.plist -f bin -o out.plist
    binary plistutil < out.plist
    plser -Format NSPropertyListBinaryFormat_v1_0 in.plist | binary 'plser (GNUstep)'
    ruby ask.rb
    node ask.mjs
}

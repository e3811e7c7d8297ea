#!/bin/sh
# Subject: LDAP SDK for Java (ldapjdk), DN
# Version: 5.3.0 (Debian 12)
# Behaviour: Two spellings of one escape and two orders of one multi-valued RDN are different names; LDAPDN.equals and DN.equals differ about the case of cn=A and CN=a.
# For a user of odkit: Do not compare names by their printed form when a list comes from a tool with this library.
# Date: 2026-11-28
# Seen:
#   cn=A and CN=a: LDAPDN false, DN true
#   cn=a\2Cb and cn=a\,b: LDAPDN false, DN false
#   uid=b+cn=a and cn=a+uid=b: LDAPDN false, DN false

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian libldap-java=5.3.0+dfsg1-1
observe() {
    command -v javac > /dev/null || cannot "a JDK is missing"
    printf '%s\n' 'import netscape.ldap.*; import netscape.ldap.util.*;' 'public class Names { public static void main(String[] a) {' \
        'for (String[] p : new String[][] {{"cn=A", "CN=a"}, {"cn=a\\2Cb", "cn=a\\,b"}, {"uid=b+cn=a", "cn=a+uid=b"}})' \
        'System.out.println(String.join(" and ", p) + ": LDAPDN " + LDAPDN.equals(p[0], p[1]) + ", DN " + new DN(p[0]).equals(new DN(p[1]))); } }' > Names.java
    java -cp "$(find "$root/debian" /usr/share/java -name ldapjdk.jar 2> /dev/null | head -n 1)" Names.java
}

compare observe

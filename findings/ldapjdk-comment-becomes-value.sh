#!/bin/sh
# Subject: LDAP SDK for Java (ldapjdk), LDIF
# Version: 5.3.0 (Debian 12)
# Behaviour: The second line of a folded comment is added to the value before the comment, without an error; spaces at the end of a value are cut off.
# For a user of odkit: Join comments to one line, as ldapsearch -o ldif-wrap=no does, before such a tool reads an export.
# Date: 2026-11-28
# Seen:
#   cn=[annthat is folded]
#   sn=[two spaces]

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

debian libldap-java=5.3.0+dfsg1-1
observe() {
    command -v javac > /dev/null || cannot "a JDK is missing"
    printf '%s\n' 'dn: cn=ann' 'cn: ann' '# a comment' ' that is folded' 'sn: two spaces  ' '' > in.ldif
    printf '%s\n' 'import netscape.ldap.*; import netscape.ldap.util.*;' 'public class Read { public static void main(String[] a) throws Exception {' \
        'LDIFRecord record = new LDIF("in.ldif").nextRecord();' \
        'for (LDAPAttribute one : ((LDIFAttributeContent) record.getContent()).getAttributes())' \
        'System.out.println(one.getName() + "=[" + one.getStringValueArray()[0] + "]"); } }' > Read.java
    java -cp "$(find "$root/debian" /usr/share/java -name ldapjdk.jar 2> /dev/null | head -n 1)" Read.java | sort
}

compare observe

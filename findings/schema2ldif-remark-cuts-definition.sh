#!/bin/sh
# Subject: schema2ldif (Debian)
# Version: 1.3-4 (Debian 12)
# Behaviour: A remark inside a definition is copied into the LDIF between its folded lines with exit 0; a reader takes what follows as part of the remark, so the definition ends there.
# For a user of odkit: Remove remarks from inside the definitions of Apple's schema files first, or let slaptest convert them.
# Date: 2026-11-28
# Seen:
#   exit code: 0
#   dn: cn=ex,cn=schema,cn=config
#   objectClass: olcSchemaConfig
#   cn: ex
#   olcAttributeTypes: ( 1.3.6.1.4.1.99999.1 NAME 'exName'
#   # a remark inside
#     SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
#   as ldapadd reads it:
#   add olcAttributeTypes:
#   	( 1.3.6.1.4.1.99999.1 NAME 'exName'
#   !adding new entry "cn=ex,cn=schema,cn=config"

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"
# shellcheck source=lib/slapd.sh
. "$here/lib/slapd.sh"

debian schema2ldif=1.3-4

observe() {
    printf '%s\n' "attributetype ( 1.3.6.1.4.1.99999.1 NAME 'exName'" '# a remark inside' '  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )' > ex.schema
    schema2ldif ex.schema > ex.ldif
    echo "exit code: $?"
    cat ex.ldif
    slapd_conf
    suffix | slapadd -f slapd.conf
    slapd_start
    echo "as ldapadd reads it:"
    ldapadd -n -v -x -H "$uri" -f ex.ldif | sed -n '/olcAttr/,$p'
}

compare observe

# shellcheck shell=sh
# A slapd of OpenLDAP 2.5.13 of Debian 12 for the scripts that need one: ./slapd.conf, ./db, suffix dc=example,dc=com.

debian slapd=2.5.13+dfsg-5 ldap-utils=2.5.13+dfsg-5 libldap-2.5-0=2.5.13+dfsg-5

files=
for place in "$root/debian" ""; do
    [ -d "$place/etc/ldap/schema" ] && [ -d "$place/usr/lib/ldap" ] && files=$place && break
done
# slapd_conf: writes the file and an empty database
slapd_conf() {
    rm -rf db
    mkdir db
    {
        for schema in core cosine nis inetorgperson; do echo "include $files/etc/ldap/schema/$schema.schema"; done
        printf '%s\n' "modulepath $files/usr/lib/ldap" "moduleload back_mdb" "pidfile $PWD/slapd.pid" \
            "database mdb" "suffix dc=example,dc=com" "rootdn cn=admin,dc=example,dc=com" "rootpw s3cret" "directory $PWD/db"
    } > slapd.conf
}

# slapd_start: sets $uri
slapd_start() {
    uri=ldap://127.0.0.1:$(free_port)
    slapd -d 0 -f slapd.conf -h "$uri" > slapd.log 2>&1 &
    echo $! >> "$root/servers"
    until_ready ldapsearch -x -H "$uri" -s base -b '' 1.1
}

# suffix: the entry dc=example,dc=com as LDIF
suffix() {
    printf '%s\n' 'dn: dc=example,dc=com' 'objectClass: domain' 'dc: example' ''
}

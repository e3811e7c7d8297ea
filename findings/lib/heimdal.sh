# shellcheck shell=sh
# A scratch realm EXAMPLE.COM of Heimdal 7.8 of Debian 12 in the work folder, without a running KDC.

heimdal=7.8.git20221117.28daf24+dfsg-2
debian heimdal-kdc=$heimdal heimdal-clients=$heimdal libasn1-8-heimdal=$heimdal libgssapi3-heimdal=$heimdal libhcrypto5-heimdal=$heimdal \
    libhdb9-heimdal=$heimdal libheimbase1-heimdal=$heimdal libheimntlm0-heimdal=$heimdal libhx509-5-heimdal=$heimdal \
    libkadm5clnt7-heimdal=$heimdal libkadm5srv8-heimdal=$heimdal libkafs0-heimdal=$heimdal libkdc2-heimdal=$heimdal \
    libkrb5-26-heimdal=$heimdal libotp0-heimdal=$heimdal libroken19-heimdal=$heimdal libsl0-heimdal=$heimdal libwind0-heimdal=$heimdal

printf '%s\n' '[libdefaults]' ' default_realm = EXAMPLE.COM' ' dns_lookup_kdc = false' '[kdc]' ' database = {' "  dbname = $PWD/heimdal" \
    '  realm = EXAMPLE.COM' "  mkey_file = $PWD/m-key" "  acl_file = $PWD/acl" "  log_file = $PWD/log" ' }' > krb5.conf
KRB5_CONFIG=$PWD/krb5.conf
export KRB5_CONFIG
kstash --key-file="$PWD/m-key" --random-key > "$root/log" 2>&1

# kadmin_l COMMAND ...: kadmin on the database itself
kadmin_l() {
    kadmin.heimdal -l "$@"
}
kadmin_l init --realm-max-ticket-life=1day --realm-max-renewable-life=7days EXAMPLE.COM

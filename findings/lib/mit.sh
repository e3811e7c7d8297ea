# shellcheck shell=sh
# A scratch realm EXAMPLE.COM of MIT krb5 1.20.1 of Debian 12 in the work folder, without a running KDC.

debian krb5-kdc=1.20.1-2+deb12u5 krb5-admin-server=1.20.1-2+deb12u5 krb5-user=1.20.1-2+deb12u5 libkrb5-3=1.20.1-2+deb12u5

printf '%s\n' '[libdefaults]' ' default_realm = EXAMPLE.COM' ' dns_lookup_kdc = false' > krb5.conf
printf '%s\n' '[realms]' ' EXAMPLE.COM = {' "  database_name = $PWD/principal" "  key_stash_file = $PWD/stash" \
    '  supported_enctypes = aes256-cts:normal aes128-cts:normal' ' }' > kdc.conf
KRB5_CONFIG=$PWD/krb5.conf
KRB5_KDC_PROFILE=$PWD/kdc.conf
export KRB5_CONFIG KRB5_KDC_PROFILE
kdb5_util create -s -P made-up-master > "$root/log" 2>&1

# kadmin_local COMMAND ...: in silence
kadmin_local() {
    kadmin.local "$@" > "$root/log" 2>&1
}

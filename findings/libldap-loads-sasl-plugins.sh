#!/bin/sh
# Subject: ldapmodify, ldapsearch (OpenLDAP) and the plug-ins of Cyrus SASL
# Version: 2.5.13 with Cyrus SASL 2.1.28 (Debian 12)
# Behaviour: With -x, which asks for no SASL, every start loads all plug-ins of SASL that are installed all the same, and with them libcrypto and the libraries of Kerberos: that is about half of the CPU time of a start. With SASL_PATH set to an empty folder none is loaded, and the program does the same.
# For a user of odkit: A script of yours that starts ldapmodify or ldapsearch -x for each of thousands of records is nearly twice as fast with that variable; one ldapmodify for all records, as odkit writes it, pays once.
# Date: 2026-11-29
# Seen:
#   ldapmodify, plug-ins: libanonymous libcrammd5 libcrypto libdigestmd5 libgs2 libgssapi_krb5 libgssapiv2 libkrb5 liblogin libplain libscram
#   ldapmodify, empty:
#   ldapmodify printed the same
#   ldapsearch, plug-ins: libanonymous libcrammd5 libcrypto libdigestmd5 libgs2 libgssapi_krb5 libgssapiv2 libkrb5 liblogin libplain libscram
#   ldapsearch, empty:
#   ldapsearch printed the same
#   an empty folder saves a quarter of the CPU time or more: True

# shellcheck source=lib/sandbox.sh
. "${0%/*}/lib/sandbox.sh"

sasl=2.1.28+dfsg-10+deb12u1
debian ldap-utils=2.5.13+dfsg-5 libldap-2.5-0=2.5.13+dfsg-5 libsasl2-2=$sasl libsasl2-modules=$sasl libsasl2-modules-gssapi-mit=$sasl

mkdir plug-ins empty
plug_ins="anonymous crammd5 digestmd5 login plain scram gs2 gssapiv2"
for plug_in in $plug_ins; do
    cp "$(find "$root/debian" /usr/lib -path "*/sasl2/lib$plug_in.so" 2> /dev/null | head -n 1)" plug-ins
done
printf '%s\n' 'dn: cn=ann,dc=example,dc=com' 'changetype: delete' '' > in.ldif

cat > times.py << 'END'
import resource
import subprocess
import sys

def cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

def run(folder):
    before = cpu()
    subprocess.run(["ldapmodify", "-x", "-n", "-f", "in.ldif"], env={"SASL_PATH": folder, "PATH": sys.argv[1], "LD_LIBRARY_PATH": sys.argv[2]},
                   stdout=subprocess.DEVNULL, check=True)
    return cpu() - before

ratios = sorted(sum(run("empty") for _ in range(10)) / sum(run("plug-ins") for _ in range(10)) for _ in range(5))
print(f"an empty folder saves a quarter of the CPU time or more: {ratios[2] < 0.75}")
END

# loaded PROGRAM ARGUMENT ...: what it loads of SASL, libcrypto and Kerberos, with the plug-ins and with an empty folder; no server is there
loaded() {
    for folder in plug-ins empty; do
        echo "$1, $folder: $(SASL_PATH=$PWD/$folder LD_DEBUG=files "$@" 2>&1 > "out-$folder" | sed -n 's/.*calling init: .*\/\(lib[a-z0-9_]*\)\.so.*/\1/p' |
            grep -E "^lib($(echo "$plug_ins" | tr ' ' '|')|crypto|gssapi_krb5|krb5)$" | sort -u | tr '\n' ' ')"
    done
    cmp out-plug-ins out-empty && echo "$1 printed the same"
}

observe() {
    loaded ldapmodify -x -n -f in.ldif
    loaded ldapsearch -x -H "ldap://127.0.0.1:$(free_port)"
    python3 times.py "$PATH" "${LD_LIBRARY_PATH:-}"
}

compare observe

#!/bin/sh
# odkit plan 0318db6ce787adb5: purge-principals.sh
# Made from export.ldif (222 records, the last is cn=xserve-hq4.medicalmart.example.com:/exports/templates,cn=mounts,dc=medicalmart,dc=example,dc=com; the file holds neither a count nor a result)
# Made from listprincs.txt (399 principals; as of 2008-01-10 21:20:00Z: the date of the file, which a copy may have lost)
# Deletes the service principals of retired servers from the KDC of MEDICALMART.EXAMPLE.COM: 133 principals.
# For the Open Directory master, Mac OS X Server 10.5. Without --apply it changes nothing.
# Names stand in it with everything but printable ASCII, and %, as %XX.
# Status: 0 done, or nothing to do; 1 something could not be deleted, or what came of it is not known; 2 the surroundings are
# not right; 3 a brake stopped it; 130 a signal did, and it says whether anything was sent. After 2 and 3 nothing was deleted.

PLAN='0318db6ce787adb5'
REALM='MEDICALMART.EXAMPLE.COM'
TARGET='10.5'
INVENTORY='yes'
ASOF='20080110212000'
LISTED='2008-01-10 21:20:00Z'
DELETIONS='133'
NAMES='273'
CDPATH=''
GREP_OPTIONS=''
export GREP_OPTIONS
SELF=$0

deletions() {
    cat <<'ODKIT_END'
HTTP/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
XMPP/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/XSERVE-HQ2.MEDICALMART.EXAMPLE.COM@MEDICALMART.EXAMPLE.COM
host/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
nfs/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ODKIT_END
}

as_seen() {
    cat <<'ODKIT_END'
- - - HTTP/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - HTTP/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - XMPP/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - afpserver/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - cifs/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ftp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/XSERVE-HQ2.MEDICALMART.EXAMPLE.COM@MEDICALMART.EXAMPLE.COM
- - - host/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - host/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - http/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - imap/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ipp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - ldap/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - nfs/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - pop/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - smtp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - vpn/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
- - - xgrid/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ODKIT_END
}

planned() {
    cat <<'ODKIT_END'
HTTP/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
HTTP/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
K/M@MEDICALMART.EXAMPLE.COM
XMPP/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
afpserver/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
cifs/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ftp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/XSERVE-HQ2.MEDICALMART.EXAMPLE.COM@MEDICALMART.EXAMPLE.COM
host/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/myxserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq1.medicalmart.example.com.archive.example.net@MEDICALMART.EXAMPLE.COM
host/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq1@MEDICALMART.EXAMPLE.COM
host/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
host/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
http/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
imap/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ipp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
kadmin/admin@MEDICALMART.EXAMPLE.COM
kadmin/changepw@MEDICALMART.EXAMPLE.COM
kadmin/history@MEDICALMART.EXAMPLE.COM
kadmin/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
krbtgt/MEDICALMART.EXAMPLE.COM@MEDICALMART.EXAMPLE.COM
krbtgt/PARTNER.EXAMPLE.NET@MEDICALMART.EXAMPLE.COM
ldap/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ldap/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
nfs/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
pop/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
smtp/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
vpn/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/files.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/intranet.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/mail.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/od-dartmouth.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/od-edmonton.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/od-store.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/od-windsor.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/odmaster.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/odrelay.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/print.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-dart1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-dart2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-edm1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-edm2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq2.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq3.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-hq4.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-store1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
xgrid/xserve-wind1.medicalmart.example.com@MEDICALMART.EXAMPLE.COM
ODKIT_END
}

stale() {
    cat <<'ODKIT_END'
xserve-dart1.medicalmart.example.com
xserve-dart2.medicalmart.example.com
xserve-edm1.medicalmart.example.com
xserve-edm2.medicalmart.example.com
xserve-hq1.medicalmart.example.com
xserve-hq2.medicalmart.example.com
xserve-hq3.medicalmart.example.com
xserve-hq4.medicalmart.example.com
xserve-store1.medicalmart.example.com
xserve-wind1.medicalmart.example.com
ODKIT_END
}

say() {
    printf '%s%s\n' "$MARK" "$*"
}

warn() {
    printf '%s%s\n' "$MARK" "$*" >&2
}

# die STATUS WORDS: 1 something failed, 2 the surroundings are not right, 3 a brake; see the head of this script
die() {
    code=$1
    shift
    warn "$*"
    if [ -n "$SENT" ]; then
        warn "$SENT"
        code=1
    fi
    exit "$code"
}

# own_folder PATH: a folder into HERE, as it is seen from that of this script
own_folder() {
    case $SELF in
        */*) HERE=${SELF%/*}/ ;;
        *) HERE=./ ;;
    esac
    HERE=$(cd "$HERE$1" && pwd) || exit 2
}

word() {
    return 1
}

options() {
    APPLY=no REHEARSAL=no MARK=''
    while [ $# -gt 0 ]; do
        case $1 in
            --apply) APPLY=yes ;;
            --rehearsal) REHEARSAL=yes MARK='REHEARSAL: ' ;;
            -h | --help)
                usage
                exit 0
                ;;
            -*)
                if flag "$1"; then
                    shift
                    continue
                fi
                if ! take "$1" "${2-}"; then
                    usage >&2
                    die 2 "stopped: unknown option $1"
                fi
                [ $# -ge 2 ] || die 2 "stopped: $1 needs a value"
                shift
                ;;
            *)
                if ! word "$1"; then
                    usage >&2
                    die 2 "stopped: unknown word $1"
                fi
                ;;
        esac
        shift
    done
}

# what has been sent to the server already, said by die: after that a trouble is no longer "nothing was changed"
SENT=''

# show FILE: every line marked, so that nothing of a rehearsal is taken for the real run
show() {
    if empty "$1"; then return; fi
    sed "s/^/$MARK  /" "$1"
}

# empty FILE: it is there and holds nothing, which no program need be asked
empty() {
    [ -f "$1" ] && [ ! -s "$1" ]
}

# fresh FILE ...: files that hold nothing yet. Not by `:`, after whose failure some shells end by themselves, without what SENT says
fresh() {
    for blank in "$@"; do printf '' > "$blank" || die 2 "stopped: an empty list cannot be written: $blank"; done
}

# arrange FROM TO: sorted, and nothing lost on the way; their number into N. A tool that fails must not look like an empty list
arrange() {
    if empty "$1"; then
        fresh "$2"
        N=0
        return
    fi
    sort < "$1" > "$2" || die 2 "stopped: sort fails"
    as_many "$1" "$2" || die 2 "stopped: sort loses lines"
}

# compare WHICH ONE OTHER TO: comm, its failure noticed; what is empty has nothing that the other has or lacks
compare() {
    case $1 in
        -12 | -23) if empty "$2" && [ -f "$3" ]; then set -- "$4"; fi ;;
        -13) if empty "$3" && [ -f "$2" ]; then set -- "$4"; fi ;;
    esac
    if [ $# -eq 1 ]; then
        fresh "$1"
        return
    fi
    comm "$1" "$2" "$3" > "$4" || die 2 "stopped: comm fails"
}

# few FILE: adds its lines to N, and starts no program for that; false where they are many, or cannot be read
few() {
    [ -f "$1" ] || return 1
    most=$((N + 32))
    while IFS= read -r one_line || [ -n "$one_line" ]; do
        N=$((N + 1))
        [ "$N" -le "$most" ] || return 1
    done < "$1"
}

# count FILE: its lines, for what is only said, by a command substitution
count() {
    N=0
    if few "$1"; then
        echo "$N"
    else
        awk 'END { print NR }' "$1"
    fi
}

# counted FILE...: their lines together, into N, for what is decided: a tool that fails must not look like a number
counted() {
    N=0
    for one_file in "$@"; do
        few "$one_file" || {
            N=$(awk 'END { print NR }' "$@") || N=''
            break
        }
    done
    case $N in '' | *[!0-9]*) die 2 "stopped: awk fails" ;; esac
}

# as_many ONE OTHER...: whether the first has as many lines as the others together; the number of those into N. A tool that fails must not
# look like two numbers
as_many() {
    N=0 first_count=''
    for one_file in "$@"; do
        if few "$one_file"; then
            [ -n "$first_count" ] || first_count=$N N=0
        else
            N=$(awk 'FILENAME == ARGV[1] { one++; next } { others++ } END { print one + 0 " " others + 0 }' "$@") || N=''
            first_count=${N%% *}
            N=${N#* }
            break
        fi
    done
    case $first_count: in :* | *[!0-9]*:) die 2 "stopped: awk fails" ;; esac
    case $N: in :* | *[!0-9]*:) die 2 "stopped: awk fails" ;; esac
    [ "$first_count" -eq "$N" ]
}

# results DONE PLANNED ABSENT-WORD ABSENT FAILED: the last line of a run; only now it is known what came of what was sent
results() {
    counted "$2"
    all=$N
    counted "$5"
    failures=$N
    counted "$4"
    say "$((all - failures)) $1, $N $3, $failures failed"
    SENT=''
}

# need PROGRAM...: say which one is used; outside the system's folders it is only for a rehearsal
need() {
    # all are looked for in one subshell: a line each, the program and where it is
    N=$#
    found=$(for tool in "$@"; do
        printf '%s ' "$tool"
        command -v "$tool" 2>/dev/null || echo
    done)
    while read -r tool found; do
        N=$((N - 1))
        case $found in
            */../* | */./*) die 2 "stopped: $tool is found as $found; give PATH without '..'" ;;
            /bin/* | /sbin/* | /usr/bin/* | /usr/sbin/* | /usr/libexec/* | /System/Library/*) say "using $found" ;;
            /*)
                [ "$REHEARSAL" = yes ] || die 2 "stopped: $found is outside the system's folders; put those first in PATH"
                say "using $found"
                ;;
            '') die 2 "stopped: $tool is not on this machine, or not in PATH ($PATH)" ;;
            *) die 2 "stopped: $tool is a function or alias of this shell; start the script with sh" ;;
        esac
    done <<FOUND
$found
FOUND
    [ "$N" -eq 0 ] || die 2 "stopped: the programs that the script needs could not be looked for"
}

# one workplace, gone when the script ends; the names in it are fixed, so that awk never sees a strange file name
WORK=''

# shellcheck disable=SC2317 # the trap calls it
leave() {
    if [ -n "$WORK" ]; then
        cd / && rm -r "$WORK"
        WORK=''
    fi
}

# shellcheck disable=SC2317 # the trap calls it
interrupted() {
    warn "stopped by a signal"
    if [ -n "$SENT" ]; then warn "$SENT"; fi
    exit 130
}

workplace() {
    umask 077
    WORK=$(mktemp -d "${TMPDIR:-/tmp}/odkit.XXXXXX") || die 2 "stopped: cannot make a folder for temporary files"
    # TMPDIR may be no whole path, and rm stands somewhere else
    WORK=$(cd "$WORK" && pwd) || die 2 "stopped: cannot enter $WORK"
    cd "$WORK" || die 2 "stopped: cannot enter $WORK"
}

# the release that the plan was made for
check_release() {
    version=$(sw_vers -productVersion) || die 2 "stopped: sw_vers does not tell the release"
    case $TARGET/$version in
        "$version/$version" | "$TARGET/$TARGET".* | 10.7+/10.[789] | 10.7+/10.[789].* | 10.7+/10.1[0-9]* | 10.7+/1[1-9].*) say "Mac OS X Server $version" ;;
        *) die 3 "stopped: this script was written for Mac OS X Server $TARGET, and this is $version; make a plan with --target" ;;
    esac
}

check_root() {
    if [ "$REHEARSAL" != yes ] && [ "$(id -u)" != 0 ]; then
        die 2 "stopped: run it as root: sudo sh $SELF"
    fi
}

# the release, role and person that the plan was made for
surroundings() {
    check_release
    role=$(slapconfig -getstyle 2>&1) || die 2 "stopped: slapconfig does not tell the role of this server: $role"
    case $role in *[ABCDEFGHIJKLMNOPQRSTUVWXYZ]*) role=$(printf '%s\n' "$role" | tr '[:upper:]' '[:lower:]') ;; esac
    case $role in
        *replica*) die 3 "stopped: slapconfig says that this server is '$role', and the script belongs on the Open Directory master" ;;
        *master*) say "role: $role" ;;
        *) die 3 "stopped: slapconfig says that this server is '$role', and the script belongs on the Open Directory master" ;;
    esac
    check_root
}

# every file of the plan beside this script carries the plan's id
one_plan() {
    set -- /dev/null # so that there are always several, and grep names each
    for name in plan.json purge-principals.sh delete-records.sh delete-records-ldif.sh delete-records.ldif delete-slots.sh \
        remove-aliases.sh remove-aliases.ldif restore/restore-principals.sh restore/restore-records.ldif restore/restore-aliases.ldif; do
        if [ -f "$HERE/$name" ]; then set -- "$@" "$HERE/$name"; fi
    done
    # one grep for all: a line each, the file and how many of its lines hold the id
    found=$(grep -F -c "$PLAN" "$@")
    [ $? -le 1 ] || die 2 "stopped: grep fails"
    N=0
    while IFS= read -r name; do
        case $name in
            /dev/null:*) N=$((N + 1)) ;;
            *:0) die 3 "stopped: ${name%:0} belongs to another plan than $PLAN" ;;
            *) N=$((N + 1)) ;;
        esac
    done <<FOUND
$found
FOUND
    [ "$N" -eq $# ] || die 2 "stopped: grep fails"
    say "plan $PLAN"
}

# awk: enc(text) writes text with everything but printable ASCII, and %, as %XX: the form in which this script holds names
ENC='function enc(s,   i, c, o) {
    if (s !~ /[^ -~]|%/) return s
    if (!ready) { for (i = 1; i < 256; i++) hex[sprintf("%c", i)] = sprintf("%%%02X", i); ready = 1 }
    o = ""
    for (i = 1; i <= length(s); i++) { c = substr(s, i, 1); o = o (c ~ /[^ -~]|%/ ? hex[c] : c) }
    return o
}'

encode() {
    awk "$ENC"' { print enc($0) }'
}

need_kdc() {
    need head id kadmin.local kdb5_util slapconfig sw_vers tr
}

# the MIT kadmin.local of 10.4 to 10.6; from 10.7 on a shell script of that name pretends, and deletes nothing
check_kdc() {
    case $(head -c 2 "$(command -v kadmin.local)") in
        '#!') die 3 "stopped: kadmin.local is a script here (Heimdal's imitation of 10.7 and later); this plan is for $TARGET" ;;
    esac
}

# list FILE: the KDC's principals as kadmin.local prints them, its header taken off
list() {
    kadmin.local -r "$REALM" -q listprincs < /dev/null > raw 2> err || {
        show err >&2
        die 2 "stopped: kadmin.local cannot list the realm $REALM"
    }
    sed -e '1{' -e '/^Authenticating as principal .* with .*\.$/d' -e '}' raw > "$1"
    if [ ! -s "$1" ]; then
        show err >&2
        die 3 "stopped: the KDC of $REALM lists no principal; nothing was changed"
    fi
    grep '^krbtgt/' "$1" > /dev/null || die 3 "stopped: the list has no krbtgt principal: it is not the whole list; nothing was changed"
}

# states FILE: "CHANGED VERSION USED NAME" of every principal: when it was changed last, its newest key version, its last login; - where
# the database does not tell, 0 for never. Times are YYYYMMDDHHMMSS (UTC). The keys in the dump stay in the pipe
states() {
    # shellcheck disable=SC2016 # awk's own $
    {
        kdb5_util -r "$REALM" dump 2> err
        echo "status: $?"
    } | awk -F '\t' "$ENC"'
        function part(h, at) { return index("0123456789abcdef", substr(h, at, 1)) - 1 }
        function byte(h, at) { return part(h, at) * 16 + part(h, at + 1) }
        function utc(t,   s, d, e, n, y, m) {  # the civil calendar, from days since 0000-03-01
            s = t % 86400; d = (t - s) / 86400 + 719468
            e = int(d / 146097); d -= e * 146097
            y = int((d - int(d / 1460) + int(d / 36524) - int(d / 146096)) / 365)
            n = d - (365 * y + int(y / 4) - int(y / 100)); m = int((5 * n + 2) / 153)
            d = n - int((153 * m + 2) / 5) + 1; y += e * 400 + (m > 9); m += m < 10 ? 3 : -9
            return sprintf("%04d%02d%02d%02d%02d%02d", y, m, d, int(s / 3600), int(s % 3600 / 60), s % 60)
        }
        /^status: / { told++; fine = $0 == "status: 0" }
        $1 == "princ" {
            changed = "-"; kvno = "-"; at = 16
            for (i = 0; i < $4; i++) {
                if ($at == 2 && length($(at + 2)) >= 8) {
                    h = tolower($(at + 2))
                    changed = utc(byte(h, 1) + 256 * byte(h, 3) + 65536 * byte(h, 5) + 16777216 * byte(h, 7))
                }
                at += 3
            }
            for (i = 0; i < $5; i++) {
                if (kvno == "-" || $(at + 1) + 0 > kvno + 0) kvno = $(at + 1)
                at += 2 + 3 * $at
            }
            print changed, kvno, ($13 + 0 ? utc($13) : 0), enc($7)
        }
        END { if (told != 1 || !fine) exit 9 }' > "$1"
    case $? in
        0) ;;
        9)
            show err >&2
            die 2 "stopped: the KDC of $REALM cannot be dumped; nothing was changed"
            ;;
        *) die 2 "stopped: awk fails" ;;
    esac
}

# dump_kdc FILE, and the number of principals in it
dump_kdc() {
    kdb5_util -r "$REALM" dump "$1" > out 2> err
}

held() {
    awk -F '\t' '$1 == "princ" { n++ } END { print n + 0 }' "$1"
}

# commands NAMES ALL TO: one for each name, made from a line that the KDC itself has printed
commands() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC"'
        FILENAME == ARGV[1] { want[$0] = 1; next }
        (enc($0) in want) { gsub(/"/, "\"\""); print "delprinc -force \"" $0 "\"" }' "$1" "$2" > "$3"
}

# unshared NAMES: a database of that age knows no aliases
unshared() {
    :
}

send() {
    kadmin.local -r "$REALM" < "$1" > out 2> err
}

# awk: multi(name) tells whether a name has more than one component: a slash that is not escaped, before the realm
MULTI='
function multi(t) { gsub(/\\./, "", t); sub(/@.*/, "", t); return index(t, "/") }
'

usage() {
    say "usage: sh purge-principals.sh [--apply] [--backup FOLDER] [--max N] [--skip-changed] [--undated] [--rehearsal]"
    say "Without --apply it shows what it would do and changes nothing."
    say "--skip-changed leaves hosts alone of which a name has changed since the plan saw it, and goes on with the others."
    say "--undated goes on where it is not known whether a name has changed."
}

flag() {
    case $1 in
        --skip-changed) SKIP=yes ;;
        --undated) UNDATED=yes ;;
        *) return 1 ;;
    esac
}

take() {
    case $1 in
        --max) MAX=$2 ;;
        --backup) PARENT=$(cd "$2" && pwd) || die 2 "stopped: no folder $2" ;;
        *) return 1 ;;
    esac
}

# encoded_multi LIST TO: the names of more than one component, encoded and sorted
encoded_multi() {
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC$MULTI"'multi($0) { print enc($0) }' "$1" > several || die 2 "stopped: awk fails"
    [ -s several ] || die 2 "stopped: awk loses lines"
    arrange several "$2"
}

# the KDC must be the one that the plan was made from: the same names of more than one component, less those to delete
same_kdc() {
    planned > lines || die 2 "stopped: cannot write to $WORK"
    arrange lines planned.multi
    [ "$N" -eq "$NAMES" ] || die 2 "stopped: this script is damaged: it does not hold its $NAMES names"
    compare -23 now.multi planned.multi new
    compare -13 now.multi planned.multi missing
    compare -23 missing wanted missing.others
    if [ -s new ] || [ -s missing.others ]; then
        warn "the KDC of $REALM is not the one that the plan was made from."
        if [ -s new ]; then
            warn "in the KDC, not in the plan:"
            show new >&2
        fi
        if [ -s missing.others ]; then
            warn "in the plan, no longer in the KDC:"
            show missing.others >&2
        fi
        die 3 "stopped: nothing was deleted. Make a new list and a new plan."
    fi
}

# without an inventory the plan holds unverified names: a cap, and what else bears the hosts' names
cap() {
    counted now.multi
    total=$N
    [ -n "$MAX" ] || MAX=$((total / 2))
    counted todo
    [ "$N" -le "$MAX" ] ||
        die 3 "stopped: $N of $total names would go, more than $MAX; nothing was deleted. Raise it with --max N if that is meant."
    stale > hosts
    # shellcheck disable=SC2016 # awk's own $
    awk "$ENC$MULTI"'
        FILENAME == "hosts" { host[$0] = 1; next }
        FILENAME == "wanted" { want[$0] = 1; next }
        multi($0) {
            t = $0; sub(/@[^@]*$/, "", t); sub(/^[^\/]*\//, "", t); t = tolower(t); sub(/\.$/, "", t)
            if ((enc(t) in host) && !(enc($0) in want)) print enc($0)
        }' hosts wanted now > spellings || die 2 "stopped: awk fails"
    if [ -s spellings ]; then
        say "not touched, although they bear the name of a retired host in another spelling or under another service:"
        show spellings
    fi
}

# judge: every name of todo as "WHAT|WHY|NAME" into judged. WHAT is changed (another state than the plan saw), later (changed or used
# after the list was made), unknown or same; those of each into the file of that name
judge() {
    states now.states
    as_seen > seen.states
    fresh judged changed later unknown same
    # shellcheck disable=SC2016 # awk's own $
    awk -v asof="$ASOF" '
        function when(t) {
            return substr(t, 1, 4) "-" substr(t, 5, 2) "-" substr(t, 7, 2) " " substr(t, 9, 2) ":" substr(t, 11, 2) ":" substr(t, 13, 2) "Z"
        }
        FILENAME != "todo" { name = $0; sub(/^[^ ]* [^ ]* [^ ]* /, "", name); state = $1 " " $2 " " $3 }
        FILENAME == "seen.states" { was[name] = state; next }
        FILENAME == "now.states" { is[name] = state; next }
        {
            if (split(is[$0], n, " ") != 3) { print "lost||" $0 > "judged"; next }
            if (split(was[$0], w, " ") != 3) split("- - -", w, " ")
            what = "same"; why = ""
            if (w[1] != "-" && n[1] != "-") {
                if (n[1] + 0 != w[1] + 0) { what = "changed"; why = why ", changed " when(n[1]) " and not " when(w[1]) }
            } else if (asof != "-" && n[1] != "-") {
                if (n[1] + 0 > asof + 0) { what = "later"; why = why ", changed " when(n[1]) }
            } else what = "unknown"
            if (w[2] != "-" && n[2] != "-" && n[2] + 0 != w[2] + 0) { what = "changed"; why = why ", key version " n[2] " and not " w[2] }
            if (n[3] + 0 > 0 && w[3] != "-") {
                if (n[3] + 0 > w[3] + 0) { what = "changed"; why = why ", used " when(n[3]) }
            } else if (n[3] + 0 > 0 && asof != "-" && n[3] + 0 > asof + 0) {
                if (what != "changed") what = "later"
                why = why ", used " when(n[3])
            }
            line = what "|" substr(why, 3) "|" $0
            print line > "judged"
            print line > what
        }' seen.states now.states todo || die 2 "stopped: awk fails"
    as_many judged todo || die 2 "stopped: awk loses lines"
    as_many todo changed later unknown same || die 2 "stopped: the KDC does not show the state of every name; nothing was deleted"
}

# reasons WHAT: its names, each with the reason
reasons() {
    # shellcheck disable=SC2016 # awk's own $
    awk '{ split($0, part, "|"); sub(/^[^|]*\|[^|]*\|/, ""); print $0 (part[2] == "" ? "" : ": " part[2]) }' "$1" > shown
    show shown >&2
}

# leave_hosts: of a server that came back no name goes, also where another name of it has changed; what stays into left
leave_hosts() {
    # shellcheck disable=SC2016 # awk's own $
    awk '
        function host(s) { sub(/@[^@]*$/, "", s); sub(/^[^\/]*\//, "", s); s = tolower(s); sub(/\.$/, "", s); return s }
        { name = $0; sub(/^[^|]*\|[^|]*\|/, "", name) }
        FILENAME == "stopping" { back[host(name)] = 1; next }
        { print ((host(name) in back) ? "left" : "goes") " " name }' stopping judged > lines || die 2 "stopped: awk fails"
    as_many lines judged || die 2 "stopped: awk loses lines"
    sed -n 's/^left //p' lines > left
    sed -n 's/^goes //p' lines > goes
    as_many todo left goes || die 2 "stopped: sed loses lines"
    arrange goes todo
    say "left as they are, with every other name of the same hosts:"
    show left
}

# scratch_kdc: a rehearsal whose KDC was made after the list
scratch_kdc() {
    # shellcheck disable=SC2016 # awk's own $
    [ "$REHEARSAL" = yes ] && awk -v asof="$ASOF" '$1 != "-" && $1 + 0 <= asof + 0 { print }' now.states > older && [ ! -s older ]
}

# returned: a server that came back has new keys, or uses its old ones: then nothing is deleted
returned() {
    fresh left
    judge
    cat changed later > stopping || die 2 "stopped: cat fails"
    if [ -s changed ]; then
        warn "no longer as the plan saw them:"
        reasons changed
    fi
    if [ -s later ]; then
        warn "changed or used after the list was made that the plan comes from ($LISTED):"
        reasons later
    fi
    if [ -s unknown ]; then
        warn "not known whether these have changed since: neither the plan nor the KDC has a date of them"
        reasons unknown
        if [ "$UNDATED$REHEARSAL" = nono ]; then
            die 3 "stopped: nothing was deleted. Make the plan from a dump or from a file that has a date, or give --undated."
        fi
    fi
    if [ ! -s stopping ]; then return; fi
    if scratch_kdc; then
        warn "nothing in this KDC is as old as the plan's list: it was made for this rehearsal. A real run would stop here."
        return
    fi
    if [ "$SKIP" != yes ]; then
        warn "stopped: $(count stopping) of $(count todo) names have changed, their servers may have come back; nothing was deleted."
        die 3 "Make a new list and a new plan, or give --skip-changed, which leaves all names of these servers and deletes the others."
    fi
    leave_hosts
}

backup() {
    n=1
    while [ -e "$PARENT/backup-$n" ]; do n=$((n + 1)); done
    BACKUP=$PARENT/backup-$n
    mkdir "$BACKUP" || die 2 "stopped: cannot make $BACKUP; nothing was deleted"
    dump_kdc "$BACKUP/kdc.dump" || {
        show err >&2
        die 2 "stopped: the KDC of $REALM cannot be dumped; nothing was deleted"
    }
    saved=$(held "$BACKUP/kdc.dump") || saved=''
    counted now
    [ "$saved" = "$N" ] || die 3 "stopped: the backup holds $saved principals and the list $N; nothing was deleted. Run it again."
    cp todo "$BACKUP/deleted.txt" || die 2 "stopped: cannot write $BACKUP/deleted.txt; nothing was deleted"
    printf '%s\n' "$PLAN" > "$BACKUP/plan-id" || die 2 "stopped: cannot write $BACKUP/plan-id; nothing was deleted"
    say "backup: $BACKUP/kdc.dump ($saved principals; it holds keys, keep it secret)"
}

delete() {
    commands todo now deletes
    as_many deletes todo || die 3 "stopped: $(count deletes) commands for $(count todo) names; nothing was deleted"
    fresh out err
    SENT="deletions were sent, and what came of them is not known. The backup: $BACKUP; to put back: restore/restore-principals.sh"
    send deletes
    list after
    encode < after > lines || die 2 "stopped: awk fails"
    arrange lines after.all
    encoded_multi after after.multi
    compare -12 todo after.all failed
    compare -23 now.multi after.multi lost
    compare -23 lost todo lost.others
}

main() {
    set -u
    own_folder .
    LC_ALL=C SS_READLINE_PATH=none MAX='' PARENT=$HERE SKIP=no UNDATED=no
    export LC_ALL SS_READLINE_PATH
    options "$@"
    case $MAX in *[!0-9]*) die 2 "stopped: --max takes a number" ;; esac
    need awk cat comm cp grep mkdir mktemp rm sed sort
    need_kdc
    workplace
    surroundings
    check_kdc
    one_plan
    list now
    encoded_multi now now.multi
    deletions > lines || die 2 "stopped: cannot write to $WORK"
    arrange lines wanted
    [ "$N" -eq "$DELETIONS" ] || die 2 "stopped: this script is damaged: it does not hold its $DELETIONS deletions"
    compare -12 wanted now.multi todo
    compare -23 wanted now.multi absent
    as_many wanted todo absent || die 2 "stopped: the list of the KDC could not be compared with the plan; nothing was deleted"
    if [ "$INVENTORY" = yes ]; then same_kdc; else cap; fi
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed"
        exit 0
    fi
    unshared todo
    returned
    if [ ! -s todo ]; then
        say "nothing to delete: 0 deleted, $(count absent) absent, 0 failed, $(count left) left because their servers may have come back"
        exit 1
    fi
    if [ "$APPLY" != yes ]; then
        say "a dry run; --apply would make a backup and delete these $(count todo) principals of $REALM:"
        show todo
        say "would be: $(count todo) deleted, $(count absent) absent. Nothing was changed."
        exit 0
    fi
    backup
    delete
    if [ -s failed ]; then
        warn "not deleted:"
        show failed >&2
        show err >&2
    fi
    if [ -s lost.others ]; then
        warn "gone in the meantime, and not by this script:"
        show lost.others >&2
    fi
    results deleted todo absent absent failed
    say "to put them back: sh restore/restore-principals.sh --apply '$BACKUP'"
    if [ -s left ]; then warn "$(count left) left because their servers may have come back; make a new list and a new plan for them"; fi
    if [ -s failed ] || [ -s lost.others ] || [ -s left ]; then exit 1; fi
    exit 0
}

trap leave EXIT
trap interrupted HUP INT TERM
main "$@"

"""Attributes of every syntax, and values that one or another of them does not have."""

from __future__ import annotations

__all__ = ["ATTRIBUTES", "VALUES"]

ATTRIBUTES = [
    "cn",
    "uid",
    "description",
    "mail",
    "homeDirectory",
    "memberUid",
    "telephoneNumber",
    "facsimileTelephoneNumber",
    "c",
    "uidNumber",
    "manager",
    "seeAlso",
    "apple-birthday",
    "lastLoginTime",
    "loginFailedAttempts",
    "postalAddress",
    "serialNumber",
    "userCertificate;binary",
    "jpegPhoto",
    "userPKCS12",
    "roleOccupant",
    "shadowLastChange",
    "labeledURI",
    "userPassword",
    "x500UniqueIdentifier",
    "supportedApplicationContext",
    "presentationAddress",
    "crossCertificatePair;binary",
    "certificateRevocationList;binary",
    "telexNumber",
    "bootParameter",
    "nisNetgroupTriple",
    "photo",
]
VALUES = [
    b"", b" ", b"a", b"abc", b"DE", b"Canada", b"0", b"-0", b"12", b"-2", b"0501", b"+501", b"501 ", b" 501", b"4294967294", b"9" * 20,
    b"\xc3\xa9", b"\xff", b"a\0b", b"a\nb", b"+49 30 123", b"+49 30 123 ext. 42", b"12#3", b"12;3", b"x$y", b"x$", b"$x", b"cn=a,dc=x",
    b"cn=a, dc=x", b"cn=a", b"a,b", b"uid=\xc3\xa9,dc=x", b"20080101000000Z", b"1970-01-01", b"200801010000Z", b"2008010100Z",
    b"20080230000000Z", b"20080229000000Z", b"20070229000000Z", b"20080101000000", b"20080101000000.5Z", b"20080101000000+0100",
    b"20080101000000+01", b"20080101246000Z", b"20080101000060Z", b"20080101000061Z", b"TRUE", b"true", b"\x30\x00",
    b"\x30\x03\x02\x01\x01", b"\x30\x05\x30\x03\x02\x01\x01", b"garbage", b"a'b", b"a*b", b"a@b", b"a_b", b"1.2.3", b"'01'B", b"a=b",
    b"a?b", b"--", b"cn=a\\2Cb,dc=x", b'cn="a,b",dc=x', b"cn=a;dc=x", b"foo=bar,dc=x", b"(a,b,c)", b"k=h:p",
]  # fmt: skip

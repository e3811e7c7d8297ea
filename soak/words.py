"""What the formats are made of, for mutations that come near to what a reader takes."""

from __future__ import annotations

__all__ = ["HEIMDAL", "JSON", "LDIF", "NAMES", "SHARES", "TOML", "XML"]

LDIF = (
    b"dn: ",
    b"dn:: ",
    b":: ",
    b":< file:///x",
    b"changetype: delete\n",
    b"version: 1\n",
    b"objectClass: apple-user\n",
    b"uid: ann\n",
    b"control: 1.2\n",
    b"# search result\n",
    b"# numEntries: 3\n",
    b"# filter: (uid=*)\n",
    b"result: 4 Size limit exceeded\n",
    b";binary: ",
    b"authAuthority: ;Kerberosv5;;ann@EXAMPLE.COM;EXAMPLE.COM;1024 35 1 x:10.0.0.1\n",
    b"apple-mcxflags:: ",
    b"\n\n",
    b"\n ",
)
XML = (
    b"<dict>",
    b"</dict>",
    b"<array>",
    b"<key>k</key>",
    b"<integer>",
    b"<true/>",
    b"<data>",
    b"<date>",
    b"&#0;",
    b"&lt;",
    b"<!--",
    b"<![CDATA[",
    b"bplist00",
    b"<real>nan</real>",
    b"<string/>",
)
NAMES = (
    b"@OD.EXAMPLE.COM",
    b"/",
    b"\\/",
    b"\\0",
    b"krbtgt/",
    b"K/M@",
    b"LKDC:SHA1.",
    b"Keytab name: FILE:",
    b"princ\t",
    b"-1;",
    b"(null)",
)
TOML = (b"[[server]]\n", b"[domain]\n", b'name = "', b"'''", b"= [", b"]", b"= true\n", b"2009-03-09", b"[retired]\n", b"#")


HEIMDAL = (
    b"@OD.EXAMPLE.COM",
    b"\\/",
    b"\\ ",
    b" - ",
    b":18:",
    b":-",
    b":3/",
    b"20991231235959",
    b" 30",
    b":30",
    b"A003010100",
    b"A684",
    b"A0",
    b"A1",
    b"1B00",
    b"80",
    b"00",
)
SHARES = (b" = ", b"=", b"/", b"%2F", b"%zz", b"%FF", b"#", b"\n", b"..", b"[::1]", b"Homes", b"IPC$", b"files.example.com/Homes = ")
JSON = (
    b"{",
    b"}",
    b"[",
    b"]",
    b"[" * 990,
    b"[" * 5000,
    b'"id": ',
    b'"id": {}',
    b'"id": 1e999,',
    b"null",
    b"NaN",
    b"1" * 5000,
    b'"\\ud800"',
    b"\xef\xbb\xbf",
)

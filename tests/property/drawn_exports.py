"""Exports in which servers are named, drawn by a seed, in every form that a file may give them."""

from __future__ import annotations

import base64
import plistlib
import random

LKDC = "LKDC:SHA1." + "A" * 40
HOSTS = ["srv.example.com", "srv.example.org", "www.srv.example.com", "srv._tcp.example.com", "cn.example.com", "xn--bcher-kva.example.com",
         "srv", "mail", "10.1.2.3", "2001:db8::10", LKDC]  # fmt: skip
NAMES = [*HOSTS, "SRV.EXAMPLE.COM", "Srv", "mysrv", "srv2.example.com", "a.srv", "srv.example.com.evil.org", "bücher.example.com", "BÜCHER",
         "bu\u0308cher.example.com", "xserve", "\u212a.example.com", "10.1.2.30", "cn", "9.9.9.9"]  # fmt: skip
BETWEEN = ["", " ", ".", "..", "-", "_", "/", "://", "//", "@", ":", "::", ",", "é", "&", "<", "\\", "\n", "é.", "._", ".-x", "\x1b"]

ONE_LINE = '<plist version="1.0"><string>s&#114;v.example.com</string></plist>'
ENTITY = (
    '<?xml version="1.0"?><plist version="1.0"><array><string>&#115;rv.example.com</string><string>s<![CDATA[r]]>v</string></array></plist>'
)
TIGHT = [".", "..", "-", "_", "/", "@", ":", "::", "é", "&", "._", ".-x", "\x1b"]
FORMS = ["afp://{}/H", "{}", "/Network/Servers/{}/x", "{}:/H", "root@{}:1", "\\\\{}\\x", "x {} y", "-o {}:/H"]
NAMING = ["cn", "mail", "description", "homeDirectory", "apple-user-homeurl", "apple-mcxsettings", "authAuthority", "labeledURI", "userPassword",
          "mountOption", "apple-user-mailattribute", "ipHostNumber", "srv"]  # fmt: skip
OTHERS = [f"h{number}.example.net" for number in range(20)]  # so many that words are looked up, and not sought one by one


class Draw:
    """An export, drawn by a seed: most of its records in the forms that are read fast, some of them odd or damaged."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.odd = self.rng.random() < 0.4
        self.safe = self.rng.random() < 0.5  # values in letters that any reader shows

    def text(self) -> str:
        rng = self.rng
        names = NAMES[:-8] if self.safe else NAMES
        if rng.random() < 0.3:
            return rng.choice(names)
        if rng.random() < 0.5:
            return (
                rng.choice(TIGHT) * (rng.random() < 0.3)
                + rng.choice(names)
                + rng.choice(TIGHT)
                + rng.choice(["", *names]) * (rng.random() < 0.4)
            )
        return "".join(rng.choice([*names, *BETWEEN]) for _ in range(rng.randrange(6)))

    def value(self) -> bytes:
        rng = self.rng
        text = rng.choice(FORMS).format(self.text())
        if rng.random() < 0.7:
            return text.encode("utf-8", "replace")
        text = "".join(char for char in text if char >= " ")
        listed = plistlib.dumps({"a": [{"URL": text, "kMailAccountLocation": text.strip(), text or "k": "v"}]})
        return rng.choice(
            [listed, listed, plistlib.dumps({"k": text}, fmt=plistlib.FMT_BINARY), b" " + listed, ENTITY.encode(), ONE_LINE.encode(),
             f'<?xml version="1.0" encoding="UTF-16"?><string>{text}</string>'.encode("utf-16"), listed.replace(b"UTF-8", b"ISO-8859-1")]
        )  # fmt: skip

    def line(self) -> bytes:
        rng = self.rng
        name, value = rng.choice(NAMING).encode(), self.value()
        plain = value.isascii() and not {0, 10, 13} & {*value}
        if plain and value[:1] not in {b" ", b":", b"<", b""} and rng.random() < 0.7:
            text = name + b": " + value
        else:
            text = name + b"::" + rng.choice([b" ", b" ", b"   "]) + base64.b64encode(value)
        if self.odd and rng.random() < 0.1:
            text = rng.choice(
                [name.swapcase() + text[len(name) :], name + b":: " + base64.b64encode(value) + b"=", name + b":< file:///srv.example.com",
                 name + b":mail", name, b"garbage: \0srv", b"dn: cn=second,dc=x", b"changetype: add", b"control: srv", b"# mail", b"version: 1"]
            )  # fmt: skip
        width = rng.choice([10, 20, 76, 76, 1000])
        return b"\n ".join([text[:width], *(text[at : at + width - 1] for at in range(width, len(text), width - 1))])

    def record(self, number: int) -> bytes:
        rng = self.rng
        container = rng.choice(["users", "users", "computers", "mounts", "groups", "config", "elsewhere"])
        name = rng.choice(
            [
                f"u{number}",
                f"u{number}",
                "srv.example.com",
                "srv.example.com$",
                "srv.example.com:/H",
                "mail",
                "srv\\2eexample.com",
                "bücher.example.com",
            ]
        )
        rdn = "uid" if container == "users" else "cn"
        dn = f"{rdn}={name},cn={container},dc=x".encode()
        first = b"dn: " + dn if dn.isascii() else b"dn:: " + base64.b64encode(dn)
        if self.odd and rng.random() < 0.2:
            first = rng.choice([b"DN: " + dn, b"# a comment of\n  srv.example.com\ndn: " + dn, b"version: 1\ndn: " + dn])
        own = rng.choice([f"{rdn}: {name}".encode(), b"cn: other", b"objectClass: top"]) if name.isascii() else b"objectClass: top"
        lines = [self.line() for _ in range(rng.randrange(5))]
        return b"\n".join([first, own, *lines, *(lines[:1] if rng.random() < 0.1 else [])])

    def export(self) -> bytes:
        records = [b"dn: dc=x\ndc: x", b"dn: cn=KerberosKDC,cn=config,dc=x\ncn: KerberosKDC\napple-config-realname: SRV.EXAMPLE.COM"]
        records += [self.record(number) for number in range(self.rng.randrange(8))]
        if self.rng.random() < 0.3:
            records *= 2  # lines that are met again
        end = b"\r\n" if self.rng.random() < 0.2 else b"\n"
        return b"".join(each.replace(b"\n", end) + end * 2 for each in records)

    def hosts(self) -> list[str]:
        found = self.rng.sample(HOSTS, self.rng.randrange(1, len(HOSTS)))
        return [*found, *OTHERS] if self.rng.random() < 0.6 else found

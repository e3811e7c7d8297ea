"""Valid inputs of every format that odkit reads, for the readers of the soak."""

from __future__ import annotations

import datetime as dt
import json
import plistlib
from functools import cache
from pathlib import Path

import odkit

__all__ = [
    "RETIRED",
    "ROOT",
    "certificates",
    "dumps",
    "exports",
    "heimdal_dumps",
    "inventories",
    "keytabs",
    "logs",
    "old_domain",
    "plans",
    "plists",
    "projects",
    "share_maps",
    "slots",
    "stashes",
]

ROOT = Path(__file__).resolve().parent.parent
_MART = ROOT / "fixtures" / "medical-mart"
_LARGEST = 60_000  # bytes; of a large export its beginning, cut between two records
RETIRED = ("files.example.com", "gone.example.com")  # of the Heimdal dumps
_REALM = "OD.EXAMPLE.COM"


def _records(path: Path) -> bytes:
    data = path.read_bytes()
    return data if len(data) <= _LARGEST else data[: data.rindex(b"\n\n", 0, _LARGEST) + 2]


@cache
def exports() -> tuple[bytes, ...]:
    """Return exports: whole ones, damaged ones, and those of two generations."""
    return tuple(_records(path) for path in sorted(_MART.rglob("*.ldif")))


@cache
def old_domain() -> odkit.Directory:
    """Return the domain of the fixture, before it moved; without a path, which would make a seed another input elsewhere."""
    return odkit.open((_MART / "before" / "export.ldif").read_bytes())


@cache
def dumps() -> tuple[bytes, ...]:
    """Return databases of MIT: of an old realm, and of a new one."""
    out = []
    for path in sorted(_MART.rglob("*.dump")):
        lines = path.read_bytes().split(b"\n")
        out.append(b"\n".join(lines[:8]) + b"\n")
    return tuple(out)


@cache
def stashes() -> tuple[bytes, ...]:
    """Return master keys in each form: DER, keytab, raw in both byte orders."""
    key = bytes(range(24))
    raw = b"".join((16).to_bytes(2, order) + (24).to_bytes(4, order) + key for order in ("little",))
    big = (16).to_bytes(2, "big") + (24).to_bytes(4, "big") + key
    return ((_MART / "lion" / "m-key").read_bytes(), (_MART / "lion" / "new-kdc.stash").read_bytes(), raw, big)


@cache
def heimdal_dumps() -> tuple[bytes, ...]:
    """Return databases of Heimdal, as ``kadmin -l dump`` writes them: renamed names, aliases, escapes, a realm without times."""
    stamp = "20261128091948"
    end = f"- - - 86400 604800 126 {stamp}:833044:3"
    changed = f"301AA003010100A113A711180F{b'20261128091948Z'.hex().upper()}"
    alias = (
        "3077A003010100A170A66E306CA003010100A16530633036A0223020A003020103A11930171B04686F73741B0F6F6C642E6578616D706C652E636F6D"
        "A1101B0E4F442E4558414D504C452E434F4D3029A0123010A003020101A10930071B0566696C6573A1131B114F544845522E4558414D504C452E434F4D"
    )
    old = f'3/"{_REALM}ann"'
    given = (
        ("bea", old, f"{changed}:300BA003010100A104A9023000"),
        ("host/gone.example.com", "-", changed),
        ("host/files.example.com", "-", f"{changed}:300BA003010100A104A9023000:{alias}"),
        (f"krbtgt/{_REALM}", "-", changed),
        ("odd\\/name", "-", changed),
        ("two\\ words", "-", changed),
    )
    lines = []
    for number, (name, salt, extensions) in enumerate(given, 1):
        keys = ":".join(f"1:{kind}:{bytes(range(size)).hex().upper()}:{salt}" for kind, size in ((18, 60), (16, 52), (23, 44)))
        by = f"{stamp}:kadmin/admin@{_REALM}"
        lines.append(f"{name}@{_REALM} {number}:{keys} {by} {by} {end} {extensions}\n")
    plain = f"ann@{_REALM} 2::23:{'4B' * 32}:- {stamp}:- - - - - - 126 {stamp}:1:0 -\n"
    return ("".join(lines).encode(), plain.encode(), "".join(lines[2:3]).encode())


@cache
def plans() -> tuple[bytes, ...]:
    """Return plan.json of a plan with names and records, of an empty one, and one with nothing but its names."""
    from odkit.purge.bundle import plan_json

    inventory = odkit.read_principals((_MART / "before" / "listprincs.txt").read_bytes())
    made = [
        odkit.plan_purge(old_domain(), inventory, retire=retire)
        for retire in (["xserve-hq1.medicalmart.example.com"], ["none.example.com"])
    ]
    whole = [plan_json(plan, "10.5") for plan in made]
    few = {name: value for name, value in json.loads(whole[0]).items() if isinstance(value, str)}
    return (*whole, json.dumps(few).encode())


@cache
def inventories() -> tuple[bytes, ...]:
    """Return lists of principals as programs print them."""
    names = [f"K/M@{_REALM}", f"krbtgt/{_REALM}@{_REALM}", f"host/files.example.com@{_REALM}", f"ann@{_REALM}", f"odd\\/name@{_REALM}"]
    header = f"Authenticating as principal root/admin@{_REALM} with password.\n"
    listprincs = header + "".join(f"{name}\n" for name in names)
    klist = "Keytab name: FILE:/etc/krb5.keytab\nKVNO Timestamp           Principal\n---- ------------------- ---\n"
    klist += "".join(f"   {number} 03/09/24 10:11:12 {name} (aes256-cts-hmac-sha1-96) \n" for number, name in enumerate(names, 2))
    ktutil = "FILE:/etc/krb5.keytab:\n\nVno  Type                     Principal                 Aliases\n"
    ktutil += "".join(f"  3  aes256-cts-hmac-sha1-96  {name}\n" for name in names)
    heimdal = "".join(
        f"            Principal: {name}\n    Principal expires: never\n          Last modified: 2012-03-04 05:06:07 UTC\n"
        "             Attributes: \n               Keytypes: aes256-cts-hmac-sha1-96(pw-salt)[3]\n\n"
        for name in names
    )
    real = [path.read_bytes()[:4000] for path in sorted(_MART.rglob("listprincs.txt"))]
    return (listprincs.encode(), klist.encode(), ktutil.encode(), heimdal.encode(), *real, *dumps())


@cache
def keytabs() -> tuple[bytes, ...]:
    """Return keytabs of both versions."""
    from odkit.kerberos.keytab import KeytabKey, write_keytab
    from odkit.values.principal import parse_principal

    given = (("host/files.example.com", 18, 32), ("afpserver/a.example.com", 23, 16), ("ann", 16, 24))
    keys = [
        KeytabKey(parse_principal(f"{name}@{_REALM}".encode()), number, enctype, bytes(range(size)))
        for number, (name, enctype, size) in enumerate(given, 1)
    ]
    written = write_keytab(keys)
    return (written, written[:2] + bytes(8) + written[2:], b"\x05\x02" + (-8 & 0xFFFFFFFF).to_bytes(4, "big") + bytes(8))


@cache
def logs() -> tuple[bytes, ...]:
    """Return logs of KDCs."""
    mit = (
        "Mar 09 10:11:12 od krb5kdc[123](info): AS_REQ (4 etypes {18 17 16 23}) 10.1.0.9: ISSUE: authtime 1236593472, "
        f"etypes {{rep=18 tkt=18 ses=18}}, ann@{_REALM} for krbtgt/{_REALM}@{_REALM}\n"
        f"Mar 09 10:11:13 od krb5kdc[123](info): TGS_REQ (1 etypes {{18}}) 10.1.0.9: UNKNOWN_SERVER: authtime 0,  "
        f"ann@{_REALM} for afpserver/gone.example.com@{_REALM}, Server not found in Kerberos database\n"
    )
    heimdal = (
        f"2012-03-04T05:06:07 AS-REQ ann@{_REALM} from IPv4:10.1.0.9 for krbtgt/{_REALM}@{_REALM}\n"
        f"2012-03-04T05:06:08 TGS-REQ ann@{_REALM} from IPv4:10.1.0.9 for host/gone.example.com@{_REALM} [canonicalize]\n"
        f"2012-03-04T05:06:08 Server not found in database: host/gone.example.com@{_REALM}: no such entry found in hdb\n"
    )
    return (mit.encode(), heimdal.encode())


@cache
def plists() -> tuple[bytes, ...]:
    """Return property lists: XML, binary, and the old style."""
    value = {
        "mcx_application_data": {
            "com.apple.dock": {"Forced": [{"mcx_preference_settings": {"size": 64, "on": True, "name": "Dock é", "x": 1.5}}]}
        },
        "when": dt.datetime(2009, 3, 9, 10, 11, 12),  # noqa: DTZ001 - plistlib takes naive ones
        "data": bytes(range(40)),
        "list": [1, -1, 2**62, "text", b"", {}, []],
    }
    old = b'{ name = "Dock"; list = ( a, b, "c d" ); data = <0a0b 0c>; nested = { k = v; }; }'
    strings = b'"a" = "b";\n/* remark */\nkey = value;\n'
    return (plistlib.dumps(value), plistlib.dumps(value, fmt=plistlib.FMT_BINARY), old, strings)


@cache
def slots() -> tuple[bytes, ...]:
    """Return lists of the Password Server."""
    return tuple(path.read_bytes() for path in sorted(_MART.rglob("*-slots.txt")))


@cache
def certificates() -> tuple[bytes, ...]:
    """Return certificates: DER, PEM, PKCS#7, PKCS#12."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs7, pkcs12
    from cryptography.x509.oid import NameOID

    key = ec.derive_private_key(20081114, ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "com.apple.kerberos.kdc")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    day = dt.datetime(2008, 11, 14, tzinfo=dt.UTC)
    made = builder.not_valid_before(day).not_valid_after(day + dt.timedelta(days=7300)).sign(key, hashes.SHA256())
    pem = made.public_bytes(Encoding.PEM)
    bundle = pkcs12.serialize_key_and_certificates(b"kdc", key, made, None, NoEncryption())
    return (made.public_bytes(Encoding.DER), pem + pem, pkcs7.serialize_certificates([made], Encoding.PEM), bundle)


@cache
def projects() -> tuple[bytes, ...]:
    """Return odkit.toml of the fixture."""
    return ((_MART / "odkit.toml").read_bytes(),)


@cache
def share_maps() -> tuple[bytes, ...]:
    """Return share maps: of the servers of the fixture, and with names of every kind."""
    text = (ROOT / "docs" / "afp.md").read_text()
    hosts = ("hq2", "store1", "dart1")
    company = "".join(f"xserve-{name}.medicalmart.example.com/Homes = nas.example.com/{name}/Homes\n" for name in hosts)
    return (text.partition("```\n")[2].partition("```")[0].encode(), company.encode(), b"a = b\n[::1]/x%3Dy = 10.0.0.1/B\xc3\xbcro\n")
